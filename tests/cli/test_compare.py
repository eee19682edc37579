"""`ecgzoo compare`: from patterns to a ranking, and errors before any training."""

import json

import pytest
from finished_runs import finished_runs
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.training import cross_validation
from ecgzoo.training.run import Run


def compare(folder, *options):
    arguments = ["compare", "--runs", str(folder), "--epochs", "1", "--folds", "2", *options]
    return CliRunner().invoke(app, arguments)


@pytest.mark.whole
def test_models_that_are_trained_already_are_ranked_with_their_cost(tmp_path):
    for model, right in (("cnn1d", 0.7), ("hybrid1", 0.8), ("hybrid2_mixture_of_experts", 0.99)):
        finished_runs(tmp_path, model, right)
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
        finished_runs(tmp_path, model, 0.7)
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
