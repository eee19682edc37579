"""`ecgzoo finetune` as a user meets it: from files to a run that other commands take."""

import json
from dataclasses import replace

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset
from typer.testing import CliRunner

import ecgzoo
from ecgzoo.cli import app
from ecgzoo.errors import DataWarning, SignalError
from ecgzoo.exporting.saved_model import write as saved_model
from tf_data import SignalDataset

SIGNALS = heartbeats(SPEC, 24)
LABELS = [CLASSES[row % 3] for row in range(24)]
QUICK = ["--head-epochs", "1", "--epochs", "1"]


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    root = tmp_path_factory.mktemp("files")
    with small_encoders():
        make_preset(root / "preset", "cnn1d")
    (root / "records").mkdir()
    for row, signal in enumerate(SIGNALS):
        np.save(root / "records" / f"r{row}.npy", signal)
    write_labels(root / "labels.csv", LABELS)
    return root


def write_labels(path, labels):
    rows = [f"r{row},{label}" for row, label in enumerate(labels)]
    path.write_text("\n".join(["record,label", *rows]))


def ask(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def tune(files, to, *options, labels="labels.csv", rate=SPEC.sampling_rate):
    given = ["--data", files / "records", "--labels", files / labels, "--to", to]
    given += ["--weights", files / "preset", "--sampling-rate", rate, *QUICK]
    return ask("finetune", "cnn1d", *given, *options)


@pytest.mark.whole
def test_a_run_is_tuned_exported_evaluated_and_asked(files, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(saved_model, "verify", lambda _: [])
    monkeypatch.setenv("COLUMNS", "200")
    exported = tmp_path / "exported"
    done = tune(files, tmp_path / "run", "--export", "--exported", exported)
    assert done.exit_code == 0, done.exception
    assert "head only" in done.stdout
    assert f"exported: {exported / 'cnn1d' / '1'}" in done.stdout
    shown = json.loads(ask("evaluate", tmp_path / "run", "--json").stdout)
    assert (shown["classes"], shown["leaky"]) == (list(CLASSES), False)
    again = ["evaluate", tmp_path / "run", "--data", files / "records"]
    again += ["--labels", files / "labels.csv", "--sampling-rate", SPEC.sampling_rate]
    figures = json.loads(ask(*again, "--json").stdout)
    # All but the test part were trained on; by their fingerprints, toy beats resemble one another.
    assert 24 - shown["n"] <= figures["overlap"] < 24
    assert "These figures leak: the weights were trained on" in ask(*again).stdout
    asked = ask(
        *["predict", files / "records" / "r0.npy", "--model", "cnn1d", "--exported", exported],
        *["--sampling-rate", SPEC.sampling_rate, "--json"],
    )
    assert set(json.loads(asked.stdout)["probabilities"]) == set(CLASSES)
    second = tune(files, tmp_path / "run")
    assert "is there already" in str(second.exception)


def test_a_model_of_pages_is_evaluated_on_records_of_one_s_own(files, tmp_path) -> None:
    """Its leads stand one after another on a page; a record has them at once."""
    make_preset(tmp_path / "pages", "cnn1d", replace(SPEC, simultaneous=False))
    given = ["--data", files / "records", "--labels", files / "labels.csv"]
    given += ["--sampling-rate", SPEC.sampling_rate, "--json"]
    done = ask("evaluate", tmp_path / "pages", *given)
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["n"] == 24


def test_records_that_a_model_does_not_take_are_told_by_what_differs(files) -> None:
    keys = [np.arange(24).astype(str)] * 3
    spec = replace(SPEC, unit="uV")
    records = SignalDataset(SIGNALS, np.arange(24) % 3, *keys, spec, CLASSES)
    with pytest.raises(SignalError) as caught:
        ecgzoo.evaluate(files / "preset", records)
    assert str(caught.value) == (
        "expected records with the unit mV; got uV. Read them as the model takes them: spec= and "
        "classes= of its preset"
    )


@pytest.mark.parametrize(
    ("labels", "options", "rate", "message"),
    [
        (["AF", "N"] * 12, [], 250, "labels AF, N are not among the classes Normal, HB, MI"),
        (["HB"] * 24, [], 250, "all 24 are of HB"),
        (["HB", "MI"], [], 250, "at least a signal per class; got 2 for 3"),
        (LABELS, ["--leads", "I,V9"], 250, "unknown leads 'V9'|V9"),
        (LABELS, [], 0, "above 0 Hz; got 0"),
        (LABELS, ["--weights", "nowhere"], 250, "unknown weights for cnn1d 'nowhere'"),
        (["Normal", "HB"] * 12, [], 250, "MI has 0. Merge it, leave it out of classes= "),
        (LABELS, ["--seconds", "0"], 250, "between 128 and 65536; got 0, 0 s at 250 Hz"),
    ],
)
def test_bad_input_is_a_sentence_and_nothing_is_written(
    files, tmp_path, labels, options, rate, message
) -> None:
    write_labels(files / "bad.csv", labels)
    done = tune(files, tmp_path / "run", *options, labels="bad.csv", rate=rate)
    assert done.exit_code == 1
    with pytest.raises((ValueError, OSError), match=message):
        raise done.exception
    assert not (tmp_path / "run").exists()


def test_a_run_that_could_not_be_written_is_refused_before_anything_is_read(files) -> None:
    taken = files / "labels.csv"
    done = tune(files, taken / "run", labels="nowhere.csv")
    assert str(done.exception) == (
        f"{taken / 'run'} cannot be made: {taken} takes no folder. Choose another place"
    )


@pytest.mark.parametrize(
    ("model", "message"),
    [("cnn1", "unknown model 'cnn1'; did you mean 'cnn1d'"), ("cnn1d.ecg_images", "no table")],
)
def test_a_model_is_named_as_in_python(files, tmp_path, model, message) -> None:
    given = ["--data", files / "records", "--labels", tmp_path / "gone.csv"]
    assert message in str(ask("finetune", model, *given, "--to", tmp_path / "run").exception)


@pytest.mark.whole
def test_others_are_tested_on_and_controls_are_printed(files, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    others = tmp_path / "others"
    others.mkdir()
    for row, signal in enumerate(heartbeats(SPEC, 12)):
        np.save(others / f"new{row}.npy", signal * 1.1)
    lines = [f"new{row},{CLASSES[row % 3]},patient{row // 2}" for row in range(12)]
    (tmp_path / "others.csv").write_text("\n".join(["record,label,group", *lines]))
    held = ["--test", others, "--test-labels", tmp_path / "others.csv"]
    done = tune(files, tmp_path / "run", *held, "--controls")
    assert done.exit_code == 0, done.exception
    for said in ("linear probe: accuracy ", "12 test records that nothing was fitted", " to "):
        assert said in done.stdout
    for pair in ("after against from scratch", "linear probe against random encoder"):
        for figure in ("macro F1", "macro AUC"):
            assert f"{pair}, {figure}: " in done.stdout
    figures = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert (figures["n"], figures["per"]) == (12, "record")
    assert figures["intervals"]["macro_f1"]["level"] == 0.95


def test_a_column_of_numbers_is_estimated_evaluated_and_asked(files, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    table = files / "ages.csv"
    lines = ["record,age", *(f"r{row},{40 + row}" for row in range(24))]
    table.write_text("\n".join(lines))
    done = tune(files, tmp_path / "run", "--target", "age", labels="ages.csv")
    assert done.exit_code == 0, done.exception
    assert "mean absolute error" in done.stdout
    assert "a new head that is not trained answers about the mean" in done.stdout
    rate = ["--sampling-rate", SPEC.sampling_rate]
    given = ["--data", files / "records", "--labels", table, *rate]
    figures = json.loads(ask("evaluate", tmp_path / "run", *given, "--json").stdout)
    assert (figures["target"], figures["n"]) == ("age", 24)
    assert "R2" in ask("evaluate", tmp_path / "run").stdout
    record = files / "records" / "r0.npy"
    asked = json.loads(ask("predict", record, "--model", tmp_path / "run", *rate, "--json").stdout)
    assert asked["target"] == "age"
    windows = [one["estimate"] for one in asked["windows"]]
    assert asked["estimate"] == pytest.approx(np.mean(windows))
    assert "age" in ask("predict", record, "--model", tmp_path / "run", *rate).stdout
    half = ["--seconds", SPEC.seconds / 2, "--json"]
    halves = json.loads(ask("predict", record, "--model", tmp_path / "run", *rate, *half).stdout)
    assert len(halves["windows"]) > len(windows)
    assert f"next: ecgzoo predict FILE --model {tmp_path / 'run'}" in done.stdout
    for refused in (["export"], ["card"], ["explain", record]):
        command, *file = refused
        told = str(ask(command, tmp_path / "run", *file, *(rate if file else [])).exception)
        assert "this model answers a number, age" in told
    exporting = tune(files, tmp_path / "no", "--target", "age", "--export", labels="ages.csv")
    assert str(exporting.exception) == (
        "an export is of classes; age is a number: leave out --export"
    )
    table.write_text("\n".join([*lines[:-2], "r22,", "r23,nan"]))
    bad = tune(files, tmp_path / "bad", "--target", "age", labels="ages.csv")
    assert str(bad.exception) == (
        "expected a finite number in the column age of ages.csv; record r22 (2 in all) has an "
        "empty cell. Take such records out"
    )


@pytest.mark.whole
def test_the_column_split_is_tested_on_unless_a_share_is_asked_for(files, tmp_path) -> None:
    parts = ["train"] * 15 + ["test"] * 9
    lines = [f"r{row},{CLASSES[row % 3]},{part}" for row, part in enumerate(parts)]
    (files / "split.csv").write_text("\n".join(["record,label,split", *lines]))
    done = tune(files, tmp_path / "run", labels="split.csv")
    assert done.exit_code == 0, done.exception
    assert "split.csv has a split: its test part is tested on" in done.stdout
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["n"] == 9
    with pytest.warns(DataWarning, match="the split that the records have of their own is not"):
        done = tune(files, tmp_path / "share", "--test", "0.5", labels="split.csv")
    assert done.exit_code == 0, done.exception
    assert json.loads((tmp_path / "share" / "metrics.json").read_text())["n"] == 12


@pytest.mark.whole
def test_without_a_test_part_it_says_that_there_are_no_figures(files, tmp_path) -> None:
    done = tune(files, tmp_path / "run", "--test", "none")
    assert done.exit_code == 0, done.exception
    assert "Nothing was held out to test on: there are no figures." in done.stdout
    assert not (tmp_path / "run" / "metrics.json").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--test", "folder"], "--test and --test-labels go together: the records in folder, and"),
        (
            ["--test-labels", "a.csv"],
            "--test-labels are of records that --test names; got no --test",
        ),
        (["--test", "0.7"], "expected a share for testing above 0 and up to 0.5; got 0.7"),
        (["--test", "none", "--controls"], "controls are compared on a test part"),
    ],
)
def test_what_cannot_be_tested_on_is_a_sentence(files, tmp_path, options, message) -> None:
    done = tune(files, tmp_path / "run", *options)
    assert done.exit_code == 1
    assert message in str(done.exception)
    assert not (tmp_path / "run").exists()


def test_records_and_labels_go_together(files) -> None:
    done = ask("evaluate", files / "preset", "--data", files / "records")
    assert "--data and --labels go together" in str(done.exception)
