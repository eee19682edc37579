"""What an export costs, and a server until it answers: CPU seconds, and megabytes on disk.

    python benchmarks/exporting.py [--rounds N] [--json FILE]

- one export: `ecgzoo export hybrid1.ecg_images`, verified, the whole command;
- five exports: the paper's models one after the other in a process, as `make demo` has them;
- loaded, warmed: the version in a fresh process through TensorFlow's C API, which a model server
  loads it with, and its warm-up requests; `all signatures`: the others asked once as well.

CPU seconds are of a process and its children, user and system, by all their threads.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from rounds import Measured, arguments, interleaved, surroundings, table, write

from ecgzoo.artifact.folder import EXTRA, RECORDED
from ecgzoo.exporting.saved_model import c_api, fresh_process
from ecgzoo.exporting.saved_model.requests import WARMED
from ecgzoo.exporting.saved_model.verification import library

PRESET = "hybrid1.ecg_images"
PAPER = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")

FIVE = """
import sys
from ecgzoo.quiet import import_tensorflow
import_tensorflow()
import ecgzoo
for name in sys.argv[2:]:
    ecgzoo.export(name, sys.argv[1])
"""

SERVED = """
import runpy, sys, time
import numpy as np
api, fresh = runpy.run_path(sys.argv[1]), runpy.run_path(sys.argv[2])
session = api["Session"](api["Library"](sys.argv[3]), sys.argv[4])
print(time.process_time())
asked = fresh["requests"](np.load(sys.argv[5]))
for name in sorted(asked, key=lambda name: name not in sys.argv[6:]):
    rows = {k: np.array(v, object) if isinstance(v, list) else v for k, v in asked[name].items()}
    session.run(name, {key: value[:1] for key, value in rows.items()})
    print(name, time.process_time())
"""


def main() -> None:
    """Measures all of it and prints two tables."""
    assert __doc__
    options = arguments(__doc__, rounds=3).parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        spent = interleaved(
            {
                f"one export, {PRESET}": lambda: one_export(root),
                f"five exports, {', '.join(PAPER)}": lambda: five_exports(root),
            },
            options.rounds,
            options.rest,
        )
        newest = max((root / PRESET.partition(".")[0]).iterdir(), key=_number)
        spent |= served(newest, options.rounds)
        size = sum(path.stat().st_size for path in newest.rglob("*") if path.is_file())
    rows = [[name, f"{one.median:.1f}", one.spread(1)] for name, one in spent.items()]
    print(table(["what", "CPU seconds", "range"], rows), end="\n\n")
    print(f"{PRESET} on disk: {size / 1e6:.2f} MB")
    write(
        options.json,
        {**surroundings("tensorflow", "keras"), "cpu_seconds": spent, "bytes": size},
    )


def _number(path: Path) -> int:
    return int(path.name) if path.name.isdecimal() else -1


def one_export(root: Path) -> float:
    """CPU seconds of the command."""
    program = "from ecgzoo.cli import main; main()"
    return cpu_seconds([sys.executable, "-c", program, "export", PRESET, "--to", str(root)])


def five_exports(root: Path) -> float:
    """CPU seconds of five exports in a process."""
    names = [f"{name}.ecg_images" for name in PAPER]
    return cpu_seconds([sys.executable, "-c", FIVE, str(root), *names])


def cpu_seconds(command: list[str]) -> float:
    """Of a command and what it starts."""
    before = _of_children()
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, check=True, capture_output=True, env=quiet)
    return _of_children() - before


def _of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def served(version: Path, rounds: int) -> dict[str, Measured]:
    """CPU seconds until a version is loaded, until it is warm, and until all was asked."""
    files = (c_api.__file__, fresh_process.__file__, library(), version, version / EXTRA / RECORDED)
    command = [sys.executable, "-I", "-c", SERVED, *map(str, files), *WARMED]
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        loaded, *asked = done.stdout.split("\n")[:-1]
        times = [(name, float(at)) for name, at in (line.split() for line in asked)]
        found.setdefault("loaded", []).append(float(loaded))
        warm = max(at for name, at in times if name in WARMED)
        found.setdefault(f"loaded, warmed: {', '.join(WARMED)}", []).append(warm)
        found.setdefault("loaded, all signatures asked", []).append(times[-1][1])
    return {name: Measured(tuple(values)) for name, values in found.items()}


if __name__ == "__main__":
    main()
