"""What an exported version costs from raw signals, beside the ways without one.

    python benchmarks/serving.py [--model NAME] [--rounds N] [--threads N] [--json FILE]

Contenders, each from raw signals to probabilities in this process:

- ours: the exported version's `serving_default`;
- the usual way: domains in Python with a `pywt.cwt` loop, then `model.predict`;
- the fair way: domains with `scipy.fft`, all at once, then a compiled call of the model;
- onnxruntime: the same model converted from the signal (`pip install .[runtimes]`).

First table: loading a version in a fresh process and its first answer, with the warm-up requests
replayed before it and without. Second: median and 99th percentile of a call's duration at batch 1
and 32, and signals a second at batch 32. Third: the
version's bytes by its parts. Weights are random: they cost what trained ones do. An operation of
TensorFlow has one thread, as on a server that is started with the flags of `compose.yaml`; SciPy
takes all cores.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from rounds import Measured, arguments, interleaved, positive, surroundings, table, write
from serving_peers import FAIR, USUAL, preprocessing

from ecgzoo.artifact.folder import EXTRA, RECORDED, WARM_UP
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.exporting.saved_model.requests import FOLDER
from ecgzoo.exporting.saved_model.write import export
from ecgzoo.files.atomic import write_json
from ecgzoo.models.build import build
from ecgzoo.models.front import core_of
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.registry import list_models

OURS = "ours, SavedModel"
USUALLY, FAIRLY, ONNX = "usual: pywt, predict", "fair: scipy.fft, compiled", "onnxruntime"
BATCHES = (1, 32)
CLASSES = ("Normal", "HB", "MI", "PMI")
PARTS = {
    "graph": "saved_model.pb",
    "weights and constants": "variables",
    "example requests": f"{EXTRA}/{FOLDER}",
    "recorded answers": f"{EXTRA}/{RECORDED}",
    "warm-up requests": f"{EXTRA}/{WARM_UP}",
}

# Loads a version and answers once; prints the milliseconds of both. Warm-up as a server does it.
COLD = """
import sys, time
import numpy as np
import tensorflow as tf
folder, signal, warm = sys.argv[1], np.load(sys.argv[2]), sys.argv[3] == "warm"
start = time.perf_counter()
served = tf.saved_model.load(folder).signatures["serving_default"]
loaded = time.perf_counter()
signal = tf.constant(signal)
if warm:
    served(signal=tf.concat([signal, signal], 0))["probabilities"].numpy()
ready = time.perf_counter()
served(signal=signal)["probabilities"].numpy()
print(1000 * (loaded - start), 1000 * (ready - loaded), 1000 * (time.perf_counter() - ready))
"""


def main() -> None:
    """Exports one model, measures it beside its peers and prints two tables."""
    assert __doc__
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--model", default="hybrid1", choices=list_models(), help="default hybrid1")
    parser.add_argument("--calls", type=positive, default=100, help="calls a measurement")
    parser.add_argument("--threads", type=int, default=1, help="of an operation; 0 for all cores")
    options = parser.parse_args()
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(options.threads)  # also of the fresh processes
    with tempfile.TemporaryDirectory() as scratch:
        preset = make_preset(Path(scratch, "preset"), options.model)
        version = export(preset, Path(scratch, "exported"))
        cold = cold_starts(version, Path(scratch), options.rounds)
        sizes = size_of(version, preset)
        bench = Bench(preset, version, Path(scratch))
        durations = bench.durations(options.calls, options.rounds, options.rest)
    print(cold_table(cold), end="\n\n")
    print(call_table(durations), end="\n\n")
    print(size_table(sizes))
    content = {"model": options.model, "cold_milliseconds": cold, "bytes": sizes}
    named = {f"{name}, batch {batch}": one for (name, batch), one in durations.items()}
    write(
        options.json,
        {**surroundings("tensorflow", "keras", "onnxruntime"), **content, "milliseconds": named},
    )


def make_preset(folder: Path, model: str) -> Path:
    """A preset's folder with random weights."""
    folder.mkdir()
    core = build(model, PAGE_SPEC, len(CLASSES), inputs="domains")
    core.save_weights(folder / WEIGHTS)
    sha256 = digest(folder / WEIGHTS)
    preset = Preset(model, PAGE_SPEC, CLASSES, weights_sha256=sha256, page="traces")
    write_json(folder / DESCRIPTION, preset.to_dict())
    return folder


def signals(batch: int) -> np.ndarray:
    """Signals of the model's shape, in mV."""
    steps = np.random.default_rng(0).normal(0, 0.05, (batch, *PAGE_SPEC.shape))
    return np.cumsum(steps, axis=1).astype("float32")


def size_of(version: Path, preset: Path) -> dict[str, int]:
    """Bytes of a version by its parts, and of the weights file that it was made of."""
    sizes = {name: bytes_in(version / place) for name, place in PARTS.items()}
    whole = bytes_in(version)
    other = whole - sum(sizes.values())
    return sizes | {
        "description, digests": other,
        "together": whole,
        "weights file": bytes_in(preset / WEIGHTS),
    }


