"""What a client's ways to send signals cost, asked of one server in a process of its own.

    python benchmarks/client.py [--model NAME] [--rounds N] [--json FILE]

Contenders, each from signals to `Prediction`s over HTTP on this machine:

- bytes: `predict_bytes`, whose signals are ready float32 bytes, which is the measure;
- array: `predict` with a NumPy array; lists: `predict` with nested lists;
- JSON: `serving_default` with the array as numbers in JSON, as `predict` asked before.

Clients name a version, whose shape `predict` asks once; "newest" is one that names none, and asks
every time. The server is the tests' stand-in for TensorFlow Serving
(`tests/support/rest_server.py`): it reads JSON in Python, which the real one does faster. Weights
are random.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from rounds import Measured, arguments, interleaved, positive, surroundings, table, write
from serving import make_preset, signals, timed

from ecgzoo.client import Client
from ecgzoo.exporting.saved_model.write import export
from ecgzoo.registry import list_models

BYTES, ARRAY, LISTS, JSON = "predict_bytes", "predict, array", "predict, lists", "JSON, array"
NEWEST = "predict, array, newest"
BATCHES = (1, 32)
SUPPORT = Path(__file__).parents[1] / "tests" / "support"
SERVER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from rest_server import stand_in
with stand_in({sys.argv[2]: Path(sys.argv[3])}) as address:
    print(address, flush=True)
    sys.stdin.read()
"""


def main() -> None:
    """Exports one model, serves it, asks it in turns and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--model", default="hybrid1", choices=list_models(), help="default hybrid1")
    parser.add_argument("--calls", type=positive, default=20, help="calls a measurement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        preset = make_preset(Path(scratch, "preset"), options.model)
        version = export(preset, Path(scratch, "exported"))
        with served(version) as address:
            found = durations(address, version, options.calls, options.rounds, options.rest)
    print(call_table(found))
    named = {f"{name}, batch {batch}": one for (name, batch), one in found.items()}
    write(
        options.json,
        {**surroundings("tensorflow", "numpy"), "model": options.model, "milliseconds": named},
    )


@contextmanager
def served(version: Path) -> Iterator[str]:
    """The address of a server of the version's model, in a process of its own."""
    folder = version.parent
    command = [sys.executable, "-c", SERVER, str(SUPPORT), folder.name, str(folder)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.communicate()


def durations(
    address: str, version: Path, calls: int, rounds: int, rest: float
) -> dict[tuple[str, int], Measured]:
    """Median milliseconds of a call, by way and batch."""
    newest = Client(address, version.parent.name)
    client = Client(address, version.parent.name, version=int(version.name))
    ways: Mapping[str, Callable[[Any], Any]] = {
        BYTES: client.predict_bytes,
        ARRAY: client.predict,
        LISTS: client.predict,
        JSON: lambda given: client.ask("serving_default", signal=given),
        NEWEST: newest.predict,
    }
    both = [(name, batch) for batch in BATCHES for name in ways]

    def measure(name: str, batch: int) -> Callable[[], float]:
        given = as_sent(name, signals(batch))
        return lambda: float(np.median([timed(ways[name], given) for _ in range(calls)]))

    check(ways)
    contenders = {f"{name}, batch {batch}": measure(name, batch) for name, batch in both}
    found = interleaved(contenders, rounds, rest)
    return {(name, batch): found[f"{name}, batch {batch}"] for name, batch in both}


def as_sent(name: str, given: np.ndarray) -> Any:
    """The signals as the way takes them."""
    if name == BYTES:
        return [one.astype("<f4").tobytes() for one in given]
    return given.tolist() if name == LISTS else given


def check(ways: Mapping[str, Callable[[Any], Any]]) -> None:
    """All ways answer alike."""
    given = signals(4)
    expected = ways[JSON](given)["probabilities"]
    for name in ways.keys() - {JSON}:
        rows = [list(one.probabilities.values()) for one in ways[name](as_sent(name, given))]
        np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-5, err_msg=name)


def call_table(found: Mapping[tuple[str, int], Measured]) -> str:
    """A row per way and batch, with how many times ready bytes it takes."""
    rows = [
        [
            f"{name}, batch {batch}",
            f"{one.median:.1f}",
            one.spread(1),
            f"{one.median / found[BYTES, batch].median:.2f}",
        ]
        for (name, batch), one in found.items()
    ]
    return table(["way", "p50, ms", "range", "times bytes"], rows)


if __name__ == "__main__":
    main()
