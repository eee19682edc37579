"""The commands `card`, `list --weights` and `preset` of several fold seeds."""

import subprocess
import sys
from pathlib import Path

import pytest
from described_presets import described_final, described_folds, published
from typer.testing import CliRunner

from ecgzoo.artifact import resolution as resolving
from ecgzoo.artifact.preset import read_preset
from ecgzoo.artifact.resolution import resolve
from ecgzoo.cli import app
from ecgzoo.errors import UnknownNameError


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    folder = published(tmp_path)
    monkeypatch.setattr(resolving, "SHIPPED", folder.parent)
    monkeypatch.setenv("COLUMNS", "80")
    return folder


def test_card_prints_and_writes_the_same(shipped, tmp_path) -> None:
    shown = run("card", "hybrid1.toy")
    assert shown.exit_code == 0
    assert "library_name: keras" in shown.stdout
    to = tmp_path / "new" / "README.md"
    assert run("card", "hybrid1.toy", "--to", to).exit_code == 0
    assert to.read_text() == shown.stdout.removesuffix("\n")


def test_the_table_of_presets_fits_80_columns(shipped) -> None:
    lines = run("list", "--weights").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    shown = " ".join(lines)
    told = read_preset(shipped).metrics["intervals"]["accuracy"]
    for one in ("hybrid1.toy", "time_frequency;", "concat", "grouped", "toy", "MB"):
        assert one in shown
    assert f"{told['low']:.3f} to {told['high']:.3f}" in shown


def test_the_table_is_of_the_presets_that_match(shipped) -> None:
    assert "hybrid1.toy" in run("list", "hybrid*", "--weights", "--markdown").stdout
    wrong = run("list", "cnn*", "--weights")
    assert "unknown preset 'cnn*'" in str(wrong.exception)


def test_export_finds_a_preset_by_the_name_that_the_card_tells(shipped) -> None:
    assert resolve("hybrid1.toy") == shipped
    said = "unknown model or preset 'hybrid1.toi'; did you mean 'hybrid1.toy'"
    with pytest.raises(UnknownNameError, match=said):
        resolve("hybrid1.toi", runs=Path("runs"))


def test_neither_card_nor_table_waits_for_tensorflow(shipped) -> None:
    program = (
        "import pathlib, sys; from ecgzoo.artifact import resolution as resolving; "
        f"resolving.SHIPPED = pathlib.Path({str(shipped.parent)!r}); "
        "from ecgzoo.report.cards.card import model_card; "
        "from ecgzoo.report.cards.artifact import presets_markdown, shipped_artifacts; "
        "assert model_card('hybrid1.toy') and 'toy' in presets_markdown(shipped_artifacts()); "
        "print(*sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.split(), done.returncode) == ([], 0), done.stderr


def test_without_presets_the_list_says_so(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(resolving, "SHIPPED", tmp_path)
    assert "No preset is shipped yet." in run("list", "--weights").stdout


def test_markdown_is_of_presets_only() -> None:
    assert "add --weights" in str(run("list", "--markdown").exception)


def test_preset_takes_several_cross_validations_and_one_final_fit(tmp_path) -> None:
    folders = [described_folds(tmp_path, seed)[0].folder.parent for seed in (10, 11)]
    without = run("preset", *folders, "--tag", "toy", "--to", tmp_path / "weights")
    assert "expected one final fit beside the folds; got none" in str(without.exception)
    final = described_final(tmp_path).folder
    done = run("preset", *folders, "--tag", "toy", "--to", tmp_path / "weights")
    assert done.exit_code == 0, done.exception
    assert read_preset(tmp_path / "weights" / "hybrid1.toy").metrics["fold_seeds"] == [10, 11]
    described_final(tmp_path, 11)
    two = run("preset", *folders, "--tag", "more", "--to", tmp_path / "weights")
    assert "of several, name one with --final" in str(two.exception)
    named = run("preset", *folders, "--tag", "more", "--to", tmp_path / "weights", "--final", final)
    assert named.exit_code == 0, named.exception
