"""Other libraries' scalograms, and an exact one, for `benchmarks/scalogram.py`.

Each peer is a function from a `Workload` and a number of threads to a transform, which turns
signals `[signals, samples]` into |c|^2 `[signals, scales, columns]` at the samples nearest to the
columns' centres. The wavelet is the same everywhere: a Gaussian spectrum around frequency 1 of
bandwidth 1.5. What a transform uses again and again (plans, wavelets) it makes once, beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
import pywt
import scipy.fft

SMALLEST_SCALE, LARGEST_SCALE = 4.0, 1 / 10  # in samples; of the signal
BANDWIDTH = 1.5
# A wavelet of scale 1 reaches this far to each side, in samples, before it falls below 1e-6.
REACH = 4.55
AT_ONCE = 4

Transform = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Workload:
    """A shape of signal and image; the scales go from 4 samples to a tenth of the signal."""

    samples: int
    scales: int
    columns: int

    def __str__(self) -> str:
        return f"{self.samples} samples to {self.scales} x {self.columns}"

    @property
    def row_scales(self) -> np.ndarray:
        """Scale of each row, in samples, smallest first."""
        return np.geomspace(SMALLEST_SCALE, self.samples * LARGEST_SCALE, self.scales)

    @property
    def centres(self) -> np.ndarray:
        """The sample nearest to the centre of each column."""
        centres = (np.arange(self.columns) + 0.5) * self.samples / self.columns - 0.5
        return np.rint(centres).astype(int)


@dataclass(frozen=True)
class Peer:
    """How a peer is made, and how many signals it is given at once: fewer where it is slow."""

    make: Callable[[Workload, int], Transform]
    signals: int


def pywavelets(workload: Workload, threads: int) -> Transform:
    """`pywt.cwt`, signal by signal; it knows one thread only."""

    def transform(signals: np.ndarray) -> np.ndarray:
        scales, centres = workload.row_scales, workload.centres
        transformed = (pywt.cwt(s, scales, "cmor1.5-1.0", method="fft")[0] for s in signals)
        return np.stack([_power(c[:, centres]) for c in transformed])

    return transform


def fcwt(workload: Workload, threads: int) -> Transform:
    """FCWT on one thread, signal by signal."""
    return _fcwt(workload, threads=1)


def fcwt_threads(workload: Workload, threads: int) -> Transform:
    """FCWT with its own threads within each signal."""
    return _fcwt(workload, threads)


def fcwt_processes(workload: Workload, threads: int) -> Transform:
    """FCWT on one thread in each of several processes, which share memory with this one."""
    fcwt(workload, threads)  # raises here, and not in another process, if it is missing
    context, most = get_context("spawn"), PEERS["fCWT, processes"].signals
    given = context.RawArray("f", most * workload.samples)
    made = context.RawArray("f", most * workload.scales * workload.columns)
    pool = ProcessPoolExecutor(threads, context, _start_worker, (workload, given, made))
    inputs, images = _arrays(workload, given, made)

    def transform(signals: np.ndarray) -> np.ndarray:
        inputs[: len(signals)] = signals
        bounds = np.linspace(0, len(signals), threads + 1).astype(int).tolist()
        parts = [slice(*pair) for pair in zip(bounds, bounds[1:], strict=False)]
        for job in [pool.submit(_work, part) for part in parts]:
            job.result()
        return images[: len(signals)]

    return transform


def ssqueezepy(workload: Workload, threads: int) -> Transform:
    """`ssqueezepy.cwt`, several signals at once, its wavelets in its own cache."""
    import ssqueezepy as ssq

    ssq.FFT_GLOBAL._user_threads = threads  # it offers no other way
    centre = math.pi * math.sqrt(2 * BANDWIDTH)
    wavelet = ssq.Wavelet(("morlet", {"mu": centre}), dtype="float32")
    scales = (workload.row_scales * centre / (2 * math.pi)).astype("float32")
    options: dict[str, Any] = {"l1_norm": False, "padtype": "zero", "nan_checks": False}

    def transform(signals: np.ndarray) -> np.ndarray:
        c, _ = ssq.cwt(signals, wavelet, scales=scales, cache_wavelet=True, **options)
        return _power(c[:, :, workload.centres])

    return _in_parts(transform)


def scipy_fft(workload: Workload, threads: int) -> Transform:
    """The whole transform by `scipy.fft`, several signals at once, in complex64."""
    scales = workload.row_scales
    length = scipy.fft.next_fast_len(math.ceil(workload.samples + REACH * scales.max()))
    bins = length // 2 + 1
    memory = np.empty((AT_ONCE, len(scales), length), "complex64")
    weights = _textbook(scales, np.arange(bins) / length).astype("float32")

    def transform(signals: np.ndarray) -> np.ndarray:
        spectrum = scipy.fft.rfft(signals, length, workers=threads)
        product = memory[: len(signals)]
        np.multiply(spectrum[:, None], weights, out=product[..., :bins])
        product[..., bins:] = 0
        c = scipy.fft.ifft(product, workers=threads, overwrite_x=True)
        return _power(c[:, :, workload.centres])

    return _in_parts(transform)


PEERS = {
    "pywt.cwt, a loop": Peer(pywavelets, 8),
    "fCWT, 1 thread": Peer(fcwt, 128),
    "fCWT, threads": Peer(fcwt_threads, 128),
    "fCWT, processes": Peer(fcwt_processes, 256),
    "ssqueezepy": Peer(ssqueezepy, 64),
    "scipy.fft, batched": Peer(scipy_fft, 64),
}


def exact(signal: np.ndarray, workload: Workload, pooled: bool) -> np.ndarray:
    """The textbook's power in float64: `[samples]` to `[scales, columns]`.

    The padded signal's spectrum is interpolated to an odd number of instants per column, at least
    65 and at least four a sample; their middle is the column's centre, their mean its pooled power.
    """
    samples, columns = workload.samples, workload.columns
    points = 2 * max(32, math.ceil(2 * samples / columns)) + 1
    step = samples // math.gcd(samples, columns)
    length = step * math.ceil((samples + 2 * REACH * workload.row_scales.max()) / step)
    frequency = np.arange(length // 2 + 1) / length
    first = (samples / (columns * points) - 1) / 2
    weights = _textbook(workload.row_scales, frequency) * np.exp(2j * np.pi * frequency * first)
    spectrum = np.fft.rfft(signal.astype("float64"), length) * weights
    instants = length * columns * points // samples
    c = np.fft.ifft(spectrum, instants) * (instants / length)
    power = _power(c[:, : columns * points]).reshape(-1, columns, points)
    return power.mean(axis=-1) if pooled else power[..., points // 2]


def _textbook(scales: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """``sqrt(s) psi_hat(s f)``: `[scales, bins]` of positive frequencies, in cycles per sample."""
    spectrum = np.exp(-(np.pi**2) * BANDWIDTH * (scales[:, None] * frequency - 1) ** 2)
    return np.sqrt(scales[:, None]) * spectrum


def _fcwt(workload: Workload, threads: int) -> Transform:
    import fcwt as library

    morlet = library.Morlet(math.sqrt(BANDWIDTH / 2))
    rate, s = 1000, workload.row_scales  # its sampling rate is an integer
    kind = library.FCWT_LOGSCALES
    scales = library.Scales(morlet, kind, rate, rate / s[-1], rate / s[0], len(s))
    transformer = library.FCWT(morlet, threads, False, True)
    c = np.zeros((len(s), workload.samples), "complex64")

    def transform(signals: np.ndarray) -> np.ndarray:
        image = np.empty((len(signals), workload.scales, workload.columns), "float32")
        for signal, power in zip(signals, image, strict=True):
            transformer.cwt(signal, scales, c)
            power[:] = _power(c[:, workload.centres])
        return image

    # The library keeps bare pointers to these.
    transform.kept = (morlet, scales)  # type: ignore[attr-defined]
    return transform


# In a worker: its transform, and the arrays shared with the process that started it.
_worker: tuple[Transform, np.ndarray, np.ndarray]


def _start_worker(workload: Workload, given: Any, made: Any) -> None:
    global _worker
    _worker = (fcwt(workload, 1), *_arrays(workload, given, made))


def _work(part: slice) -> None:
    transform, inputs, images = _worker
    images[part] = transform(inputs[part])


def _arrays(workload: Workload, given: Any, made: Any) -> tuple[np.ndarray, np.ndarray]:
    inputs, images = (np.frombuffer(memory, "float32") for memory in (given, made))
    shape = (-1, workload.scales, workload.columns)
    return inputs.reshape(-1, workload.samples), images.reshape(shape)


def _in_parts(transform: Transform) -> Transform:
    """A few signals at once: more would fall out of the processor's cache."""

    def in_parts(signals: np.ndarray) -> np.ndarray:
        starts = range(0, len(signals), AT_ONCE)
        return np.concatenate([transform(signals[i : i + AT_ONCE]) for i in starts])

    return in_parts


def _power(c: np.ndarray) -> np.ndarray:
    return c.real**2 + c.imag**2
