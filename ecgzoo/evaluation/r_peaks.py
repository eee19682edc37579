"""R peaks of an ECG, and maps of it: what share lies near them, which places stand first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.band_pass import band_passed
from ecgzoo.evaluation.results import Row

BAND = (5.0, 20.0)  # Hz, where a QRS complex has its energy
COMPLEX = 0.12  # s, over which that energy is gathered
REFRACTORY = 0.3  # s, within which no second beat follows
SHARE = 0.3  # of the strongest complex's energy that another must reach
STANDS_OUT = 5.0  # times the median energy, below which nothing is called a beat
OF_ALL = 1e-4  # of the whole signal's power, below which the band holds leaks from others only
AROUND = 0.06  # s, within which the R peak lies of where the energy is largest


def r_peaks(signal: ArrayLike, sampling_rate: float) -> np.ndarray:
    """Where the R peaks of leads stand that were recorded at the same time.

    As Pan and Tompkins (1985, A Real-Time QRS Detection Algorithm, IEEE TBME 32(3), 230-236): the
    band of the QRS complex, squared and gathered over its duration, here summed over the leads.
    What they and ``wfdb.processing.xqrs_detect`` adapt over many beats is relative to the strongest
    beat instead, since a printed page shows a lead for 2.5 s.

    Args:
        signal: ``[samples, leads]``, any unit.
        sampling_rate: in Hz, at least 60.

    Returns:
        int64 ``[beats]``, samples in order; none where nothing stands out.

    Raises:
        ValueError: on another shape, NaN, a lower rate, or a signal shorter than half a second.

    Example:
        >>> beats = np.zeros((500, 1))
        >>> beats[[100, 300]] = 1
        >>> r_peaks(beats, sampling_rate=250).tolist()
        [100, 300]
    """
    leads = _checked(signal, sampling_rate)
    leads = leads - leads.mean(axis=0)
    energy = _energy(leads, sampling_rate).sum(axis=1)
    return _peaks(energy, np.square(leads).max(), sampling_rate)


def r_peaks_of_each(signal: ArrayLike, sampling_rate: float) -> list[np.ndarray]:
    """Where the R peaks of each lead stand by itself, as :func:`r_peaks` of it alone.

    Filtered together, many short signals take half the time.

    Args:
        signal: ``[samples, leads]``, any unit.
        sampling_rate: in Hz, at least 60.

    Raises:
        ValueError: as :func:`r_peaks`.

    Example:
        >>> beats = np.zeros((500, 2))
        >>> beats[[100, 300], [0, 1]] = 1
        >>> [found.tolist() for found in r_peaks_of_each(beats, sampling_rate=250)]
        [[100], [300]]
    """
    leads = _checked(signal, sampling_rate)
    leads = leads - leads.mean(axis=0)
    energies, most = _energy(leads, sampling_rate), np.square(leads).max(axis=0)
    columns = zip(np.ascontiguousarray(energies.T), most, strict=True)
    return [_peaks(energy, power, sampling_rate) for energy, power in columns]


def _peaks(energy: np.ndarray, power: float, sampling_rate: float) -> np.ndarray:
    """Where the energy of complexes stands out, of a signal of that power at most."""
    from scipy.signal import find_peaks  # scipy.signal takes a moment to import

    window = np.hanning(round(COMPLEX * sampling_rate) + 2)
    gathered = np.convolve(energy, window / window.sum(), "same")
    rest = OF_ALL * power + np.finfo(float).tiny
    least = max(SHARE * gathered.max(), STANDS_OUT * np.median(gathered), rest)
    padded = np.pad(gathered, 1)  # a beat at the edge is a peak as well
    tops, _ = find_peaks(padded, height=least, distance=max(1, REFRACTORY * sampling_rate))
    reach = round(AROUND * sampling_rate)
    return np.unique([_highest(energy, top - 1, reach) for top in tops]).astype(np.int64)


def around_peaks(
    peaks: ArrayLike, samples: int, sampling_rate: float, seconds: float = AROUND
) -> np.ndarray:
    """Which samples lie within a time of a peak: bool ``[samples]``.

    Example:
        >>> around_peaks([3], samples=8, sampling_rate=100, seconds=0.02).astype(int).tolist()
        [0, 1, 1, 1, 1, 1, 0, 0]
    """
    at = np.asarray(peaks, np.int64)
    reach = int(seconds * sampling_rate + 1e-9)
    return (np.abs(np.arange(samples)[:, None] - at) <= reach).any(axis=1)


def _checked(signal: ArrayLike, sampling_rate: float) -> np.ndarray:
    array = np.asarray(signal, np.float64)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"expected a signal [samples, leads]; got shape {list(array.shape)}")
    if not sampling_rate >= 3 * BAND[1]:
        raise ValueError(f"R peaks need a rate of {3 * BAND[1]:g} Hz; got {sampling_rate:g} Hz")
    if len(array) < sampling_rate / 2:
        raise ValueError(f"R peaks need half a second; got {len(array) / sampling_rate:.2f} s")
    if not np.isfinite(array).all():
        raise ValueError("expected finite samples; the signal holds NaN or infinite values")
    return array


def _energy(signal: np.ndarray, sampling_rate: float) -> np.ndarray:
    """Of each lead, in the band of complexes."""
    padding = min(len(signal) - 1, round(sampling_rate))  # the filter has then settled
    return np.square(band_passed(signal, 2, BAND, sampling_rate, padding))


def _highest(energy: np.ndarray, at: int, reach: int) -> int:
    start = max(0, at - reach)
    return start + int(energy[start : at + reach + 1].argmax())


@dataclass(frozen=True)
class PeakShare(Row):
    """The share of maps that lies near R peaks.

    Attributes:
        share: mean over the records, of each map's absolute sum.
        chance: share of the time that is near R peaks: what an even map would have.
        p_value: one-sided, of maps that have nothing to do with where the peaks stand.
        records: number of maps.
        shifts: number of draws of the null distribution.
    """

    share: float
    chance: float
    p_value: float
    records: int
    shifts: int

    def __str__(self) -> str:
        return f"{self.share:.1%} near R peaks, by chance {self.chance:.1%}, p {self.p_value:.2g}"


def peak_share(maps: ArrayLike, near: ArrayLike, shifts: int = 10_000, seed: int = 0) -> PeakShare:
    """Compares the share of maps near R peaks with that of the same maps shifted in time.

    In a draw of the null distribution each record's map is shifted by a time drawn evenly, around
    its end to its start. So the maps keep their form and the peaks their rhythm, and only their
    match is broken. Records are drawn independently: take one of each patient where records of one
    patient resemble each other.

    Args:
        maps: ``[n, samples, leads]``, of any sign; absolute values count.
        near: bool ``[n, samples, leads]``, True near R peaks.
        shifts: number of draws.
        seed: of the draws.

    Raises:
        ValueError: on arrays that do not match, NaN, a map of zeros, a record of which nothing is
            near a peak, or no draws.

    Example:
        >>> near = np.zeros((1, 100, 1), bool)
        >>> near[0, 20:30] = True
        >>> found = peak_share(near.astype(float), near)
        >>> round(found.share, 3), round(found.chance, 3), round(found.p_value, 2)
        (1.0, 0.1, 0.01)
    """
    weights, mask = _checked_maps(maps, near, shifts)
    by_shift = _shares_by_shift(weights, mask)
    rows, samples = by_shift.shape
    found = float(by_shift[:, 0].mean())
    rng = np.random.default_rng(seed)
    drawn = np.zeros(shifts)
    for row in by_shift:
        drawn += row[rng.integers(samples, size=shifts)]
    at_least = int((drawn / rows >= found - 1e-9).sum())
    p_value = (1 + at_least) / (1 + shifts)
    return PeakShare(found, float(mask.mean(axis=(1, 2)).mean()), p_value, rows, shifts)


def _checked_maps(maps: ArrayLike, near: ArrayLike, shifts: int) -> tuple[np.ndarray, np.ndarray]:
    weights, mask = np.abs(np.asarray(maps, np.float64)), np.asarray(near, bool)
    if weights.ndim != 3 or weights.shape != mask.shape or weights.size == 0:
        raise ValueError(
            "expected maps and near [n, samples, leads], alike; got shapes "
            f"{list(weights.shape)} and {list(mask.shape)}"
        )
    if shifts < 1:
        raise ValueError(f"expected at least 1 shift; got {shifts}. 10000 is usual.")
    if not np.isfinite(weights).all():
        raise ValueError("expected finite maps; they hold NaN or infinite values")
    for what, empty in (
        ("a map of zeros has no shares", weights.sum(axis=(1, 2)) == 0),
        ("no R peaks found", ~mask.any(axis=(1, 2))),
    ):
        if empty.any():
            raise ValueError(f"{what}: record {np.flatnonzero(empty)[0]}; leave such records out")
    return weights, mask


def _shares_by_shift(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Each record's share near the peaks, its map shifted by 0, 1, 2, ... samples.

    A circular correlation, by Fourier transforms.
    """
    spectra = np.fft.rfft(mask, axis=1) * np.conj(np.fft.rfft(weights, axis=1))
    inside = np.fft.irfft(spectra.sum(axis=2), n=weights.shape[1], axis=1)
    return inside / weights.sum(axis=(1, 2))[:, None]


