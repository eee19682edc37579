"""Killed at any moment, or four at once: every number loads, and no version is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from published import assert_in_order
from small_encoders import small_encoders
from small_presets import SPEC, heartbeats, make_preset

from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.exporting.saved_model.signing import changed_files
from ecgzoo.models.weights import load_preset

pytestmark = pytest.mark.whole

SUPPORT = Path(__file__).parents[1] / "support"
# Imports once, which takes longest, and for each line that it reads has a child export in a loop.
# Only every third export is verified, so that kills fall into everything else as well.
EXPORTER = """
import os, sys
from ecgzoo.exporting.saved_model import write as saved_model
from small_encoders import small_encoders
verify, source, root = saved_model.verify, sys.argv[1], sys.argv[2]
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for turn in range(int(line)):
            saved_model.verify = verify if turn % 3 == 2 else lambda version: []
            print("start", os.getpid(), flush=True)
            with small_encoders():
                saved_model.export(source, root)
        print("done", os.getpid(), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print("gone", child, flush=True)
"""


class Exporter:
    """A process that exports on demand, in a child that may be killed."""

    def __init__(self, source: Path, root: Path) -> None:
        command = [sys.executable, "-c", EXPORTER, str(source), str(root)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(
            command, text=True, start_new_session=True, cwd=SUPPORT, **pipes
        )
        assert self.process.stdout.readline() == "ready\n"

    def begin(self, exports: int) -> None:
        self.process.stdin.write(f"{exports}\n")
        self.process.stdin.flush()

    def said(self) -> tuple[str, int]:
        """The next thing that the child says, and its number."""
        word, child = self.process.stdout.readline().split()
        return word, int(child)

    def kill(self, child: int) -> None:
        """Kills the child, and hears out what it said before."""
        os.kill(child, signal.SIGKILL)
        while self.said() != ("gone", child):
            pass

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)  # with its child, which would export on
        self.process.communicate()


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return make_preset(tmp_path_factory.mktemp("source") / "preset", "cnn1d")


@pytest.fixture(scope="module")
def small_source(tmp_path_factory):
    with small_encoders():
        return make_preset(tmp_path_factory.mktemp("source") / "preset", "cnn1d")


@pytest.fixture
def exporter(small_source, tmp_path) -> Iterator[Exporter]:
    one = Exporter(small_source, tmp_path)
    yield one
    one.close()


def assert_loads(version: Path, signals: np.ndarray, expected: np.ndarray) -> None:
    served = tf.saved_model.load(str(version)).signatures["serving_default"]
    answer = served(tf.constant(signals))["probabilities"]
    np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-5)
    assert changed_files(version) == []


@pytest.mark.parametrize(
    "kills", [2, pytest.param(50, marks=pytest.mark.slow)], ids="{} kills".format
)
def test_a_kill_at_any_moment_leaves_versions_that_load(
    kills, small_source, exporter, tmp_path
) -> None:
    chance, signals = random.Random(kills), heartbeats(SPEC, 2)
    with small_encoders():
        expected = np.asarray(load_preset(small_source)[0](signals, training=False))
    exporter.begin(1)
    exporter.said()
    began = time.monotonic()
    assert exporter.said()[0] == "done"
    whole = time.monotonic() - began
    assert exporter.said()[0] == "gone"
    published = [1]
    for kill in range(kills):
        exporter.begin(100)
        # Spread over one whole export, and every other time over the one after it too.
        for _ in range(1 + kill % 2):
            _, child = exporter.said()
        time.sleep(chance.uniform(0, 1.1) * whole)
        exporter.kill(child)
        numbers = version_numbers(tmp_path / "cnn1d")
        assert numbers[: len(published)] == published, "a version was lost"
        assert numbers == list(range(1, len(numbers) + 1))
        for number in numbers[len(published) :]:
            assert_loads(tmp_path / "cnn1d" / str(number), signals, expected)
        assert_in_order(tmp_path, "cnn1d")
        published = numbers
    assert len(published) > kills // 4, "too few were published: little was tested"
    for number in published:
        assert_loads(tmp_path / "cnn1d" / str(number), signals, expected)


@pytest.mark.slow
def test_four_exports_at_once_get_four_numbers(source, tmp_path) -> None:
    signals = heartbeats(SPEC, 2)
    expected = np.asarray(load_preset(source)[0](signals, training=False))
    program = "import sys, ecgzoo; ecgzoo.export(*sys.argv[1:])"
    command = [sys.executable, "-c", program, str(source), str(tmp_path)]
    exports = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [one.wait(timeout=600) for one in exports] == [0, 0, 0, 0]
    assert version_numbers(tmp_path / "cnn1d") == [1, 2, 3, 4]
    for number in (1, 2, 3, 4):
        assert_loads(tmp_path / "cnn1d" / str(number), signals, expected)
    assert_in_order(tmp_path, "cnn1d")
