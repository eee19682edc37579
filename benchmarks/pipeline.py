"""Records per second through tf.data in three domains, against loops over PyWavelets.

    python benchmarks/pipeline.py [--rounds N] [--json FILE]

Records of 1000 samples by 12 leads at 250 Hz, in batches of 64; time, frequency and time-frequency
with the layers that ecgzoo takes by default. A measurement is a whole pass over the records, from
the making of the iterator on. The loops compute the same images with pywt.cwt (method="fft", power
averaged over the same cells, log), in parallel calls of tf.numpy_function. That they compute the
same is checked first, at a precision where pywt.cwt has converged; timed is its faster default.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pywt
import tensorflow as tf
from rounds import arguments, interleaved, surroundings, table, write

from ecgzoo.domains.time import MILLIVOLTS
from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.registry import DOMAINS
from ecgzoo.signal_spec import SignalSpec
from tf_data.pipeline import Pipeline

SPEC = SignalSpec(PAGE_LAYOUT.leads, sampling_rate=250, samples=1000)
NAMES = ("time", "frequency", "time_frequency")
BATCH = 64
LAYERS: dict[str, Any] = {name: DOMAINS.get(name)(SPEC) for name in NAMES}

BATCHED = "batch, then map: three domains"
COMPILED = "the same, compiled by XLA"
EXAMPLES = "map, then batch: three domains"
CACHED = "from the cache: three domains"
TOGETHER = "pywt.cwt, all leads of a record"
LOOP = "pywt.cwt, a loop over leads"


def main() -> None:
    """Measures all pipelines in interleaved rounds and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=5)
    options = parser.parse_args()
    agreement = check_images()
    passes = contenders()
    seconds = interleaved(passes, options.rounds, options.rest)
    times = {name: seconds[LOOP].median / one.median for name, one in seconds.items()}
    rows = [
        [
            name,
            f"{BATCH / one.median:.0f}",
            f"{1000 * one.median:.1f}",
            f"{1000 * min(one.values):.1f} to {1000 * max(one.values):.1f}",
            f"{times[name]:.1f}",
        ]
        for name, one in seconds.items()
    ]
    print(table(["pipeline", "records/s", "ms/batch", "range", "x loop"], rows))
    per_example = seconds[EXAMPLES].median / seconds[BATCHED].median
    print(f"\nMapping batches instead of examples: {per_example:.1f} times as fast.")
    print(f"Scalograms of the loop and of the layer correlate at {agreement:.4f}.")
    write(
        options.json,
        {
            **surroundings("tensorflow", "keras", "PyWavelets", "numpy"),
            "records": {"samples": SPEC.samples, "leads": len(SPEC.leads), "batch": BATCH},
            "seconds_per_batch": seconds,
            "times_the_loop": times,
            "batch_over_example": per_example,
            "agreement": agreement,
        },
    )


def contenders() -> dict[str, Callable[[], float]]:
    """Functions that take a pass and return its seconds per batch."""
    some, many = noise(BATCH), noise(16 * BATCH)
    datasets: dict[str, tf.data.Dataset] = {
        CACHED: cached(many),
        BATCHED: batched(many, NAMES),
        COMPILED: batched(many, NAMES, compiled=True),
        **{f"batch, then map: {name} alone": batched(many, (name,)) for name in NAMES},
        EXAMPLES: by_example(many[: 4 * BATCH]),
        TOGETHER: looped(some, at_once=True),
        LOOP: looped(some, at_once=False),
    }
    return {name: partial(seconds_per_batch, one) for name, one in datasets.items()}


def seconds_per_batch(dataset: tf.data.Dataset) -> float:
    """The time of a whole pass, divided by its batches."""
    start = time.perf_counter()
    batches = sum(1 for _ in dataset)
    return (time.perf_counter() - start) / batches


def noise(records: int) -> np.ndarray:
    """Signals in mV; what they show makes no difference to the time."""
    rng = np.random.default_rng(0)
    return MILLIVOLTS * rng.standard_normal((records, *SPEC.shape), np.float32)