def bytes_in(path: Path) -> int:
    """Of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


def cold_starts(version: Path, scratch: Path, rounds: int) -> dict[str, Measured]:
    """Milliseconds of loading, of warming up and of the first answer, in fresh processes."""
    given = scratch / "signal.npy"
    np.save(given, signals(1))
    values: dict[str, list[float]] = {}
    for _ in range(rounds):
        for kind in ("cold", "warm"):
            command = [sys.executable, "-c", COLD, str(version), str(given), kind]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            load, warm, first = map(float, done.stdout.split())
            values.setdefault("load", []).append(load)
            if kind == "warm":
                values.setdefault("warm-up, two signals", []).append(warm)
            values.setdefault(f"first answer, {kind}", []).append(first)
    return {name: Measured(tuple(several)) for name, several in values.items()}


class Bench:
    """One model's ways from raw signals to probabilities.

    Args:
        preset: folder with its weights.
        version: its exported version.
        scratch: where files may be written.
    """

    def __init__(self, preset: Path, version: Path, scratch: Path) -> None:
        from ecgzoo.models.weights import load_preset

        model, described = load_preset(preset)
        core, spec = core_of(model), described.spec
        served = tf.saved_model.load(str(version)).signatures["serving_default"]
        usual, fair = (preprocessing(spec, core.input, made) for made in (USUAL, FAIR))
        compiled = tf.function(lambda domains: core(domains, training=False))
        self.ways: dict[str, Callable[[np.ndarray], Any]] = {
            OURS: lambda x: served(signal=tf.constant(x))["probabilities"].numpy(),
            USUALLY: lambda x: core.predict(usual(x), verbose=0),
            FAIRLY: lambda x: compiled(fair(x)).numpy(),
        }
        if session := onnx_session(preset, scratch):
            self.ways[ONNX] = lambda x: session.run(["probabilities"], {"signal": x})[0]
        self.check(model)

    def check(self, model: keras.Model) -> None:
        """All ways answer alike; pywt's wavelet differs a little from the textbook's."""
        given = signals(4)
        expected = np.asarray(model(given, training=False))
        for name, ask in self.ways.items():
            np.testing.assert_allclose(ask(given), expected, atol=0.05, err_msg=name)

    def durations(
        self, calls: int, rounds: int, rest: float
    ) -> dict[tuple[str, int], tuple[Measured, Measured]]:
        """Median and 99th percentile of a call, in milliseconds, by way and batch."""
        kept: dict[str, list[tuple[float, float]]] = {}

        def measure(name: str, batch: int) -> Callable[[], float]:
            ask, given = self.ways[name], signals(batch)
            few = max(10, calls // (batch if name == USUALLY else 1))

            def once() -> float:
                found = np.percentile([timed(ask, given) for _ in range(few)], [50, 99])
                kept.setdefault(f"{name} {batch}", []).append((found[0], found[1]))
                return float(found[0])

            return once

        both = [(name, batch) for batch in BATCHES for name in self.ways]
        interleaved({f"{n} {b}": measure(n, b) for n, b in both}, rounds, rest)
        each = {pair: kept[f"{pair[0]} {pair[1]}"][1:] for pair in both}
        return {
            pair: (Measured(tuple(v[0] for v in several)), Measured(tuple(v[1] for v in several)))
            for pair, several in each.items()
        }


def onnx_session(preset: Path, scratch: Path) -> Any:
    """The model in onnxruntime, from the signal; None without the extra or the conversion."""
    try:
        import onnxruntime

        from ecgzoo.exporting.runtimes.formats import export_onnx
    except ImportError:
        return None
    written = export_onnx(preset, scratch / "model.onnx")
    if written.inputs != "signal":
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["TF_NUM_INTRAOP_THREADS"])
    return onnxruntime.InferenceSession(str(written.path), options)


def timed(ask: Callable[[np.ndarray], Any], given: np.ndarray) -> float:
    """Milliseconds of a call."""
    start = time.perf_counter()
    ask(given)
    return 1000 * (time.perf_counter() - start)


def cold_table(cold: dict[str, Measured]) -> str:
    """Loading and the first answer."""
    rows = [[name, f"{one.median:.0f}", one.spread(0)] for name, one in cold.items()]
    return table(["in a fresh process", "ms", "range"], rows)


def size_table(sizes: dict[str, int]) -> str:
    """The parts of a version."""
    return table(["part", "kB"], [[name, f"{size / 1e3:.0f}"] for name, size in sizes.items()])


def call_table(durations: dict[tuple[str, int], tuple[Measured, Measured]]) -> str:
    """A row per way and batch, with how many times ours it takes."""
    rows = []
    for (name, batch), (median, late) in durations.items():
        ours = durations[OURS, batch][0].median
        rows.append(
            [
                f"{name}, batch {batch}",
                f"{median.median:.2f}",
                median.spread(2),
                f"{late.median:.2f}",
                f"{1000 * batch / median.median:.0f}",
                f"{median.median / ours:.1f}",
            ]
        )
    return table(["way", "p50, ms", "range", "p99, ms", "signals/s", "times ours"], rows)


if __name__ == "__main__":
    main()
