"""A client's own preprocessing, for `benchmarks/serving.py`: the three domains without TensorFlow.

Two ways to the same arrays that a model's domain layers give: the usual one, which loops over leads
and calls `pywt.cwt`, and a fair one, which transforms all leads of all signals at once with
`scipy.fft`. Both average the power over each of the image's cells, as the model expects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pywt
import scipy.fft

from ecgzoo.domains.frequency import FLOOR as SPECTRUM_FLOOR
from ecgzoo.domains.frequency import frequency as frequency_layer
from ecgzoo.domains.morlet import extent, textbook
from ecgzoo.domains.time import MILLIVOLTS
from ecgzoo.domains.time_frequency import FLOOR as POWER_FLOOR
from ecgzoo.domains.time_frequency import time_frequency as time_frequency_layer
from ecgzoo.signal_spec import SignalSpec

Domain = Callable[[np.ndarray], np.ndarray]


def time(spec: SignalSpec) -> Domain:
    """The centred signal in units of the usual amplitude."""
    return _standardised


def frequency(spec: SignalSpec) -> Domain:
    """The log-amplitude spectrum under a Hann window."""
    window = np.hanning(spec.samples + 1)[:-1].astype("float32")[:, None]
    bins = frequency_layer(spec).bins(spec.samples)

    def transform(signals: np.ndarray) -> np.ndarray:
        spectrum = scipy.fft.rfft(_standardised(signals) * window, axis=1)[:, :bins]
        return np.log(np.abs(spectrum) * (2 / window.sum()) + SPECTRUM_FLOOR).astype("float32")

    return transform


def scalogram(spec: SignalSpec) -> Domain:
    """The scalogram by `scipy.fft`: every lead and signal at once, in complex64."""
    layer = time_frequency_layer(spec)
    scales, reach = layer.row_scales, extent(1e-6).reach
    length = scipy.fft.next_fast_len(math.ceil(spec.samples + reach * scales.max()))
    bins = length // 2 + 1
    weights = np.stack([textbook(s, np.arange(bins) / length) for s in scales]).astype("float32")
    pool = _cell_means(spec.samples, layer.columns)

    def transform(signals: np.ndarray) -> np.ndarray:
        leads = _standardised(signals).swapaxes(1, 2)
        product = np.zeros((*leads.shape[:2], len(scales), length), "complex64")
        product[..., :bins] = scipy.fft.rfft(leads, length)[:, :, None] * weights
        c = scipy.fft.ifft(product, workers=-1, overwrite_x=True)[..., : spec.samples]
        return _image(c, pool)

    return transform


def pywt_scalogram(spec: SignalSpec) -> Domain:
    """The scalogram as most write it: `pywt.cwt`, lead by lead."""
    layer = time_frequency_layer(spec)
    pool = _cell_means(spec.samples, layer.columns)

    def transform(signals: np.ndarray) -> np.ndarray:
        leads = _standardised(signals).swapaxes(1, 2)
        each = [
            [pywt.cwt(lead, layer.row_scales, "cmor1.5-1.0", method="fft")[0] for lead in signal]
            for signal in leads
        ]
        return _image(np.array(each), pool)

    return transform


FAIR = {"time": time, "frequency": frequency, "time_frequency": scalogram}
USUAL = {**FAIR, "time_frequency": pywt_scalogram}


def preprocessing(
    spec: SignalSpec, domains: Iterable[str], made: Mapping[str, Callable[[SignalSpec], Domain]]
) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """From signals `[batch, samples, leads]` to the domains that a model takes, by name."""
    transforms = {name: made[name](spec) for name in domains}
    return lambda signals: {name: one(signals) for name, one in transforms.items()}


def _standardised(signals: np.ndarray) -> np.ndarray:
    centred = signals - signals.mean(axis=1, keepdims=True, dtype="float32")
    return np.asarray(centred / np.float32(MILLIVOLTS))


def _cell_means(samples: int, columns: int) -> np.ndarray:
    """The matrix `[samples, columns]` that averages over cells, a sample shared by two of them."""
    edges = np.arange(columns + 1) * samples / columns
    low, high = edges[:-1], edges[1:]
    at = np.arange(samples)[:, None]
    overlap = np.clip(np.minimum(high, at + 1) - np.maximum(low, at), 0, 1)
    return (overlap / (high - low)).astype("float32")


def _image(c: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Coefficients `[batch, leads, scales, samples]` to `[batch, scales, columns, leads]`."""
    power = (c.real**2 + c.imag**2).astype("float32") @ pool
    return np.log(power + POWER_FLOOR).transpose(0, 2, 3, 1)
