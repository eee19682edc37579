"""`ecgzoo reproduce`: tables that name their protocol, exports, and a model that answers."""

import subprocess

import pytest
from rich.console import Console
from small_encoders import small_encoders
from typer.testing import CliRunner

from ecgzoo import parts
from ecgzoo.cli import app
from ecgzoo.cli.commands import reproduce as reproducing
from tf_data import load


def reproduce(folder, *options):
    arguments = ["reproduce", "--epochs", "1", "--runs", str(folder / "runs")]
    result = CliRunner().invoke(app, [*arguments, "--exported", str(folder / "out"), *options])
    assert result.exit_code == 0, result.exception
    return " ".join(result.stdout.split())


@pytest.mark.whole
def test_the_paper_protocol_is_labelled_as_leaky_and_not_exported(tmp_path):
    with small_encoders():
        shown = reproduce(tmp_path, "--models", "cnn1d,cnn1d", "--protocol", "paper")
    assert "This protocol leaks" in shown
    assert "not exported" in shown
    assert not (tmp_path / "out").exists()
    (results,) = (tmp_path / "runs" / "paper-traces-seed0").glob("*.md")
    assert "leaks" in results.read_text()
    assert "| 186 |" in results.read_text(), "one model named twice is one model"


@pytest.mark.slow
def test_a_model_is_exported_once_and_answers_for_what_it_has_not_seen(tmp_path):
    shown = reproduce(tmp_path, "--models", "hybrid1")
    assert "hybrid1/1: answers as Keras does" in shown.replace("\n", "")
    assert "│ page " in shown
    assert "│ 0.0-2.5 s" in shown
    again = reproduce(tmp_path, "--models", "hybrid1")
    assert "exported already" in again
    assert [path.name for path in (tmp_path / "out" / "hybrid1").glob("[0-9]*")] == ["1"]


def test_what_is_asked_in_another_process_knows_the_parts(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(parts, "_loaded", ["/home/my_parts.py"])
    monkeypatch.setattr(reproducing, "_run", lambda commands, _: asked.extend(commands))
    name = str(load("ecg_images").names[0])
    reproducing._ask(tmp_path, tmp_path, "traces", name, Console(quiet=True))
    assert [command[-2:] for command in asked] == [["--parts", "/home/my_parts.py"]] * 2


@pytest.mark.whole
def test_commands_that_run_at_once_are_shown_in_order_and_a_failure_stops(capsys):
    reproducing._run([["list", "--weights"], ["list", "cnn1d*"]], Console(width=100))
    shown = capsys.readouterr().out
    first, second = (shown.index(f"$ ecgzoo list {one}") for one in ("--weights", "cnn1d*"))
    assert first < shown.index(".ecg_images") < second < shown.rindex("frequency")
    with pytest.raises(subprocess.CalledProcessError, match="status 2"):
        reproducing._run([["list", "--nonsense"]], Console(quiet=True))
