"""SignalSpec: the contract that every signal carries, and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError

MAX_LEADS = 64
MIN_SAMPLES, MAX_SAMPLES = 128, 65_536
# The largest ECGs stay below 10 mV; beyond this the numbers are microvolts or converter units.
IMPLAUSIBLE_MV = 100.0

PRINTED = (("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6"))
"""The 3 x 4 format of printed ECGs: blocks of simultaneous leads, one after another."""


def _whole(samples: float) -> int:
    if samples % 1:
        raise SignalError(f"samples must be a whole number; got {samples}")
    return int(samples)


@dataclass(frozen=True)
class SignalSpec:
    """What a float32 signal ``[batch, samples, leads]`` means.

    Attributes:
        leads: names of the channels, in order; 1 to 64 of them.
        sampling_rate: samples per second, in Hz.
        samples: length of the signal; 128 to 65,536.
        unit: unit of a sample; ``"mV"`` for an ECG.
        simultaneous: whether the channels were recorded at the same time. A printed page's columns
            are consecutive blocks of 2.5 s: they are not.

    Raises:
        SignalError: if a field is out of its range or a lead name stands twice.

    Example:
        >>> spec = SignalSpec(("I", "II"), sampling_rate=500, samples=5000)
        >>> spec.shape, spec.seconds
        ((5000, 2), 10.0)
        >>> SignalSpec.from_dict(spec.to_dict()) == spec
        True
    """

    leads: tuple[str, ...]
    sampling_rate: float
    samples: int
    unit: str = "mV"
    simultaneous: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.leads, str):
            raise SignalError(f"leads is a tuple of names, such as ({self.leads!r},); got a string")
        object.__setattr__(self, "leads", tuple(self.leads))
        if not 1 <= len(self.leads) <= MAX_LEADS:
            raise SignalError(f"a SignalSpec names 1 to {MAX_LEADS} leads; got {len(self.leads)}")
        if len(set(self.leads)) != len(self.leads):
            raise SignalError(f"every lead has a name of its own; got {', '.join(self.leads)}")
        # NumPy's numbers become Python's, which JSON has.
        object.__setattr__(self, "samples", _whole(np.asarray(self.samples).item()))
        object.__setattr__(self, "sampling_rate", np.asarray(self.sampling_rate).item())
        if not (np.isfinite(self.sampling_rate) and self.sampling_rate > 0):
            raise SignalError(f"sampling_rate must be above 0 Hz; got {self.sampling_rate}")
        if not MIN_SAMPLES <= self.samples <= MAX_SAMPLES:
            raise SignalError(
                f"samples must lie between {MIN_SAMPLES} and {MAX_SAMPLES}; got {self.samples}, "
                f"{self.seconds:g} s at {self.sampling_rate:g} Hz"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of one signal, ``(samples, leads)``."""
        return self.samples, len(self.leads)

    @property
    def seconds(self) -> float:
        """Duration of one signal, in seconds."""
        return self.samples / self.sampling_rate

    def lasting(self, seconds: float) -> SignalSpec:
        """The same signals in windows of another length.

        Raises:
            SignalError: if that is too few samples, or too many.

        Example:
            >>> SignalSpec(("II",), sampling_rate=100, samples=1000).lasting(2.5).samples
            250
        """
        return replace(self, samples=round(seconds * self.sampling_rate))

    def to_dict(self) -> dict[str, Any]:
        """The fields as a JSON-ready dictionary."""
        return asdict(self) | {"leads": list(self.leads)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> SignalSpec:
        """The spec that :meth:`to_dict` described."""
        return cls(**{**fields, "leads": tuple(fields["leads"])})

    def check(self, signals: np.ndarray) -> np.ndarray:
        """Checks a batch of signals and returns it as float32.

        Args:
            signals: float array ``[batch, samples, leads]`` in :attr:`unit`.

        Raises:
            SignalError: if the array is empty, of integers, of another shape, holds NaN or infinite
                samples, or holds a constant signal.
        """
        signals = np.asarray(signals)
        self._check_kind(signals)
        if signals.ndim != 3 or signals.shape[1:] != self.shape:
            raise SignalError(
                f"expected signals [batch, {self.samples}, {len(self.leads)}] with the leads "
                f"{', '.join(self.leads)} at {self.sampling_rate:g} Hz; got shape "
                f"{list(signals.shape)}. Reorder, cut or resample the signals to match."
            )
        self._check_values(signals)
        return signals.astype(np.float32)

    def _check_kind(self, signals: np.ndarray) -> None:
        if signals.size == 0:
            raise SignalError(f"expected at least one signal; got an empty array {signals.shape}")
        if not np.issubdtype(signals.dtype, np.floating):
            raise SignalError(
                f"expected floating-point samples in {self.unit}; got {signals.dtype}, which looks "
                "like raw converter units. Divide by the gain (units per mV) and pass floats."
            )

    def _check_values(self, signals: np.ndarray) -> None:
        finite = np.isfinite(signals).all(axis=(1, 2))
        if not finite.all():
            raise SignalError(
                f"expected finite samples; signals {_rows(~finite)} hold NaN or infinite values. "
                "Interpolate the gaps or leave these signals out."
            )
        constant = (np.ptp(signals, axis=1) == 0).all(axis=1)
        if constant.any():
            raise SignalError(
                f"expected a varying signal; signals {_rows(constant)} are constant in every lead. "
                "Check the electrodes or the file's channel."
            )


def _rows(mask: np.ndarray) -> str:
    rows = np.flatnonzero(mask)
    return ", ".join(map(str, rows[:5])) + (f" and {rows.size - 5} more" if rows.size > 5 else "")
