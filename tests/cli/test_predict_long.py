"""`ecgzoo predict` of a long record: summed up, its windows in a file, a strip over time."""

import csv
import json

import numpy as np
import pytest
from rest_server import stand_in
from small_presets import heartbeats
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.client import Contract
from ecgzoo.exporting.saved_model.served import Served
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.prediction.over_time import calibrated
from ecgzoo.signal_spec import SignalSpec

RATE = 200
MINUTES = SignalSpec(PAGE_SPEC.leads, RATE, 60 * RATE)


@pytest.fixture(scope="module")
def exported(export_small):
    return export_small("cnn1d", PAGE_SPEC, "traces", small=True).version.parents[1]


@pytest.fixture
def record(tmp_path):
    """Eleven minutes."""
    np.save(tmp_path / "long.npy", np.concatenate(list(heartbeats(MINUTES, 11))))
    return tmp_path / "long.npy"


def run(file, exported, *options):
    where = ["--model", "cnn1d", "--exported", str(exported), "--sampling-rate", str(RATE)]
    environment = {"COLUMNS": "100"}
    return CliRunner(env=environment).invoke(app, ["predict", str(file), *where, *options])


def test_it_is_summed_up_and_its_windows_are_written(record, exported, tmp_path):
    to, picture = tmp_path / "windows.csv", tmp_path / "strip.png"
    result = run(record, exported, "--to", str(to), "--picture", str(picture))
    assert result.exception is None, result.exception
    with to.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    classes = Served(exported / "cnn1d").preset.classes
    shares = np.array([[float(row[name]) for name in classes] for row in rows])
    labels = [row["label"] for row in rows]
    assert labels == np.array(classes)[shares.argmax(axis=1)].tolist()
    assert float(rows[0]["start"]) == 0
    assert float(rows[-1]["end"]) == pytest.approx(660, abs=0.01)
    words = " ".join(result.stdout.split())
    assert f"{len(rows):,} answered" in words
    for name in set(labels):
        assert f"{labels.count(name):,} │ {labels.count(name) / len(labels):.1%}" in words
    assert f"{shares.max():.3f}" in words
    assert "not a diagnostic device" in words
    assert picture.stat().st_size > 5000


def test_json_has_all_windows_and_the_summary(record, exported):
    answer = json.loads(run(record, exported, "--json").stdout)
    rows = np.array([list(one["probabilities"].values()) for one in answer["windows"]])
    overall = list(answer["probabilities"].values())
    np.testing.assert_allclose(overall, rows.mean(axis=0), atol=1e-5)
    assert answer["summary"]["windows"] == len(rows)
    assert sum(answer["summary"]["shares"].values()) == pytest.approx(1)
    assert len(answer["summary"]["most_certain"]) == 10


def test_a_server_gives_the_same(record, exported):
    local = json.loads(run(record, exported, "--json").stdout)
    with stand_in({"cnn1d": exported / "cnn1d"}) as address:
        remote = json.loads(run(record, exported, "--server", address, "--json").stdout)
    for one, other in zip(local["windows"], remote["windows"], strict=True):
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)
    assert local["summary"]["shares"] == pytest.approx(remote["summary"]["shares"])


@pytest.mark.filterwarnings("ignore:.*columns have no names")  # random leads obey no law
def test_a_short_record_is_summed_up_where_its_windows_are_to_be_written(exported, tmp_path):
    np.save(tmp_path / "short.npy", heartbeats(MINUTES, 1)[0])
    windows = json.loads(run(tmp_path / "short.npy", exported, "--json").stdout)["windows"]
    assert windows[-1]["window"] == "57.5-60.0 s"
    result = run(tmp_path / "short.npy", exported, "--to", str(tmp_path / "w.csv"))
    assert "answered" in result.stdout
    with (tmp_path / "w.csv").open() as stream:
        assert len(list(stream)) == 1 + len(windows)


def test_stopped_in_the_middle_nothing_is_written(record, exported, tmp_path, monkeypatch):
    asked = []

    def ask(self, windows, do=Served.signals):
        asked.append(len(windows))
        if len(asked) == 3:
            raise KeyboardInterrupt
        return do(self, windows)

    monkeypatch.setattr("tf_data.open_record.AT_ONCE", 12 * 5000)
    monkeypatch.setattr(Served, "signals", ask)
    before = sorted(tmp_path.iterdir())
    to, picture = str(tmp_path / "w.csv"), str(tmp_path / "s.png")
    result = run(record, exported, "--to", to, "--picture", picture)
    assert result.exit_code != 0
    assert len(asked) == 3
    assert sorted(tmp_path.iterdir()) == before


def test_an_ending_that_cannot_be_written_is_refused_before_anything_is_asked(
    record, exported, tmp_path, monkeypatch
):
    monkeypatch.setattr(Served, "signals", lambda *_: pytest.fail("asked"))
    result = run(record, exported, "--picture", str(tmp_path / "strip.jpeg"))
    assert "ends in .png or .svg" in str(result.exception)
    result = run(record, exported, "--to", str(tmp_path / "windows.xlsx"))
    assert "ends in .csv; got" in str(result.exception)


def test_the_temperature_moves_probabilities_and_leaves_what_is_called(exported):
    found = over_time(multi_label := True)
    contract = contract_of(multi_label)
    warm = calibrated(found, contract)
    logits = np.log(found.answers.probabilities / (1 - found.answers.probabilities))
    np.testing.assert_allclose(warm.answers.probabilities, 1 / (1 + np.exp(-logits / 2)))
    assert warm.answers.called.tolist() == found.answers.called.tolist()
    assert warm.shares == found.shares


def contract_of(multi_label):
    fitted = {"temperature": 2.0, "thresholds": {"a": 0.3, "b": 0.8}}
    return Contract(
        "m", ("I",), 250, 500, "mV", True, ("a", "b"), multi_label, False, False, **fitted
    )


def over_time(multi_label):
    from ecgzoo.artifact.answers import Predictions
    from ecgzoo.artifact.windows_over_time import WindowsOverTime

    shares = np.random.default_rng(0).uniform(0.02, 0.98, (200, 2))
    names = np.full(200, "r")
    answers = Predictions(names, names, None, shares, ("a", "b"), several=multi_label)
    answers = answers.at(contract_of(multi_label).thresholds)
    return WindowsOverTime("r", 1010.0, 10.0, np.arange(200) * 5.0, answers, {})
