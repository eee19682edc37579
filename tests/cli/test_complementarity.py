"""`ecgzoo complementarity`: raw domains, briefly trained models of each, and errors at once."""

import json

import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs, toy_ecgs_of_several_labels
from typer.testing import CliRunner

import tf_data
from ecgzoo.artifact.preset import thrown_away
from ecgzoo.cli import app
from ecgzoo.errors import RunError
from ecgzoo.evaluation.complementarity import complementarity as module_function
from ecgzoo.evaluation.complementarity import relations
from ecgzoo.training.cross_validation import held_out, unimodal_models
from ecgzoo.training.recipe import Recipe


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(tf_data, "load", lambda name: toy_ecgs(125))
    monkeypatch.setattr(relations, "SHUFFLES", 2)
    monkeypatch.setattr(
        "ecgzoo.evaluation.complementarity.complementarity",
        lambda *args: module_function(*args, resamples=4),
    )
    with small_encoders():
        yield


def ask(*options):
    result = CliRunner().invoke(app, ["complementarity", "ecg_images", *options])
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_raw_domains_are_related_without_training(tmp_path):
    shown = ask("--raw", "--json", str(tmp_path / "found.json"), "--runs", str(tmp_path / "runs"))
    assert not (tmp_path / "runs").exists()
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    content = json.loads((tmp_path / "found.json").read_text())
    assert list(content) == ["dataset", "loading", "epochs", "fold_seed", "raw"]
    found = content["raw"]
    assert len(found["relations"]) == 3
    assert " ".join(found["advice"].split()) in " ".join(shown.split())
    assert f"{found['relations'][0]['figures']['linear CKA']['estimate']:.3f}" in shown


@pytest.mark.whole
def test_of_several_labels_the_nats_are_the_classes_summed(tmp_path, monkeypatch) -> None:
    data = toy_ecgs_of_several_labels(40)
    monkeypatch.setattr(tf_data, "load", lambda name: data)
    ask("--raw", "--json", str(tmp_path / "found.json"), "--runs", str(tmp_path / "runs"))
    found = json.loads((tmp_path / "found.json").read_text())["raw"]
    share = data.labels.mean(axis=0)
    entropies = -share * np.log(share) - (1 - share) * np.log(1 - share)
    assert found["entropy"] == pytest.approx(entropies.sum(), rel=1e-6)
    assert {step["domain"] for step in found["steps"]} == {"time", "frequency", "time_frequency"}


@pytest.mark.slow
def test_models_of_each_domain_are_trained_on_grouped_folds_and_kept(tmp_path):
    options = ("--epochs", "1", "--json", str(tmp_path / "found.json"), "--runs", str(tmp_path))
    shown = ask(*options)
    assert "5 grouped folds" in shown
    first = json.loads((tmp_path / "found.json").read_text())
    runs = tmp_path / "complementarity-ecg_images-1epochs"
    trained = [path.parent.relative_to(tmp_path) for path in tmp_path.rglob("preset.json")]
    assert len(trained) == 15
    assert all(map(thrown_away, trained)), "told apart from runs that are models to use"
    ask(*options)  # nothing is trained again
    assert json.loads((tmp_path / "found.json").read_text()) == first

    recipe, models, data = Recipe("cnn1d", epochs=1), unimodal_models(), toy_ecgs(125)
    seen = held_out(recipe, models, 5, runs, data)
    assert np.bincount(seen.folds).tolist() == [25] * 5
    assert sorted(seen.groups) == sorted(data.groups)
    other = toy_ecgs(120)
    with pytest.raises(RunError, match="was tested on other records"):
        held_out(recipe, models, 5, runs, other)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ecg_image"], "did you mean 'ecg_images'"),
        (["mitbih"], "unknown data set 'mitbih'"),
        (["ecg_images", "--epochs", "0"], "epochs must be at least 1; got 0"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_done(arguments, message):
    result = CliRunner().invoke(app, ["complementarity", *arguments])
    assert message in str(result.exception)