def cached(signals: np.ndarray) -> tf.data.Dataset:
    """An epoch of ecgzoo's pipeline: shuffled batches, gathered from computed domains."""
    pipeline = Pipeline(SPEC, NAMES, batch_size=BATCH)
    return pipeline.training(signals, np.zeros((len(signals), 4)), range(1))


def batched(signals: np.ndarray, names: tuple[str, ...], compiled: bool = False) -> tf.data.Dataset:
    """The domains of whole batches, nothing cached."""
    domains = tf.function(
        lambda batch: {name: LAYERS[name](batch) for name in names}, jit_compile=compiled
    )
    dataset = tf.data.Dataset.from_tensor_slices(signals).batch(BATCH)
    return dataset.map(domains, tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def by_example(signals: np.ndarray) -> tf.data.Dataset:
    """The same layers, a record at a time."""
    dataset = tf.data.Dataset.from_tensor_slices(signals).map(
        lambda one: {name: layer(one[None])[0] for name, layer in LAYERS.items()}, tf.data.AUTOTUNE
    )
    return dataset.batch(BATCH).prefetch(tf.data.AUTOTUNE)


def looped(signals: np.ndarray, at_once: bool) -> tf.data.Dataset:
    """The same with NumPy and PyWavelets, a record at a time."""
    dataset = tf.data.Dataset.from_tensor_slices(signals).map(
        lambda one: tf.numpy_function(
            lambda signal: numpy_domains(signal, at_once), [one], [tf.float32] * len(NAMES)
        ),
        tf.data.AUTOTUNE,
    )
    return dataset.batch(BATCH).prefetch(tf.data.AUTOTUNE)


def numpy_domains(
    signal: np.ndarray, at_once: bool, precision: int = 12
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three domains of one record ``[samples, leads]``."""
    standard = (signal - signal.mean(axis=0)) / np.float32(MILLIVOLTS)
    window = np.hanning(len(signal) + 1)[:-1, None].astype(np.float32)
    spectrum = np.abs(np.fft.rfft(standard * window, axis=0)) * (2 / window.sum())
    bins = LAYERS["frequency"].bins(len(signal))
    rows = np.ascontiguousarray(standard.T)
    if at_once:
        image = cells(rows, precision)
    else:
        image = np.stack([cells(row, precision) for row in rows], axis=1)
    return (
        standard,
        np.log(spectrum[:bins] + 0.01).astype(np.float32),
        np.log(image + 0.001).transpose(0, 2, 1).astype(np.float32),
    )


def cells(signals: np.ndarray, precision: int) -> np.ndarray:
    """Power of one lead or of several, averaged over cells: ``[scales, ..., columns]``."""
    layer = LAYERS["time_frequency"]
    c, _ = pywt.cwt(
        signals, layer.row_scales, "cmor1.5-1.0", method="fft", axis=-1, precision=precision
    )
    edges = np.arange(layer.columns + 1) * signals.shape[-1] // layer.columns
    power = np.square(c.real) + np.square(c.imag)
    return np.add.reduceat(power, edges[:-1], axis=-1) / np.diff(edges)


def check_images() -> float:
    """The correlation between the loop's and the layers' scalograms.

    Raises:
        SystemExit: if they are not images of the same.
    """
    signals = noise(2)
    converged = [numpy_domains(signal, at_once=True, precision=18) for signal in signals]
    correlations = {}
    for place, (name, layer) in enumerate(LAYERS.items()):
        theirs = np.stack([domains[place] for domains in converged])
        correlations[name] = float(np.corrcoef(np.ravel(layer(signals)), theirs.ravel())[0, 1])
    if min(correlations.values()) < 0.99:
        raise SystemExit(f"the loop computes something else; correlations {correlations}")
    return correlations["time_frequency"]


if __name__ == "__main__":
    main()
