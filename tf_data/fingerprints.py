"""Fingerprints: a record known again after resampling, cutting, another unit and rounding.

Landmarks, as songs are recognised by (Wang 2003, An Industrial-Strength Audio Search Algorithm,
ISMIR; bits of the sign as in Haitsma and Kalker 2002, A Highly Robust Audio Fingerprinting System,
ISMIR): around each R peak of a lead, 64 signs of the signal between 15 and 40 Hz. The peak says
where to look, wherever a record was cut; signs know no unit; the band is there at any rate from
100 Hz on. What lies within 0.1 s of the peak is left out, since complexes resemble one another:
the rest is mostly the noise of the one recording. What it finds is measured in docs/finetuning.md.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.band_pass import band_passed
from ecgzoo.evaluation.r_peaks import r_peaks_of_each
from tf_data.dataset import SignalDataset
from tf_data.resampling import resample

LEADS = ("I", "II", "V1", "V5")  # one of them is in nearly every recording
FIRST = 4  # of leads where none of these is there
BAND, RATE, LEAST_RATE = (15.0, 40.0), 250.0, 100.0  # Hz
STEP = 0.015  # s
GRID = np.concatenate([-0.3 + STEP * np.arange(15), 0.1 + STEP * np.arange(49)])  # s from the peak
BITS = len(GRID)
SHIFTS = np.arange(-2, 3) * 0.004  # s, by which a peak may have moved in what is looked up
NEAR = 0.032  # s, within which of an R peak the band is largest
LIMITS = ((4, 8.0), (2, 6.0), (1, 4.0))
"""From so many compared landmarks on, the mean of differing bits up to which records are one."""


def landmarks(leads: np.ndarray, rate: float, shifts: ArrayLike = (0.0,)) -> list[np.ndarray]:
    """The signs around each R peak of each lead by itself: bool ``[peaks, shifts, 64]``.

    Args:
        leads: ``[samples, leads]``, finite, in any unit; or windows of them side by side.
        rate: in Hz, at least 100.
        shifts: in seconds, by which the signs are read earlier or later.

    Example:
        >>> leads = np.random.default_rng(0).normal(0, 0.02, (2500, 2))
        >>> leads[250::500] += 1
        >>> [one.shape for one in landmarks(leads, 500.0)]
        [(4, 1, 64), (4, 1, 64)]
    """
    signal = resample(leads, rate, RATE).astype(np.float64)
    moved = np.asarray(shifts, np.float64)[:, None]
    if len(signal) < (GRID[-1] - GRID[0]) * RATE:
        return [np.zeros((0, len(moved), BITS), bool)] * signal.shape[1]
    bands = band_passed(signal, 3, BAND, RATE, padding=None)
    peaks = r_peaks_of_each(bands, RATE)
    columns = zip(np.ascontiguousarray(bands.T), peaks, np.ptp(signal, axis=0), strict=True)
    return [_signs(band, found if varies else [], moved) for band, found, varies in columns]


def _signs(band: np.ndarray, peaks: ArrayLike, moved: np.ndarray) -> np.ndarray:
    """The signs of a band around its peaks, read earlier or later by ``moved``."""
    places = [_refined(band, peak) / RATE for peak in np.asarray(peaks, np.int64)]
    last = (len(band) - 1) / RATE
    times = np.array([at for at in places if at >= -GRID[0] and at + GRID[-1] <= last])
    asked = times[:, None, None] + moved + GRID
    return np.asarray(np.interp(asked, np.arange(len(band)) / RATE, band) > 0)


def _refined(band: np.ndarray, peak: int) -> float:
    """Where the band is largest near a peak, between samples: the top of a parabola."""
    reach = round(NEAR * RATE)
    start = max(1, peak - reach)
    size = abs(band)
    top = start + int(size[start : min(len(band) - 1, peak + reach + 1)].argmax())
    before, here, after = size[top - 1 : top + 2]
    bend = before - 2 * here + after
    return top + float(np.clip((before - after) / (2 * bend), -0.5, 0.5) if bend else 0.0)


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """The landmarks of some records.

    Attributes:
        leads: by lead, bool ``[peaks, 64]`` of each record; every lead has all records, in the same
            order, and none of a record that lacks it.
    """

    leads: Mapping[str, list[np.ndarray]]

    def __len__(self) -> int:
        return max(map(len, self.leads.values()), default=0)

    def to_dict(self) -> dict[str, list[str]]:
        """By lead a text per record, eight bytes a landmark in base64: for JSON.

        Example:
            >>> one = Fingerprints({"II": [np.ones((2, 64), bool)]})
            >>> Fingerprints.from_dict(one.to_dict()).leads["II"][0].shape
            (2, 64)
        """
        return {
            lead: [base64.b64encode(np.packbits(one).tobytes()).decode() for one in records]
            for lead, records in self.leads.items()
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Sequence[str]]) -> Fingerprints:
        """What :meth:`to_dict` told."""
        return cls({lead: [_bits(text) for text in texts] for lead, texts in told.items()})

    def joined(self, other: Fingerprints) -> Fingerprints:
        """The records of both."""
        leads = dict.fromkeys([*self.leads, *other.leads])
        return Fingerprints({lead: self._all(lead) + other._all(lead) for lead in leads})

    def _all(self, lead: str) -> list[np.ndarray]:
        return self.leads.get(lead) or [np.zeros((0, BITS), bool)] * len(self)


def _bits(text: str) -> np.ndarray:
    found = np.frombuffer(base64.b64decode(text), np.uint8)
    return np.unpackbits(found).reshape(-1, BITS).astype(bool)


def fingerprints(data: SignalDataset) -> Fingerprints:
    """The fingerprints of a data set's records, in the order of their first windows.

    Of records below 100 Hz there are none.
    """
    columns = _columns(data)
    if not columns:
        return Fingerprints({})
    found = [_of_windows(data, rows, [*columns], (0.0,)) for rows in _rows_of(data).values()]
    return Fingerprints(
        {lead: [one[at][:, 0] for one in found] for at, lead in enumerate(columns.values())}
    )


def _columns(data: SignalDataset) -> dict[int, str]:
    if data.spec.sampling_rate < LEAST_RATE:
        return {}
    every = dict(enumerate(data.spec.leads))
    chosen = {column: lead for column, lead in every.items() if lead in LEADS}
    return chosen or dict(list(every.items())[:FIRST])


def _rows_of(data: SignalDataset) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(data.names.tolist()):
        rows.setdefault(name, []).append(row)
    return rows


def _of_windows(
    data: SignalDataset, rows: list[int], columns: list[int], shifts: ArrayLike
) -> list[np.ndarray]:
    """The landmarks of a record's windows, each once: by column, bool ``[peaks, shifts, 64]``."""
    windows = np.asarray(data.signals[rows])[..., columns]  # [windows, samples, columns]
    side_by_side = np.moveaxis(windows, 1, 0).reshape(windows.shape[1], -1)
    found = landmarks(side_by_side, data.spec.sampling_rate, shifts)
    if len(rows) == 1:
        return found
    every = (np.concatenate(found[at :: len(columns)]) for at in range(len(columns)))
    return [np.unique(one, axis=0) for one in every]


