"""Bands: which frequencies of a signal its spectra and scalograms show, where nobody says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecgzoo.signal_spec import SignalSpec

ECG_ROWS, ECG_BINS = 45.0, 60.0  # Hz: where an ECG's scalogram and its spectrum end
LONG = 8192  # samples: beyond, what was made for short signals is too fine
MOST_BINS = 1024  # of a spectrum, where it isn't an ECG's of up to LONG samples
OCTAVES = 6  # of a scalogram
LOWEST = 2.5  # periods of its lowest frequency that a window shows


@dataclass(frozen=True)
class Bands:
    """Which frequencies of a signal are shown.

    Attributes:
        rows: the lowest and the highest of a scalogram, in Hz.
        bins: the highest of a spectrum, in Hz.
        most_bins: of a spectrum.
    """

    rows: tuple[float, float]
    bins: float
    most_bins: int

    def options(self) -> dict[str, Any]:
        """The same as ``domain_options``, ready for JSON.

        Example:
            >>> ecg_bands(SignalSpec(("I",), 500, 5000)).options()["frequency"]
            {'max_frequency': 60.0, 'bins': 4097}
        """
        return {
            "frequency": {"max_frequency": self.bins, "bins": self.most_bins},
            "time_frequency": {"frequencies": list(self.rows)},
        }


def bands(spec: SignalSpec) -> Bands:
    """Those of an ECG for signals in mV, else what the rate and the length show.

    Of another unit a scalogram ends at a quarter of the sampling rate, above which a wavelet has
    too few samples, and begins six octaves below it, or where 2.5 periods fill the window; a
    spectrum goes to half the rate in at most 1024 bins. An ECG's spectrum is bounded so beyond 8192
    samples only.

    Example:
        >>> bands(SignalSpec(("EEG",), sampling_rate=256, samples=2560, unit="uV"))
        Bands(rows=(1.0, 64.0), bins=128.0, most_bins=1024)
    """
    if spec.unit == "mV":
        return ecg_bands(spec)
    high = spec.sampling_rate / 4
    low = max(LOWEST / spec.seconds, high / 2**OCTAVES)
    return Bands((low, high), spec.sampling_rate / 2, MOST_BINS)


def ecg_bands(spec: SignalSpec) -> Bands:
    """A scalogram's six octaves below 45 Hz that fit, and spectra up to 60 Hz.

    A window so short that less than three octaves fit shows the three above its lowest instead;
    one whose spectrum would have less than sixteen bins shows the first sixteen.

    Example:
        >>> ecg_bands(SignalSpec(("I",), sampling_rate=500, samples=5000)).rows
        (0.703125, 45.0)
    """
    high = min(max(ECG_ROWS, 8 * LOWEST / spec.seconds), spec.sampling_rate / 4)
    low = max(LOWEST / spec.seconds, high / 2**OCTAVES)
    highest = min(max(ECG_BINS, 16 / spec.seconds), spec.sampling_rate / 2)
    return Bands((low, high), highest, MOST_BINS if spec.samples > LONG else LONG // 2 + 1)
