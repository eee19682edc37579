"""`ecgzoo compare`: from patterns to a ranking, and errors before any training."""

import json

import numpy as np
import pytest
from small_presets import CLASSES, SPEC
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo.atomic_write import write_json
from ecgzoo.cli import app
from ecgzoo.presets import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.training import cross_validation
from ecgzoo.training.cross_validation import recipes
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Predictions, Run


def finished(folder, model, right, folds=2):
    """Runs as training leaves them, of a model that is right as often as told."""
    rng = np.random.default_rng(0)
    for recipe in recipes(Recipe(model, epochs=1), [model], range(folds)):
        run = Run(folder / recipe.run_name)
        run.start(recipe)
        (run.folder / WEIGHTS).write_bytes(b"none")
        labels = np.arange(60) % 3
        answers = np.where(rng.random(60) < right, labels, (labels + 1) % 3)
        names = np.array([f"{recipe.fold}-{i}" for i in range(60)])
        Predictions(names, names, labels, np.eye(3)[answers], CLASSES).write(run.predictions_file)
        digested = digest(run.folder / WEIGHTS)
        preset = Preset(model, SPEC, CLASSES, weights_sha256=digested)
        write_json(run.folder / DESCRIPTION, preset.to_dict())


def compare(folder, *options):
    arguments = ["compare", "--runs", str(folder), "--epochs", "1", "--folds", "2", *options]
    return CliRunner().invoke(app, arguments)


def test_models_that_are_trained_already_are_ranked_with_their_cost(tmp_path):
    for model, right in (("cnn1d", 0.7), ("hybrid1", 0.8), ("hybrid2_mixture_of_experts", 0.99)):
        finished(tmp_path, model, right)
    models = ("--models", "cnn1d,hybrid2_m*experts", "--models", "hybrid1")
    result = compare(tmp_path, *models)
    assert result.exit_code == 0, result.exception
    assert "minus hybrid1" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert not any("…" in line for line in result.stdout.splitlines())
    folder = tmp_path / "grouped-traces-seed0"
    content = json.loads((folder / "comparison.json").read_text())
    ranked = [row["model"] for row in content["models"]]
    assert ranked == ["hybrid2_mixture_of_experts", "hybrid1", "cnn1d"]
    assert content["baseline"] == "hybrid1"
    assert content["survivors"][:1] == ["hybrid2_mixture_of_experts"]
    assert all(row["cost"]["flops"] > 0 for row in content["models"])
    for ending in ("md", "png", "svg"):
        assert (folder / f"comparison.{ending}").stat().st_size > 100


def test_the_baseline_is_added_and_one_process_writes_the_table(tmp_path):
    for model in ("cnn1d", "cnn1d_transformer"):
        finished(tmp_path, model, 0.7)
    with Run(tmp_path / "grouped-traces-seed0" / ".two-lock").locked():
        options = ("--models", "cnn1d", "--baseline", "cnn1d_transformer", "--name", "two")
        result = compare(tmp_path, *options)
    assert "another process writes" in result.stdout
    compare(tmp_path, *options)
    two = json.loads((tmp_path / "grouped-traces-seed0" / "two.json").read_text())
    assert {row["model"] for row in two["models"]} == {"cnn1d", "cnn1d_transformer"}


@pytest.mark.slow
def test_toy_records_from_patterns_to_a_ranking(tmp_path, monkeypatch):
    monkeypatch.setattr(cross_validation, "dataset_of", lambda recipe: toy_ecgs(100))
    result = compare(tmp_path, "--models", "hybrid?,cnn1d")
    assert result.exit_code == 0, result.exception
    content = json.loads((tmp_path / "grouped-traces-seed0" / "comparison.json").read_text())
    f1 = [row["f1"]["estimate"] for row in content["models"]]
    assert f1 == sorted(f1, reverse=True)
    assert len(f1) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--models", "hybrid2,hybird1"), "did you mean 'hybrid1'"),
        (("--models", "hybrid2", "--baseline", "hybrid2_concta"), "did you mean"),
        (("--models", "hybrid2", "--folds", "6"), "--folds must lie in 1 to 5"),
        (("--models", "hybrid2", "--protocol", "group"), "did you mean 'grouped'"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_trained(tmp_path, options, message):
    result = compare(tmp_path / "runs", *options)
    assert message in str(result.exception)
    assert not (tmp_path / "runs").exists()