def known_records(data: SignalDataset, stored: Fingerprints) -> list[str]:
    """The names of a data set's records that are among the stored ones, in order.

    Example:
        >>> from tf_data import load
        >>> some = load("ecg_images").take(range(4))
        >>> known = known_records(some, fingerprints(some.take([1, 2])))
        >>> known == some.names[[1, 2]].tolist()
        True
    """
    shared = {column: lead for column, lead in _columns(data).items() if lead in stored.leads}
    if not (len(stored) and shared):
        return []
    known = {lead: _Stored(stored.leads[lead]) for lead in shared.values()}
    names = []
    for name, rows in _rows_of(data).items():
        asked = zip(shared.values(), _of_windows(data, rows, [*shared], SHIFTS), strict=True)
        if _same_as([known[lead].nearest(one) for lead, one in asked]).any():
            names.append(name)
    return names


def _same_as(leads: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Which stored records are the one that is asked about: bool ``[records]``.

    Of all leads' landmarks those that fit best are compared: half as many as the shorter of both
    records has. Either may be a piece, a filter bends what lies at the end of a window, and in some
    lead another peak may stand out.

    Args:
        leads: of each, how many landmarks the shorter has, ``[records]``; and how many bits of each
            landmark that is asked about differ from the nearest, ``[landmarks, records]``.
    """
    compared = -(-np.sum([count for count, _ in leads], axis=0) // 2)
    sums = np.sort(np.concatenate([bits for _, bits in leads]), axis=0).cumsum(0, np.int64)
    last = np.maximum(compared - 1, 0)
    differing = sums[last, np.arange(len(last))] if len(sums) else np.zeros(len(last))
    return same(compared, differing)


def same(compared: np.ndarray, differing: np.ndarray) -> np.ndarray:
    """Whether so many landmarks with so many differing bits in all are of one record: bool ``[n]``.

    Example:
        >>> same(np.array([0, 1, 1, 6]), np.array([0, 4, 5, 48])).tolist()
        [False, True, False, True]
    """
    least, limits = zip(*LIMITS, strict=True)
    limit = np.select([compared >= one for one in least], limits, -1.0)
    return np.asarray(differing <= limit * compared) & (compared > 0)


class _Stored:
    """A lead's landmarks of all stored records, ready to be compared with."""

    def __init__(self, records: list[np.ndarray]) -> None:
        self.counts = np.array([len(one) for one in records])
        self.there = np.flatnonzero(self.counts)
        self.starts = np.cumsum(self.counts[self.there]) - self.counts[self.there]
        self.words = _words(np.concatenate(records))

    def nearest(self, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As :func:`_same_as` takes it; of a record without landmarks, all bits differ."""
        bits = np.full((len(asked), len(self.counts)), BITS, np.uint8)
        if len(self.there):
            for row, shifts in zip(bits, _words(asked), strict=True):
                row[self.there] = np.minimum.reduceat(self._differing(shifts), self.starts)
        return np.minimum(len(asked), self.counts), bits

    def _differing(self, shifts: np.ndarray) -> np.ndarray:
        """The bits of each landmark that differ at the best shift."""
        least = np.full(len(self.words), BITS, np.uint8)
        for word in shifts:  # one after another: what is at work stays in the processor's cache
            np.minimum(least, np.bitwise_count(self.words ^ word), out=least)
        return least


def _words(bits: np.ndarray) -> np.ndarray:
    """64 bits as one number each: what differs between two is then a single operation."""
    return np.packbits(bits, axis=-1).view(np.uint64)[..., 0]
