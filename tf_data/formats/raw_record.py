"""RawRecord: what a file holds, before any check of its samples; and the units of voltage."""

from dataclasses import dataclass

import numpy as np

from ecgzoo.errors import SignalError

MILLIVOLTS = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "nv": 1e-6, "v": 1e3}


@dataclass(frozen=True, eq=False)
class RawRecord:
    """A file's content before its checks.

    Attributes:
        signal: array as stored, or in millivolts where the file says its units.
        sampling_rate: in Hz; None where the file does not say it.
        leads: lead names; None where the file does not name them.
        unit: of the signal, such as ``"mV"``; None where the file does not say it.
        notes: what was assumed in reading it, a sentence each.
    """

    signal: np.ndarray
    sampling_rate: float | None = None
    leads: tuple[str, ...] | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()


def check_rate(rate: float | None, name: str) -> None:
    """Checks a rate that a file says.

    Raises:
        SignalError: if it is said, and not finite and above 0.

    Example:
        >>> check_rate(250.0, "a.mat"), check_rate(None, "a.npy")
        (None, None)
    """
    if rate is not None and not 0 < rate < np.inf:
        raise SignalError(
            f"expected a sampling rate above 0 Hz in {name}; it says {rate:g}. Correct it there."
        )


def check_unit(unit: object) -> None:
    """Checks for a unit's name.

    Raises:
        SignalError: if it is no text.

    Example:
        >>> check_unit("mV")
    """
    if not (isinstance(unit, str) and unit.strip()):
        raise SignalError(f"expected a unit such as 'mV' or 'uV'; got {unit!r}")
