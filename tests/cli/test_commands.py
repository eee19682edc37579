"""The other commands: listing, describing, training a little, evaluating, exporting."""

import inspect
import json
import subprocess
import sys

import pytest
from small_encoders import small_encoders
from typer.testing import CliRunner

from ecgzoo.artifact.resolution import shipped_presets
from ecgzoo.cli import app, main
from ecgzoo.cli.commands.train import train
from ecgzoo.registry import list_models
from ecgzoo.training.recipe import Recipe


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.whole
@pytest.mark.parametrize("command", [command.name for command in app.registered_commands])
def test_every_command_has_help_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.stdout
    assert "ecgzoo[]" not in result.stdout, "the name of an extra is no markup"


@pytest.mark.whole
@pytest.mark.parametrize("command", [None, *(one.name for one in app.registered_commands)])
def test_help_fits_a_terminal_of_80_columns(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = run(*([] if command is None else [command]), "--help").stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown


def test_a_paragraph_of_help_is_wrapped_by_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    shown = run("predict", "--help").stdout
    assert "one by one and overall (the mean). Where the model has thresholds, the classes" in shown


def test_list_shows_every_model_that_matches():
    shown = run("list", "hybrid*").stdout
    assert all((name in shown) == name.startswith("hybrid") for name in list_models())


def test_list_puts_fusions_in_their_categories(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("list", "hybrid2*").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line for line in lines if "hybrid2_cross_attention" in line or "2_bottleneck" in line]
    assert ["attention" in row.split("│")[1] for row in rows] == [True, False]
    assert "fusion" not in run("list", "cnn*").stdout


def test_describe_says_the_fusion(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert "output, Majority vote" in run("describe", "hybrid1_vote").stdout
    assert "fusion" not in run("describe", "cnn1d").stdout


def test_describe_says_the_parameters():
    assert "167,364" in run("describe", "cnn1d").stdout


def test_a_sentence_is_of_bounded_length(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ecgzoo", "describe", "a" * 9000])
    with pytest.raises(SystemExit):
        main()
    shown = capsys.readouterr().err
    assert shown.startswith("error: unknown model 'aaa")
    assert "characters)" in shown
    assert len(shown) < 600


def test_an_unknown_model_is_one_line_with_the_nearest_names():
    result = subprocess.run(
        [sys.executable, "-m", "ecgzoo", "describe", "hybird1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    near = "'hybrid1' or 'hybrid' or 'hybrid2'"
    assert result.stderr == f"error: unknown model 'hybird1'; did you mean {near}?\n"


@pytest.mark.parametrize("content", ["nothing", "an unfinished run"])
def test_evaluate_needs_a_finished_run(tmp_path, content):
    if content == "an unfinished run":
        (tmp_path / "recipe.json").write_text("{}")
    assert "no finished run" in str(run("evaluate", str(tmp_path)).exception)
    assert "no finished run" in str(run("export", str(tmp_path)).exception)


def test_options_of_other_records_are_not_ignored_for_a_runs_own_figures():
    asked = ("--per", "window", "--no-intervals", "--classes", "HB", "--part", "test")
    said = str(run("evaluate", "cnn1d.ecg_images", *asked).exception)
    assert said == (
        "expected --data, your records, or --dataset, a set's, with --part, --classes, --per, "
        "--no-intervals: without them the figures that the run has are shown"
    )


def test_train_then_evaluate(tmp_path):
    with small_encoders():
        other = ("--encoder", "time=conv1d_long", "--change", "flip=0.5")
        trained = run("train", "cnn1d", "--epochs", "1", *other, "--runs", str(tmp_path))
    assert trained.exit_code == 0, trained.exception
    assert "ecgzoo export" in trained.stdout
    assert trained.stdout.count("/step") == 1  # a line an epoch: a bar would fill a file
    folder = tmp_path / "grouped-traces-seed0" / "cnn1d,encoders=time=conv1d_long" / "fold0"
    recipe = json.loads((folder / "recipe.json").read_text())
    assert recipe["options"] == {"encoders": {"time": "conv1d_long"}}
    assert recipe["changes"] == {"flip": 0.5}
    again = run("train", "cnn1d", "--epochs", "1", *other, "--runs", str(tmp_path))
    assert "finished already" in again.stdout
    metrics = json.loads(run("evaluate", str(folder), "--json").stdout)
    assert sum(map(sum, metrics["confusion"])) == metrics["n"] == 98
    assert metrics["protocol"] == "grouped"
    shown = run("evaluate", str(folder)).stdout
    assert "confusion matrix" in shown
    assert "macro" in shown


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--encoder", "conv1d_deep"), "expected --encoder DOMAIN=ENCODER, such as"),
        (("--change", "stretch=much"), "expected --change NAME=NUMBER, such as stretch=0.1"),
        (("--change", "strech=0.1"), "unknown change 'strech'; did you mean 'stretch'?"),
    ],
)
def test_train_refuses_pairs_that_say_nothing(tmp_path, option, said):
    found = run("train", "cnn1d", *option, "--runs", str(tmp_path))
    assert said in str(found.exception)
    assert not [*tmp_path.iterdir()]


def test_main_shows_the_traceback_when_debugging(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["ecgzoo", "evaluate", "nowhere"])
    monkeypatch.setenv("ECGZOO_DEBUG", "1")
    with pytest.raises(ValueError, match="unknown preset 'nowhere'.* or name the folder of a run"):
        main()


def test_the_defaults_of_train_are_those_of_a_recipe():
    recipe = Recipe("cnn1d")
    parameters = inspect.signature(train).parameters
    shared = set(parameters) & set(recipe.to_dict()) - {"model"}
    assert shared >= {"protocol", "augmentation", "epochs", "oversampling", "seed"}
    for name in shared:
        assert parameters[name].default == getattr(recipe, name), name


def test_a_shipped_preset_is_evaluated_by_its_name() -> None:
    name, folder = next(iter(shipped_presets().items()))
    by_name, by_folder = (run("evaluate", str(one), "--json").stdout for one in (name, folder))
    assert json.loads(by_name) == json.loads(by_folder)
    assert json.loads(by_name)["protocol"] == "grouped"
