"""`ecgzoo compare`: from patterns to a ranking, on toy records."""

import json

import pytest
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.training import cross_validation


@pytest.fixture(autouse=True)
def toy_records(monkeypatch):
    monkeypatch.setattr(cross_validation, "dataset_of", lambda recipe: toy_ecgs(100))


def compare(folder, *options):
    arguments = ["compare", "--runs", str(folder), "--epochs", "1", "--folds", "2", *options]
    return CliRunner().invoke(app, arguments)


def test_models_are_ranked_and_a_second_call_trains_nothing(tmp_path):
    result = compare(tmp_path, "--models", "cnn1d,hybrid1", "--models", "hybrid?")
    assert result.exit_code == 0, result.exception
    assert "minus hybrid1" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert not any("…" in line for line in result.stdout.splitlines())
    folder = tmp_path / "grouped-traces-seed0"
    content = json.loads((folder / "comparison.json").read_text())
    assert {row["model"] for row in content["models"]} == {"cnn1d", "hybrid1", "hybrid2"}
    assert content["baseline"] == "hybrid1"
    f1 = [row["f1"]["estimate"] for row in content["models"]]
    assert f1 == sorted(f1, reverse=True)
    assert all(row["cost"]["flops"] > 0 for row in content["models"])
    for ending in ("md", "png", "svg"):
        assert (folder / f"comparison.{ending}").stat().st_size > 100
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("preset.json")}
    again = compare(tmp_path, "--models", "cnn1d", "--baseline", "hybrid1", "--name", "two")
    assert again.exit_code == 0, again.exception
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("preset.json")}
    two = json.loads((folder / "two.json").read_text())["models"]
    assert {row["model"] for row in two} == {"cnn1d", "hybrid1"}


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
