"""Whose records a command takes: what the options come to, and which do not go together."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs
from toy_presets import write_preset
from typer.testing import CliRunner

from ecgzoo import SignalSpec
from ecgzoo.artifact.preset import Preset
from ecgzoo.cli import app
from ecgzoo.cli.dataset_options import OPTIONS, as_taken, chosen
from ecgzoo.errors import DataWarning


@pytest.mark.parametrize("command", ["train", "compare", "ablate"])
def test_commands_that_train_take_every_option(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    assert all(f"--{name.replace('_', '-')}" in shown for name in OPTIONS)


def test_a_folder_of_ones_own_is_a_data_set() -> None:
    found = chosen(
        labels="labels.csv",
        data=Path("a/b"),
        rename=["ECG=I"],
        rate=100.0,
        unit="uV",
        leads="I, II",
    )
    assert found == {
        "dataset": "records",
        "loading": {
            "labels": "labels.csv",
            "leads": ["I", "II"],
            "rate": 100.0,
            "data": "a/b",
            "rename": {"ECG": "I"},
            "unit": "uV",
        },
    }


def test_a_test_set_is_a_published_split() -> None:
    found = chosen(labels="a.csv", data=Path("a"), test_labels=Path("b.csv"))
    assert found["protocol"] == "official"
    assert found["loading"]["test_labels"] == "b.csv"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data": Path("a")}, "--data and --labels go together"),
        ({"data": Path("a"), "labels": "b", "dataset": "ludb"}, "take one"),
        ({"test_labels": Path("a")}, "--test-labels is of records of your own"),
        ({"rename": ["A=B"]}, "--rename is of records of your own"),
        ({"sampling_rate": 250.0}, "--sampling-rate is of records of your own"),
        ({"data": Path("a"), "labels": "b", "rename": ["A"]}, "OLD=NEW, such as ECG=I; got 'A'"),
    ],
)
def test_what_does_not_go_together_is_said(given, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chosen(**given)


def test_records_are_cut_as_those_that_a_model_was_trained_on_unless_it_is_said() -> None:
    spec = SignalSpec(("I", "II"), sampling_rate=100, samples=250)
    recipe = {"recipe": {"loading": {"overlap": 0.5, "labels": "all"}}}
    preset = Preset("cnn1d", spec, ("a", "b"), training=recipe)
    cut = {"leads": ["I", "II"], "rate": 100, "seconds": 2.5}
    assert as_taken(preset, chosen("ptb_xl")) == cut | {"overlap": 0.5}
    assert as_taken(preset, chosen("ptb_xl", overlap=0.0)) == cut | {"overlap": 0.0}
    assert as_taken(replace(preset, training={}), chosen("ptb_xl")) == cut
    rare = replace(preset, training={"recipe": {"loading": {"fewest": 3}}})
    assert as_taken(rare, chosen("ptb_xl")) == cut | {"classes": ["a", "b"]}
    assert as_taken(rare, chosen("ptb_xl", classes="b")) == cut | {"classes": ["b"]}
    own = chosen(labels="l.csv", data=Path("a"))
    assert as_taken(rare, own) == cut | {"labels": "l.csv", "data": "a"}


def test_own_records_of_other_classes_than_the_frequent_ones_are_left_out(tmp_path) -> None:
    """A model of classes that enough patients had is evaluated on records of some of them."""
    rare = {"recipe": {"loading": {"fewest": 2}}}
    with small_encoders():
        preset = write_preset(tmp_path / "preset", training=rare)
        data = tmp_path / "data"
        data.mkdir()
        for name, signal in zip("abc", toy_ecgs().signals, strict=False):
            np.savetxt(data / f"{name}.csv", signal, delimiter=",", header="I,II", comments="")
        table = tmp_path / "l.csv"
        table.write_text("record,label\na,slow\nb,rare\nc,slow\n")
        asked = ["evaluate", str(preset), "--data", str(data), "--labels", str(table), "--json"]
        with pytest.warns(DataWarning) as told:
            result = CliRunner().invoke(app, [*asked, "--sampling-rate", "128", "--no-intervals"])
    assert result.exit_code == 0, result.exception
    assert json.loads(result.stdout)["n"] == 2
    said = "classes that the model was not trained on are left out: rare"
    assert said in [str(one.message) for one in told]
