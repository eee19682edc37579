"""What `ecgzoo predict` shows of an answer: a table that fits the terminal, and what decided."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from predict_command import RATE, answered
from rich.console import Console
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.cli.answers import table
from ecgzoo.client import Client, Prediction
from ecgzoo.prediction.told import Row, Told, content, decided


def test_a_servers_names_are_no_commands_to_the_terminal(exported, server, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    contract = replace(Client(server, "cnn1d").contract(), model="[/bold]\x1b[31m", label="[b]\x07")
    name = "[/bold]\x1b[2J"
    row = Row("1", Prediction({name: 1.0}, name, 1.0))
    told = Told(tmp_path / "[x].npy", contract, "1", "", server, [row], row, False)
    console = Console(width=200, file=io.StringIO())
    console.print(table(told))
    shown = console.file.getvalue()
    assert "[x].npy by [/bold][31m version 1" in shown
    assert "The label is the [b] class." in shown
    assert shown.count("[/bold][2J") == 2
    assert "\x1b" not in shown
    assert "\x07" not in shown


THIRTY = {f"class {number}": number / 40 for number in range(1, 31)}


def shown_of_thirty(server, tmp_path, thresholds):
    """What a terminal of 80 columns shows of thirty classes, and the cells of each row."""
    contract = replace(
        Client(server, "cnn1d").contract(), classes=tuple(THIRTY), thresholds=thresholds
    )
    row = Row("1", Prediction(THIRTY, "class 30", 0.75))
    told = Told(tmp_path / "x.npy", contract, "1", "", server, [row], row, False)
    console = Console(width=80, file=io.StringIO())
    console.print(table(told))
    lines = console.file.getvalue().splitlines()
    rows = [re.split(r" *│ *", line)[1:-1] for line in lines if line.startswith("│")]
    return " ".join(" ".join(lines).split()), rows


@pytest.mark.parametrize("fitted", [False, True])
def test_many_classes_are_rows_of_a_table_that_fits_the_terminal(server, tmp_path, fitted):
    thresholds = dict.fromkeys(THIRTY, 0.7) if fitted else {}
    said, rows = shown_of_thirty(server, tmp_path, thresholds)
    assert [one[:2] for one in rows] == [
        [f"class {number}", f"{number / 40:.3f}"] for number in range(30, 18, -1)
    ]
    assert [one[2:] for one in rows] == [["yes"]] * 3 + [[""]] * 9 if fitted else [[]] * 12
    assert "18 more classes, each below 0.450: --json has all." in said


def test_of_many_classes_those_above_their_thresholds_are_all_shown(server, tmp_path):
    thresholds = dict.fromkeys(THIRTY, 1.0) | {"class 3": 0.05, "class 30": 0.1}
    said, rows = shown_of_thirty(server, tmp_path, thresholds)
    assert [name for name, _, above in rows if above] == ["class 30", "class 3"]
    assert len(rows) == 13
    assert "17 more classes, each below 0.450" in said


@pytest.mark.parametrize("count", [3, 5, 6, 8])
def test_neither_names_nor_probabilities_are_cut_in_80_columns(server, tmp_path, count):
    shares = {f"ventricular_tachycardia_{number}": 0.101 + number for number in range(count)}
    contract = replace(
        Client(server, "cnn1d").contract(), classes=tuple(shares), thresholds=dict(shares)
    )
    label = next(iter(shares))
    rows = [Row(f"{start}.0-{start}0.0 s", Prediction(shares, label, 0.1)) for start in (1, 2)]
    told = Told(tmp_path / "x.npy", contract, "1", "", server, rows, rows[0], False)
    console = Console(width=80, file=io.StringIO())
    console.print(table(told))
    shown = console.file.getvalue()
    assert "…" not in shown
    assert all(f"{share:.3f}" in shown for share in shares.values())
    assert ("The mean of 2 windows: --json has each." in shown) == (count > 5)


def test_it_is_said_how_a_label_is_decided(exported, server, signal, tmp_path):
    contract = Client(server, "cnn1d").contract()
    row = Row("1", Prediction(dict.fromkeys(contract.classes, 1.0), contract.classes[0], 1.0))
    told = Told(tmp_path, contract, "1", "", server, [row], row, False)
    most = "The label is the most probable class."
    assert decided(told) == most
    assert decided(replace(told, calibrated=True)) == f"{most} No temperature was fitted."
    fitted = replace(told, contract=replace(contract, fitted=("temperature",), temperature=1.5))
    assert decided(fitted) == f"{most} A temperature was fitted: --calibrated applies it."
    assert decided(replace(fitted, calibrated=True)).endswith("with the fitted temperature, 1.50.")
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    where = ["--model", "cnn1d", "--exported", str(exported)]
    assert "most probable class" in CliRunner().invoke(app, [*arguments, *where]).stdout
    assert answered(CliRunner().invoke(app, [*arguments, *where, "--json"]))["decision"] == {
        "label": "most probable",
        "temperature": 1,
        "thresholds": {},
        "fitted": [],
        "applied": [],
    }


def test_what_was_fitted_is_applied_where_it_is_asked_for(exported, server, tmp_path):
    plain = Client(server, "cnn1d").contract()
    first, *others = plain.classes
    thresholds = {first: 0.6, others[0]: 0.1}
    contract = replace(plain, temperature=2.0, thresholds=thresholds, fitted=("temperature",))
    shares = {first: 0.64, others[0]: 0.36} | dict.fromkeys(others[1:], 0.0)
    row = Row("1", Prediction(shares, first, 0.64))
    told = Told(tmp_path, contract, "1", "", server, [row], row, True)
    found = content(told)
    assert found["probabilities"][first] == pytest.approx(0.8 / 1.4)
    assert found["decision"]["applied"] == ["temperature"]
    assert found["above_thresholds"] == (first, others[0]), "of what was answered"
    console = Console(width=200, file=io.StringIO())
    console.print(table(told))
    assert "above threshold" in console.file.getvalue()
    assert f"{first}, {others[0]}" in console.file.getvalue()
