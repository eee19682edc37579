"""Which samples of signals are near an R peak, lead by lead."""

from __future__ import annotations

import numpy as np

from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation import around_peaks, r_peaks
from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.signal_spec import SignalSpec

NEAR = 0.06  # s


def simultaneous_leads(spec: SignalSpec) -> list[list[int]]:
    """The leads that were recorded at the same time, as places in ``spec.leads``.

    All of them; on a printed page, those of a column; else each by itself.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_SPEC
        >>> simultaneous_leads(PAGE_SPEC)
        [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
    """
    places = {lead: place for place, lead in enumerate(spec.leads)}
    if spec.simultaneous:
        return [list(places.values())]
    if set(places) <= set(PAGE_LAYOUT.leads):
        columns = PAGE_LAYOUT.columns
        found = [[places[lead] for lead in column if lead in places] for column in columns]
        return [column for column in found if column]
    return [[place] for place in places.values()]


def near_r_peaks(signals: np.ndarray, spec: SignalSpec, seconds: float = NEAR) -> np.ndarray:
    """Which samples lie within ``seconds`` of an R peak: bool ``[n, samples, leads]``.

    Args:
        signals: float ``[n, samples, leads]``.
        spec: what they mean; peaks are found together in leads of the same time.
        seconds: how near.

    Raises:
        SignalError: if the signals do not meet the spec.
        NoPeaksError: if a signal has no R peak in any lead.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=250, samples=500)
        >>> beats = np.zeros((1, 500, 1))
        >>> beats[0, [100, 300]] = 1
        >>> int(near_r_peaks(beats, spec).sum())
        62
    """
    signals = spec.check(signals)
    near = np.zeros(signals.shape, bool)
    for row, signal in enumerate(signals):
        for leads in simultaneous_leads(spec):
            peaks = r_peaks(signal[:, leads], spec.sampling_rate)
            mask = around_peaks(peaks, spec.samples, spec.sampling_rate, seconds)
            near[row][:, leads] = mask[:, None]
        if not near[row].any():
            raise NoPeaksError(
                f"no R peaks found in signal {row}: no QRS complex stands out of its leads. Look "
                "at the signal, and leave it out where shares near R peaks are taken."
            )
    return near
