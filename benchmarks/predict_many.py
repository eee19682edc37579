"""Many small records: `ecgzoo predict-many` on Beam beside plain loops over the same files.

    python benchmarks/predict_many.py [--records 20000] [--model NAME] [--rounds N] [--json FILE]

Records are .npy files of one window of the model's, float16. Figures are records per second:

- predict-many: the command in a fresh process, from its start to its end, so with what importing
  TensorFlow and Beam takes; in 1 process and in 2;
- loop, a file each: `load(model).predict(file)` file after file, of a few of them, after loading;
- loop, 500 files each: the same of lists of files, of all of them.

At the end 2 processes are killed at about the half and started again; every record must be there
once, and what was answered before must not be answered again.

CPU milliseconds are of all threads and processes: on a machine that other jobs share, they compare
where records per second do not.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rounds import Measured, arguments, interleaved, positive, surroundings, table, write

LOOPED, CHUNK, SHARD = 200, 500, 500
MANY, MANY_IN_TWO = "predict-many, 1 process", "predict-many, 2 processes"
CHUNKS, ONE_BY_ONE = f"loop, {CHUNK} files each", "loop, a file each"


def main() -> None:
    """Measures each in turn, kills and restarts one, and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=2)
    parser.add_argument("--records", type=positive, default=20_000, help="default 20000")
    parser.add_argument("--model", default="cnn1d.ecg_images", help="a preset or its folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = Work(Path(scratch), options.model, options.records)
        contenders: dict[str, Callable[[], float]] = {
            MANY: lambda: work.many(1),
            MANY_IN_TWO: lambda: work.many(2),
            CHUNKS: lambda: work.loop(CHUNKS, CHUNK, len(work.files)),
            ONE_BY_ONE: lambda: work.loop(ONE_BY_ONE, 1, LOOPED),
        }
        found = interleaved(contenders, options.rounds, options.rest)
        restarted = work.killed()
    slowest = found[ONE_BY_ONE].median
    cpu = {name: Measured(tuple(work.cpu[name][1:])) for name in found}  # without the warm-up
    rows = [
        [name, f"{one.median:.0f}", one.spread(0), f"{one.median / slowest:.1f}"]
        + [f"{cpu[name].median:.1f}"]
        for name, one in found.items()
    ]
    print(f"{options.records:,} records of {options.model}\n")
    head = ["", "records/s", "range", "x a file each", "CPU, ms a record"]
    print(table(head, rows))
    print(f"\n{restarted}")
    figures = {
        "records": options.records,
        "model": options.model,
        "per_second": found,
        "cpu_ms": cpu,
    }
    told = surroundings("tensorflow", "keras", "apache-beam", "pyarrow")
    write(options.json, {**told, **figures, "restarted": restarted})


class Work:
    """Files of records, and ways to answer them.

    Args:
        folder: an empty one, for all that is written.
        model: a preset's name.
        count: how many files.
    """

    def __init__(self, folder: Path, model: str, count: int) -> None:
        import ecgzoo

        self.folder, self.records, self.runs = folder, folder / "records", 0
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.model, self.loaded = model, ecgzoo.load(model)
        spec = self.loaded.preset.spec
        self.rate = spec.sampling_rate
        self.records.mkdir()
        self.files = [self.records / f"{row:06d}.npy" for row in range(count)]
        rng, seconds = np.random.default_rng(0), np.arange(spec.samples)[:, None] / self.rate
        for file in self.files:
            phase = (seconds * rng.uniform(0.8, 3) + rng.uniform()) % 1 - 0.5
            beats = np.exp(-((phase / 0.03) ** 2)) * rng.uniform(0.3, 1.5, len(spec.leads))
            np.save(file, (beats + rng.normal(0, 0.02, beats.shape)).astype(np.float16))

    def loop(self, name: str, chunk: int, count: int) -> float:
        """Records per second of `predict`, of some files at a time."""

        def ask() -> None:
            for start in range(0, count, chunk):
                self.loaded.predict(self.files[start : start + chunk], sampling_rate=self.rate)

        return self._timed(name, ask, count)

    def many(self, workers: int) -> float:
        """Records per second of the command, whole."""
        command = self._command(self._new(), workers)

        def ask() -> None:
            subprocess.run(command, check=True, capture_output=True)

        return self._timed(MANY if workers == 1 else MANY_IN_TWO, ask, len(self.files))

    def _timed(self, name: str, ask: Callable[[], None], count: int) -> float:
        began, busy = time.perf_counter(), _cpu_seconds()
        ask()
        self.cpu[name].append(1000 * (_cpu_seconds() - busy) / count)
        return count / (time.perf_counter() - began)

    def killed(self) -> str:
        """Kills a run at about the half, starts it again, and says what came of it."""
        to = self._new()
        command, shards = self._command(to, 2), -(-len(self.files) // SHARD)
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        while len(list(to.glob("answers-*"))) < shards // 2 and process.poll() is None:
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(5)  # workers have ended by then
        kept = {one: one.stat().st_mtime_ns for one in to.glob("answers-*")}
        subprocess.run(command, check=True, capture_output=True)
        again = [one.name for one, when in kept.items() if one.stat().st_mtime_ns != when]
        names = _records(to)
        lost, twice = set(map(str, self.files)) - set(names), len(names) - len(set(names))
        return (
            f"Killed with {len(kept)} of {shards} files of answers, started again: {len(names):,} "
            f"lines, {len(lost)} lost, {twice} twice, {len(again)} files written again."
        )

    def _new(self) -> Path:
        self.runs += 1
        return self.folder / f"answers{self.runs}"

    def _command(self, to: Path, workers: int) -> list[str]:
        how = ["--workers", str(workers), "--shard", str(SHARD), "--sampling-rate", str(self.rate)]
        what = [str(self.records), "--model", self.model, "--to", str(to)]
        return [sys.executable, "-m", "ecgzoo", "predict-many", *what, *how]


def _cpu_seconds() -> float:
    """Of this process, and of those that it started and that have ended."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _records(folder: Path) -> list[str]:
    import pyarrow.parquet as parquet

    files = sorted(folder.glob("answers-*"))
    return [one for file in files for one in parquet.read_table(file)["record"].to_pylist()]


if __name__ == "__main__":
    main()
