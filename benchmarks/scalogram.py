"""Scalograms: microseconds a signal against other libraries, accuracy, and the cost of building.

    pip install .[bench]
    python benchmarks/scalogram.py [--rounds N] [--workloads W1 W3] [--peers NAME ...] [--json FILE]

fCWT also needs FFTW in single precision when it runs (Debian: apt-get install libfftw3-single3). A
peer that is not installed is named as missing. Everybody has as many threads; plans, tracing and
compiling come before the timing. Ours transforms 64 records of 12 leads at once, as points (|c|^2
at each column's centre, like the peers) and pooled (its mean over each column). The wavelet is
PyWavelets' cmor1.5-1.0, at scales from 4 samples to a tenth of the signal.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from rounds import Measured, arguments, cores, interleaved, positive, surroundings, table, write
from scalogram_peers import PEERS, Workload, exact

from ecgzoo.domains.time_frequency import TimeFrequencyDomain

WORKLOADS = {
    "W1": Workload(samples=1000, scales=64, columns=64),
    "W2": Workload(samples=1000, scales=128, columns=128),
    "W3": Workload(samples=5000, scales=64, columns=64),
    "W4": Workload(samples=2213, scales=128, columns=224),
}
RECORDS, LEADS, ROUNDS = 64, 12, 7
POOLINGS = {"points": "none", "pooled": "mean"}
MAPPED_BATCHES = 4
SECONDS = 1.0
PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "pywavelets", "fCWT", "ssqueezepy", "numba")

Contenders = dict[str, Callable[[], float]]


@dataclass(frozen=True)
class Cost:
    """What our layer costs before the first signal, and how far off it is after.

    Attributes:
        build_seconds: to make the layer and to build it.
        compile_seconds: the first call under XLA.
        megabytes: of its graph, with the constants.
        error: the worst on a few signals, of |c| (pooled: of the mean |c|^2), relative to the
            scale's maximum.
    """

    build_seconds: float
    compile_seconds: float
    megabytes: float
    error: float


def main() -> None:
    """Measures the chosen workloads one after the other and prints a table of each."""
    options = _options()
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(options.threads)
    figures: dict[str, Any] = {"threads": options.threads, **surroundings(*PACKAGES)}
    costs: dict[str, Cost] = {}
    for name in options.workloads:
        workload = WORKLOADS[name]
        signals = heartbeats(workload.samples)
        contenders: Contenders = {}
        for pooling in POOLINGS:
            ours, costs[f"{name}, {pooling}"] = our_modes(
                workload, pooling, signals, options.threads
            )
            contenders |= ours
        peers, missing = others(workload, signals, options.peers, options.threads)
        times = interleaved(contenders | peers, options.rounds, options.rest)
        print(f"{name}: {workload}; microseconds a signal, and how many times ours\n")
        print(timing_table(times), end="\n\n")
        for peer, reason in missing.items():
            print(f"Missing: {peer} ({reason})\n")
        figures[name] = {"microseconds": times, "missing": missing}
    print("Ours; error: the worst of |c| (pooled: of power), relative to its scale's maximum\n")
    print(cost_table(costs))
    figures["costs"] = {name: asdict(cost) for name, cost in costs.items()}
    write(options.json, figures)


def scalogram(workload: Workload, pooling: str) -> TimeFrequencyDomain:
    """Our layer for a workload, its frequencies in cycles per sample."""
    return TimeFrequencyDomain(
        1.0,
        scales=workload.row_scales.tolist(),
        columns=workload.columns,
        pooling=POOLINGS[pooling],
        output="power",
    )


def our_modes(
    workload: Workload, pooling: str, signals: np.ndarray, threads: int
) -> tuple[Contenders, Cost]:
    """The layer as a graph, compiled by XLA, and mapped over a dataset of batches."""
    start = time.perf_counter()
    layer = scalogram(workload, pooling)
    layer.build((None, *signals.shape[1:]))
    build_seconds = time.perf_counter() - start
    batch = tf.constant(signals)
    graph, compiled = tf.function(layer), tf.function(layer, jit_compile=True)
    compile_seconds = _seconds(lambda: compiled(batch))
    constants = graph.get_concrete_function(batch).graph.as_graph_def().ByteSize()
    size = constants + sum(weight.numpy().nbytes for weight in layer.weights)
    cost = Cost(build_seconds, compile_seconds, size / 1e6, _error(layer, workload, signals))
    dataset = tf.data.Dataset.from_tensors(batch).repeat(MAPPED_BATCHES)
    dataset = dataset.map(layer, tf.data.AUTOTUNE)
    settings = tf.data.Options()
    settings.threading.private_threadpool_size = threads

    def mapped() -> None:
        for _ in dataset.with_options(settings):
            pass

    count = RECORDS * LEADS
    return {
        f"ours, {pooling}, graph": _timed(lambda: graph(batch), count),
        f"ours, {pooling}, XLA": _timed(lambda: compiled(batch), count),
        f"ours, {pooling}, tf.data": _timed(mapped, MAPPED_BATCHES * count),
    }, cost


def others(
    workload: Workload, signals: np.ndarray, names: Sequence[str], threads: int
) -> tuple[Contenders, dict[str, str]]:
    """The peers that are installed, and why the others are not there."""
    rows = signals.transpose(0, 2, 1).reshape(-1, workload.samples)
    contenders: Contenders = {}
    missing: dict[str, str] = {}
    for name in names:
        try:
            transform = PEERS[name].make(workload, threads)
        except ImportError as error:
            missing[name] = str(error)
        else:
            contenders[name] = _peer(transform, rows[: PEERS[name].signals].copy())
    return contenders, missing


def heartbeats(samples: int) -> np.ndarray:
    """Noise and twelve pulses as narrow as a QRS complex: float32 `[records, samples, leads]`."""
    generator = np.random.default_rng(0)
    instants = np.linspace(0, 1, samples)[:, None]
    signals = 0.05 * generator.standard_normal((RECORDS, samples, LEADS))
    for _ in range(12):
        beats = generator.uniform(0, 1, (RECORDS, 1, LEADS))
        signals += np.exp(-0.5 * ((instants - beats) / 0.002) ** 2)
    return signals.astype("float32")


def timing_table(times: dict[str, Measured]) -> str:
    """Everybody's median and quartiles; of the peers also how many times ours they take.

    Ours is the best of the three modes, and then the graph, of the points and of the pooled.
    """
    ours = [
        min(measured.median for name, measured in times.items() if name.startswith(prefix))
        for pooling in POOLINGS
        for prefix in (f"ours, {pooling}", f"ours, {pooling}, graph")
    ]
    rows = []
    for name, measured in times.items():
        low, high = np.percentile(measured.values, (25, 75))
        ratios = [f"{measured.median / mine:.1f}" if name in PEERS else "" for mine in ours]
        rows.append([name, _three(measured.median), f"{_three(low)} to {_three(high)}", *ratios])
    header = ["", "median", "quartiles", *(f"/ {p}{g}" for p in POOLINGS for g in ("", " graph"))]
    return table(header, rows)


def cost_table(costs: dict[str, Cost]) -> str:
    """What our layers cost before the first signal, and their accuracy."""
    header = ["", "build, s", "XLA's first call, s", "graph and constants, MB", "worst error"]
    return table(
        header,
        (
            [
                name,
                f"{cost.build_seconds:.2f}",
                f"{cost.compile_seconds:.2f}",
                f"{cost.megabytes:.2f}",
                f"{cost.error:.1e}",
            ]
            for name, cost in costs.items()
        ),
    )


def _error(layer: TimeFrequencyDomain, workload: Workload, signals: np.ndarray) -> float:
    few = signals[:3, :, :1]
    image = np.asarray(layer(few))[..., 0]
    pooled = layer.pooling == "mean"
    expected = np.stack([exact(signal, workload, pooled) for signal in few[..., 0]])
    if not pooled:
        image, expected = np.sqrt(image), np.sqrt(expected)
    return float((np.abs(image - expected).max(axis=2) / expected.max(axis=2)).max())


def _three(microseconds: float) -> str:
    return f"{microseconds:.0f}" if microseconds >= 100 else f"{microseconds:.1f}"


def _peer(transform: Callable[[np.ndarray], np.ndarray], rows: np.ndarray) -> Callable[[], float]:
    return _timed(lambda: transform(rows), len(rows))


def _timed(run: Callable[[], object], signals: int) -> Callable[[], float]:
    """Microseconds a signal, over as many calls as take a second."""

    def measure() -> float:
        calls, seconds = 0, 0.0
        while seconds < SECONDS:
            calls, seconds = calls + 1, seconds + _seconds(run)
        return seconds / calls / signals * 1e6

    return measure


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _options() -> argparse.Namespace:
    parser = arguments(__doc__, ROUNDS)
    add = parser.add_argument
    shapes = "; ".join(f"{name}: {workload}" for name, workload in WORKLOADS.items())
    names = ", ".join(f'"{peer}"' for peer in PEERS)
    every: dict[str, Any] = {"choices": WORKLOADS, "default": list(WORKLOADS)}
    add("--workloads", nargs="+", metavar="W", help=f"default all of {shapes}", **every)
    every = {"choices": PEERS, "default": list(PEERS)}
    add("--peers", nargs="*", metavar="NAME", help=f"default all of {names}", **every)
    add("--threads", type=positive, default=cores(), help="for everybody; default: all cores")
    return parser.parse_args()


if __name__ == "__main__":
    main()
