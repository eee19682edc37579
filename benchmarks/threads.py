"""How many threads an operation of a served model should have, by how many ask at once.

    python benchmarks/threads.py [--model NAME] [--rounds N] [--json FILE]

A version's `serving_default`, in a fresh process for each number of threads, as a server has them
with `--tensorflow_intra_op_parallelism`. Clients are threads of that process, each of which asks
again as soon as it is answered. Weights are random: they cost what trained ones do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from rounds import Measured, arguments, surroundings, table, write
from serving import make_preset, signals

from ecgzoo.exporting.saved_model.write import export
from ecgzoo.registry import list_models

THREADS = {"1": "1", "all cores": "0"}
ASKED = ((1, 1), (1, 4), (1, 16), (32, 1), (32, 4))  # rows of a request, clients
SECONDS = 3.0

# Prints the milliseconds of the median request and the signals a second, of each pair in `ASKED`.
CLIENTS = """
import json, statistics, sys, threading, time
import numpy as np
import tensorflow as tf
served = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
given, seconds = np.load(sys.argv[2]), float(sys.argv[4])

def ask(signal, until, took):
    while time.perf_counter() < until:
        start = time.perf_counter()
        served(signal=signal)["probabilities"].numpy()
        took.append(time.perf_counter() - start)

for rows, clients in json.loads(sys.argv[3]):
    signal, took = tf.constant(given[:rows]), []
    ask(signal, time.perf_counter() + 0.5, [])
    until = time.perf_counter() + seconds
    each = [threading.Thread(target=ask, args=(signal, until, took)) for _ in range(clients)]
    for one in each:
        one.start()
    for one in each:
        one.join()
    print(1000 * statistics.median(took), len(took) * rows / seconds)
"""

Pair = tuple[str, tuple[int, int]]


def main() -> None:
    """Exports one model, asks it and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=3)
    parser.add_argument("--model", default="hybrid1", choices=list_models(), help="default hybrid1")
    options = parser.parse_args()
    found: dict[Pair, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        preset = make_preset(Path(scratch, "preset"), options.model)
        version = export(preset, Path(scratch, "exported"))
        given = Path(scratch, "signals.npy")
        np.save(given, signals(max(rows for rows, _ in ASKED)))
        for _ in range(options.rounds):
            for name, threads in THREADS.items():
                for asked, one in zip(ASKED, _measured(version, given, threads), strict=True):
                    found.setdefault((name, asked), []).append(one)
    rows = [_row(asked, found) for asked in ASKED]
    heads = [f"{what}, {name}" for name in THREADS for what in ("p50, ms", "range", "signals/s")]
    print(table(["rows", "clients", *heads], rows))
    content = {f"{name}, {rows}, {n}": one for (name, (rows, n)), one in found.items()}
    write(options.json, {**surroundings("tensorflow", "keras"), "measured": content})


def _measured(version: Path, given: Path, threads: str) -> list[tuple[float, float]]:
    told = str(version), str(given), json.dumps(ASKED), str(SECONDS)
    command = [sys.executable, "-c", CLIENTS, *told]
    around = os.environ | {"TF_NUM_INTRAOP_THREADS": threads}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=around)
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(float(median), float(rate)) for median, rate in lines]


def _row(asked: tuple[int, int], found: dict[Pair, list[tuple[float, float]]]) -> list[str]:
    cells = [str(number) for number in asked]
    for name in THREADS:
        took, rate = (Measured(each) for each in zip(*found[name, asked], strict=True))
        cells += [f"{took.median:.2f}", took.spread(2), f"{rate.median:.0f}"]
    return cells


if __name__ == "__main__":
    main()
