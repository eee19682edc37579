"""Cross-validation that is resumed, shared between processes, and computes each domain once."""

import contextlib
import importlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from finished_runs import finished_runs
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs

from ecgzoo.errors import RunError
from ecgzoo.training import cross_validation
from ecgzoo.training.cross_validation import cross_validate, out_of_fold, recipes
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data.pipeline import Pipeline

pytestmark = pytest.mark.whole

BASE = Recipe("cnn1d", epochs=1, folds=2, batch_size=16, augmentation=False)
TOY = Path(__file__).parents[1] / "support" / "toy_comparison.py"


@pytest.fixture(autouse=True)
def small_models():
    with small_encoders():
        yield


@pytest.fixture
def computed(monkeypatch):
    """The domains whose computation was asked for."""
    asked, compute = [], Pipeline._computed

    def counting(self, signals, layers):
        asked.extend(layers)
        return compute(self, signals, layers)

    monkeypatch.setattr(Pipeline, "_computed", counting)
    return asked


def test_models_of_one_fold_share_its_domains(tmp_path, computed):
    plan = list(recipes(BASE, ["cnn1d", "hybrid1"], folds=[0]))
    cross_validate(plan, tmp_path, dataset=toy_ecgs())
    parts = 3  # training, validation, test
    assert sorted(computed) == sorted(["time", "time_frequency"] * parts)


def test_what_another_process_trains_is_left_and_taken_up_when_that_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(cross_validation, "WAIT", 0)
    first, second = plan = list(recipes(BASE, ["cnn1d"]))
    visits = []
    with contextlib.ExitStack() as other:
        other.enter_context(Run(tmp_path / first.run_name).locked())

        def progress(recipe):
            visits.append(recipe)
            if visits.count(first) == 3:  # the other process is killed
                other.close()

        joined = cross_validate(plan, tmp_path, progress, toy_ecgs())["cnn1d"]
    assert visits == [first, second, first, first]
    assert sorted(joined.names) == sorted(toy_ecgs().names)

    written = (tmp_path / second.run_name / "preset.json").stat().st_mtime_ns
    cross_validate(plan, tmp_path, dataset=toy_ecgs())
    assert (tmp_path / second.run_name / "preset.json").stat().st_mtime_ns == written
    more = Recipe("cnn1d_transformer", epochs=1, folds=2)
    with pytest.raises(RunError, match="epochs 1"):
        cross_validate([more, replace(first, epochs=2)], tmp_path, dataset=toy_ecgs())
    assert not (tmp_path / more.run_name).exists(), "it is said before anything is trained"


def test_runs_of_a_table_before_and_after_it_was_edited_are_not_joined(tmp_path, monkeypatch):
    own = replace(BASE, dataset="records", loading={"data": "d", "labels": "l.csv"})
    plan = list(recipes(own, ["cnn1d"]))
    loaded = [toy_ecgs()]
    for module in (cross_validation, importlib.import_module("ecgzoo.training.fit")):
        monkeypatch.setattr(module, "dataset_of", lambda _: loaded[-1])
    cross_validate(plan[:1], tmp_path)
    loaded.append(replace(toy_ecgs(), labels=1 - toy_ecgs().labels))
    said = (
        f"{tmp_path / plan[0].run_name} holds a finished run of another data set, with other "
        "records, labels or groups. Choose another folder (--runs), or remove this one."
    )
    for some in (plan, plan[:1]):  # also where all is trained already
        with pytest.raises(RunError, match=f"^{re.escape(said)}$"):
            cross_validate(some, tmp_path)
    assert not (tmp_path / plan[1].run_name).exists()


def test_a_record_that_was_tested_in_two_folds_is_refused(tmp_path):
    folder = finished_runs(tmp_path, "cnn1d", 0.7)
    first, second = (Run(folder / "cnn1d" / f"fold{k}") for k in range(2))
    second.predictions_file.write_bytes(first.predictions_file.read_bytes())
    said = (
        f"expected each record to be tested in one fold; 0-0 is in two of {folder / 'cnn1d'}, "
        "whose runs are of different data. Remove them, or choose another folder (--runs)"
    )
    with pytest.raises(RunError, match=f"^{re.escape(said)}$"):
        out_of_fold([first, second])
    leaky = finished_runs(tmp_path, "cnn1d", 0.7, protocol="paper") / "cnn1d" / "fold0"
    assert len(out_of_fold([Run(leaky), Run(leaky)]).names) == 120


def test_options_set_runs_and_predictions_apart(tmp_path):
    two = {"domains": ("time", "frequency")}
    options = [{}, two, {**two, "fusion": "sum"}]
    plan = [replace(BASE, model="hybrid", options=one) for one in options]
    names = ["hybrid", "hybrid,domains=time+frequency", "hybrid,domains=time+frequency,fusion=sum"]
    assert [one.run_name.split("/")[1] for one in plan] == names
    again = Recipe(**json.loads(json.dumps(plan[2].to_dict())))  # its tuple is a list now
    assert again.run_name == plan[2].run_name
    assert Recipe("hybrid", {"fusion": "../a b"}).name == "hybrid,fusion=..-a-b"
    joined = cross_validate(plan[1:], tmp_path, dataset=toy_ecgs())
    assert list(joined) == names[1:]
    assert [len(one.names) for one in joined.values()] == [30, 30]


@pytest.mark.slow
def test_two_processes_share_the_work_and_one_killed_loses_nothing(tmp_path):
    command = [sys.executable, str(TOY), str(tmp_path)]
    pair = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    while not list(tmp_path.rglob("preset.json")):
        time.sleep(0.05)
    os.kill(pair[0].pid, signal.SIGKILL)
    assert [one.wait() for one in pair] == [-signal.SIGKILL, 0]
    assert len(list(tmp_path.rglob("preset.json"))) == 6
    assert not list(tmp_path.rglob("checkpoint.npz"))