def rank_correlation(maps: ArrayLike, others: ArrayLike) -> np.ndarray:
    """Spearman's rank correlation of each record's two maps, over all their places.

    Args:
        maps: ``[n, ...]``.
        others: the same shape.

    Returns:
        float64 ``[n]``, from -1 to 1; 0 where a map is constant, which puts nothing first.

    Raises:
        ValueError: if the shapes differ, or a map has fewer than two places.

    Example:
        >>> rank_correlation([[1, 2, 30], [1, 1, 1]], [[1, 2, 3], [1, 2, 3]]).tolist()
        [1.0, 0.0]
    """
    from scipy.stats import rankdata  # scipy.stats takes a moment to import

    pair = [np.asarray(one, np.float64) for one in (maps, others)]
    if pair[0].shape != pair[1].shape or pair[0].ndim < 2 or pair[0][0].size < 2:
        raise ValueError(
            f"expected maps [n, ...] of one shape; got {[list(one.shape) for one in pair]}"
        )
    ranks = [rankdata(one.reshape(len(one), -1), axis=1) for one in pair]
    first, second = (one - one.mean(axis=1, keepdims=True) for one in ranks)
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    products = (first * second).sum(axis=1)
    return np.divide(products, spread, out=np.zeros(len(products)), where=spread > 0)
