"""Training from memory and from the disk: records a second, and memory, by the number of records.

    python benchmarks/streaming.py --records 1000 10000 50000

Records of 1000 samples by 12 leads are made one by one, assembled as every data set is, and a model
is trained on them, in a process of its own for each line: "memory" holds the signals and what the
model takes of them, "disk" neither. Peak memory is the process', with TensorFlow in it. A step is
timed after the first few.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rounds import Measured, arguments, interleaved, positive, table, write

SAMPLES, LEADS, RATE = 1000, 12, 100
CLASSES = ("N", "AF")
WARM = 5  # steps before a measurement


def main() -> None:
    """Parses the arguments, measures each number of records both ways, prints a table."""
    parser = arguments(__doc__ or "", rounds=1)
    parser.add_argument("--records", type=positive, nargs="+", default=[1000, 10000])
    parser.add_argument("--model", default="cnn1d")
    parser.add_argument("--steps", type=positive, default=100, help="steps of a measurement")
    parser.add_argument("--most", type=positive, default=10000, help="records held in memory")
    parser.add_argument("--child", nargs=2, help="measure once: records, memory or disk")
    given = parser.parse_args()
    if given.child:
        print(json.dumps(measured(given.model, int(given.child[0]), given.child[1], given.steps)))
        return
    places = [
        (count, place)
        for count in given.records
        for place in ("memory", "disk")
        if place == "disk" or count <= given.most
    ]
    told: dict[str, list[dict[str, Any]]] = {}

    def contender(count: int, place: str) -> float:
        one = _in_a_process(given.model, count, place, given.steps)
        told.setdefault(f"{count:,} from {place}", []).append(one)
        return float(one["records_per_second"])

    timed = {f"{count:,} from {place}": partial(contender, count, place) for count, place in places}
    speeds = interleaved(timed, given.rounds, given.rest)
    print(_table(speeds, told))
    write(given.json, {"speeds": speeds, "runs": told})


def _table(speeds: dict[str, Measured], told: dict[str, list[dict[str, Any]]]) -> str:
    rows = []
    for name, speed in speeds.items():
        runs = told[name][1:]
        peak, after = (max(run[what] for run in runs) / 2**30 for what in ("peak", "before"))
        rows.append(
            [name, f"{speed.median:.0f}", speed.spread(0), f"{peak:.2f}", f"{peak - after:.2f}"]
        )
    return table(["records", "records/s", "range", "peak, GiB", "of it for records"], rows)


def _in_a_process(model: str, count: int, place: str, steps: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--model", model, "--steps", str(steps)]
    done = subprocess.run(
        [*command, "--child", str(count), place], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def records(count: int) -> Iterator[Any]:
    """Records of sines and noise, one after another."""
    from tf_data.recording import Recording

    leads = tuple(f"L{lead}" for lead in range(LEADS))
    times = np.arange(SAMPLES, dtype=np.float32)[:, None] / RATE
    for number in range(count):
        rng = np.random.default_rng(number)
        phases = rng.random((1, LEADS), np.float32)
        signal = np.sin(7 * (1 + number % 2) * times + phases)
        signal += 0.1 * rng.standard_normal((SAMPLES, LEADS), np.float32)
        held = {"rhythm": (CLASSES[number % 2],)}
        yield Recording(f"{number:08d}", signal, RATE, leads, held)


def measured(model: str, count: int, place: str, steps: int) -> dict[str, Any]:
    """One training, by memory or disk, in this process."""
    import tensorflow as tf

    from ecgzoo.models.build import build
    from ecgzoo.signal_spec import SignalSpec
    from ecgzoo.training.losses import loss_of
    from ecgzoo.training.optimizers import FlatAdamW
    from tf_data.assembling import Wanted, assemble
    from tf_data.augmentation import Augmentation
    from tf_data.domain_cache import DomainCache
    from tf_data.pipeline import Pipeline

    spec = SignalSpec(tuple(f"L{lead}" for lead in range(LEADS)), RATE, SAMPLES)
    core = build(model, spec, len(CLASSES), inputs="domains")
    before = _peak()
    start = time.perf_counter()
    room = 2**40 if place == "memory" else 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = assemble(records(count), Wanted(spec, "rhythm", CLASSES), "benchmark", memory=room)
    assembled = time.perf_counter() - start
    core.compile(FlatAdamW(1e-3), loss_of(data.targets, False, 0.05), jit_compile=False)
    pipeline = Pipeline(spec, list(core.input), shared=DomainCache(most=room))
    start = time.perf_counter()
    epochs = range(1 + (steps + WARM) * pipeline.batch_size // count)
    batches = iter(pipeline.training(data.signals, data.targets, epochs, 0, Augmentation(), 0.3))
    train = tf.function(core.train_step)
    for _ in range(WARM):
        train(next(batches))
    filled = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(steps):
        result = train(next(batches))
    np.asarray(tf.nest.flatten(result)[0])
    seconds = time.perf_counter() - start
    return {
        "records_per_second": steps * pipeline.batch_size / seconds,
        "peak": _peak(),
        "before": before,
        "assembled_seconds": assembled,
        "before_first_step_seconds": filled,
    }


def _peak() -> int:
    """Bytes that this process has had in memory at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
