"""`ecgzoo predict --server`: which version answers, and what is said where none can."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from predict_command import RATE, answered
from rest_server import stand_in
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.pages.layout import PAGE_SPEC


@pytest.fixture(scope="module")
def two_versions(exported, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two") / "cnn1d"
    for number in ("1", "2"):
        shutil.copytree(exported / "cnn1d" / "1", folder / number)
    return folder


CANARY = {"cnn1d": {"stable": 1, "canary": 2}}


@pytest.mark.parametrize(
    ("labels", "answers", "said"),
    [
        (CANARY, "1", "version 1 (stable)"),
        (None, "2", "version 2 (newest; none is labelled stable)"),
    ],
)
def test_the_stable_version_answers_though_a_canary_is_higher(
    two_versions, signal, tmp_path, labels, answers, said
):
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    with stand_in({"cnn1d": two_versions}, labels) as address:
        options = ["--server", address, "--model", "cnn1d"]
        answer = answered(CliRunner().invoke(app, [*arguments, *options, "--json"]))
        shown = CliRunner().invoke(app, [*arguments, *options]).stdout
    assert answer["version"] == answers
    assert answer["model"] == f"{address}/v1/models/cnn1d/versions/{answers}"
    assert said in " ".join(shown.split())


def test_a_stable_version_that_still_loads_is_waited_for(two_versions, signal, tmp_path):
    """Beside a canary that can be asked already."""
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    for states, labels, which, got in (
        ({1: "LOADING"}, CANARY, "labelled stable ", "version 2 AVAILABLE, version 1 LOADING"),
        ({1: "START", 2: "END"}, None, "", "version 2 END, version 1 START"),
    ):
        with stand_in({"cnn1d": two_versions}, labels, states) as address:
            result = CliRunner().invoke(app, [*arguments, "--server", address, "--model", "cnn1d"])
        assert str(result.exception) == (
            f"expected a version of cnn1d {which}that can be asked; got {got}. Wait and ask again "
            "while it loads; the server prints why one does not load. "
            f"(Asked: GET {address}/v1/models/cnn1d)"
        )


def test_a_server_and_a_folder_give_the_same(exported, server, signal, tmp_path):
    """Leads in another order at another rate, so that nothing is right by chance."""
    order = np.random.default_rng(0).permutation(len(PAGE_SPEC.leads))
    long = np.repeat(np.concatenate([signal, signal[::-1]]), 2, axis=0)[:, order]
    file = tmp_path / "long.csv"
    header = ",".join(PAGE_SPEC.leads[place] for place in order)
    np.savetxt(file, long, delimiter=",", header=header, comments="")
    options = ["--model", "cnn1d", "--sampling-rate", f"{2 * PAGE_SPEC.sampling_rate:.4f}"]
    local, remote = (
        answered(CliRunner().invoke(app, ["predict", str(file), *options, *where, "--json"]))
        for where in (["--exported", str(exported)], ["--server", server])
    )
    assert remote.pop("model") == f"{server}/v1/models/cnn1d/versions/1"
    assert local.pop("model") == str(exported / "cnn1d" / "1")
    assert len(local["windows"]) == 3
    for one, other in zip(local.pop("windows"), remote.pop("windows"), strict=True):
        assert one.pop("probabilities") == pytest.approx(other.pop("probabilities"), abs=1e-5)
        assert one == other
    assert local.pop("probabilities") == pytest.approx(remote.pop("probabilities"), abs=1e-5)
    assert local == remote


def test_a_server_is_asked_without_tensorflow(server, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    command = [str(tmp_path / "signal.npy"), "--sampling-rate", RATE, "--server", server]
    program = """
import sys
sys.modules |= dict.fromkeys(("tensorflow", "keras"))
from ecgzoo.cli import app
app(sys.argv[1:])
"""
    arguments = ["predict", *command, "--model", "cnn1d"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "0.0-2.5 s" in done.stdout, done.stderr


def test_a_server_without_the_model_or_none_at_all(server, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    unknown = CliRunner().invoke(app, [*arguments, "--server", server, "--model", "hybrid9"])
    assert "Could not find any versions of model hybrid9" in str(unknown.exception)
    nobody = CliRunner().invoke(app, [*arguments, "--server", "http://127.0.0.1:1"])
    assert "Is the server running" in str(nobody.exception)


def test_a_model_on_a_server_takes_no_other_leads(tmp_path) -> None:
    np.save(tmp_path / "one.npy", np.zeros((500, 1)))
    asked = ["predict", str(tmp_path / "one.npy"), "--server", "http://localhost:1"]
    found = CliRunner().invoke(app, [*asked, "--leads", "I"])
    assert "--leads and --seconds are of a model in this process" in str(found.exception)
