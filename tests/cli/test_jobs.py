"""--jobs: cores are shared, helpers train what is left to them, and none outlives the first."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from toy_ecgs import toy_ecgs

from ecgzoo.cli.cross_validation import helpers, train_with_bar
from ecgzoo.errors import RunBusyError
from ecgzoo.parts import load_parts
from ecgzoo.processes import THREADS, share_cores
from ecgzoo.registry import ENCODERS, MODELS
from ecgzoo.training import cross_validation
from ecgzoo.training.cross_validation import recipes
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run

TOY = Path(__file__).parents[1] / "support" / "toy_comparison.py"
MINE = """
import ecgzoo
from ecgzoo.models.make_core import make_core
from small_encoders import small

ecgzoo.register_encoder("conv1d", lambda tensor, name: small(tensor, name), replace=True)
ecgzoo.register_model("mine", lambda *given: make_core(*given, ("time",)), domains=("time",))
"""
LONG = Recipe("cnn1d", epochs=10_000, patience=10_000, folds=2)


@pytest.mark.parametrize(("cores", "jobs", "share"), [(8, 2, "4"), (8, 3, "2"), (2, 5, "1")])
def test_each_job_has_its_share_of_the_cores(monkeypatch, cores, jobs, share):
    environment = {THREADS[0]: "7"}
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)))
    share_cores(1)
    assert environment == {THREADS[0]: "7"}, "one job is left as it is"
    share_cores(jobs)
    shares = dict.fromkeys(THREADS[1:], share)
    assert environment == {THREADS[0]: "7"} | shares, "and what is said is kept"


def busy(folder):
    try:
        with Run(folder).locked():
            return False
    except RunBusyError:
        return True


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_helper_trains_what_the_first_process_does_not(tmp_path, monkeypatch, capfd):
    def elsewhere(*arguments, **options):
        raise RunBusyError

    monkeypatch.setattr(cross_validation, "fit", elsewhere)
    plan = list(recipes(Recipe("cnn1d", epochs=1, folds=2), ["cnn1d"]))
    found = train_with_bar(plan, tmp_path, Console(quiet=True), jobs=2, dataset=toy_ecgs())
    assert sorted(found["cnn1d"].names) == sorted(toy_ecgs().names)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_helper_trains_a_model_of_the_users_own_parts(tmp_path, monkeypatch):
    def elsewhere(*arguments, **options):
        raise RunBusyError

    for table in (MODELS, ENCODERS):
        monkeypatch.setattr(table, "entries", dict(table.entries))
    (tmp_path / "my_parts.py").write_text(MINE)
    load_parts(tmp_path / "my_parts.py")
    monkeypatch.setattr(cross_validation, "fit", elsewhere)
    plan = list(recipes(Recipe("mine", epochs=1, folds=2), ["mine"]))
    found = train_with_bar(plan, tmp_path, Console(quiet=True), jobs=2, dataset=toy_ecgs())
    assert sorted(found["mine"].names) == sorted(toy_ecgs().names)


@pytest.mark.slow
def test_helpers_end_with_the_block_and_leave_the_run_to_be_taken_up(tmp_path):
    folder = tmp_path / LONG.run_name
    with helpers(1, [LONG], tmp_path, toy_ecgs()) as (process,):
        wait_until((folder / "checkpoint.npz").exists)
        assert busy(folder)
    assert not process.is_alive()
    assert not busy(folder)
    assert (folder / "checkpoint.npz").exists()


@pytest.mark.slow
def test_helpers_end_when_the_first_process_is_killed(tmp_path):
    command = [sys.executable, str(TOY), str(tmp_path), "2"]
    first = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    folders = [tmp_path / one.run_name for one in recipes(LONG, ["cnn1d", "hybrid1"], [0])]
    wait_until(lambda: all((folder / "checkpoint.npz").exists() for folder in folders))
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    wait_until(lambda: not any(map(busy, folders)), seconds=10)
    assert not list(tmp_path.rglob("preset.json"))
