"""convert, on a run that was trained on toy records: its table says what is in the file."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import small_encoders
from ai_edge_litert.interpreter import Interpreter
from rich.console import Console
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo.artifact import preset as presets
from ecgzoo.artifact import resolution as resolving
from ecgzoo.cli import app
from ecgzoo.cli.commands.convert import _table
from ecgzoo.cli.known_records import KnownRecords
from ecgzoo.exporting.runtimes.conversion import Converted
from ecgzoo.models.weights import load_preset
from ecgzoo.training import fit
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run


@pytest.fixture(scope="module")
def trained(encoders, tmp_path_factory) -> Run:
    recipe = Recipe("cnn1d", epochs=8, folds=2, batch_size=16, augmentation=False)
    return fit.fit(recipe, tmp_path_factory.mktemp("run"), toy_ecgs(), verbose=0)


@pytest.fixture(autouse=True, scope="module")
def encoders() -> Iterator[None]:
    """Narrow ones, but wide enough that int8 is worth while."""
    with pytest.MonkeyPatch.context() as patch, small_encoders.small_encoders():
        patch.setattr(small_encoders, "WIDTH", 64)
        yield


@pytest.fixture
def tuned(trained, tmp_path):
    """A folder as fine-tuning leaves it: it says of no record at hand what it is."""
    folder = shutil.copytree(trained.folder, tmp_path / "tuned")
    described = json.loads((folder / "preset.json").read_text())
    del described["training"]["recipe"]
    (folder / "preset.json").write_text(json.dumps(described))
    return folder


def ask_onnx(path, signals) -> np.ndarray:
    return onnxruntime.InferenceSession(path).run(["probabilities"], {"signal": signals})[0]


def ask_litert(path, signals) -> np.ndarray:
    return Interpreter(str(path)).get_signature_runner()(signal=signals)["probabilities"]


ASK = {"onnx": ask_onnx, "litert": ask_litert}


def convert(*arguments) -> dict[str, str]:
    """The table's cells."""
    result = CliRunner().invoke(app, ["convert", *map(str, arguments)], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.exception
    rows = (re.split(r"\s*│\s*", line)[1:3] for line in result.stdout.splitlines() if "│" in line)
    return dict(rows)


@pytest.mark.whole
@pytest.mark.parametrize(("to", "suffix"), [("onnx", "onnx"), ("litert", "tflite")])
def test_int8_costs_little_and_the_table_says_how_much(
    trained, to, suffix, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(fit, "dataset_of", lambda recipe: toy_ecgs())
    monkeypatch.chdir(tmp_path)
    shown = convert(trained.folder, "--to", to, "--int8")
    assert shown["file"] == f"exported/cnn1d.int8.{suffix}"
    said = json.loads((tmp_path / shown["described in"]).read_text())
    before = trained.metrics()["accuracy"]
    assert said["int8"]
    assert said["agreement"]["records"] == len(trained.predictions().labels) == 30
    assert said["agreement"]["accuracy"][0] == pytest.approx(before)
    assert 1e-5 < said["agreement"]["difference"] < 0.05
    assert shown["labels changed on 30 test records"] == str(said["agreement"]["changed"])
    after = said["agreement"]["accuracy"][1]
    assert shown["accuracy on 30 test records"] == f"{after:.3f} (Keras {before:.3f})"
    weights = sum(np.asarray(w).nbytes for w in load_preset(trained.folder)[0].weights)
    assert (tmp_path / shown["file"]).stat().st_size < weights * 0.8
    assert_rows_do_not_meet(tmp_path / shown["file"], ASK[to])


def assert_rows_do_not_meet(path, ask) -> None:
    """Ranges that a batch shares would let a bad row spoil its neighbours."""
    signals = toy_ecgs().signals[:8]
    spoiled = signals.copy()
    spoiled[1:] *= 100
    np.testing.assert_allclose(ask(path, spoiled)[0], ask(path, signals[:1])[0], rtol=0, atol=1e-6)


def test_the_file_answers_the_test_records_as_the_run_did(trained, tmp_path, monkeypatch) -> None:
    dataset = toy_ecgs()
    monkeypatch.setattr(fit, "dataset_of", lambda recipe: dataset)
    path = tmp_path / "model.onnx"
    shown = convert(trained.folder, "--to", "onnx", "--output", path)
    assert shown["labels changed on 30 test records"] == "0"
    assert shown["size"] == f"{path.stat().st_size / 1e6:.2f} MB"
    predictions = trained.predictions()
    rows = [dataset.names.tolist().index(name) for name in predictions.names]
    answers = ask_onnx(path, dataset.signals[rows])
    np.testing.assert_allclose(answers, predictions.probabilities, rtol=0, atol=1e-4)


def test_a_preset_is_compared_on_its_training_records_without_accuracy(
    trained, tmp_path, monkeypatch
) -> None:
    """Of a fit on all records no figure would say how good it is."""
    monkeypatch.setattr(fit, "dataset_of", lambda recipe: toy_ecgs())
    recipe = replace(trained.recipe(), final=True, validation=False, epochs=1)
    preset = fit.fit(recipe, tmp_path / "cnn1d.toy", toy_ecgs(), verbose=0).folder
    monkeypatch.setattr(resolving, "SHIPPED", tmp_path)
    shown = convert("cnn1d.toy", "--to", "onnx", "--output", tmp_path / "model.onnx")
    records = len(toy_ecgs())
    assert shown[f"labels changed on {records} training records"] == "0"
    assert not any(cell.startswith("accuracy") for cell in shown)
    described = json.loads((tmp_path / "model.onnx.json").read_text())["preset"]
    assert described["weights_sha256"] == presets.digest(preset / presets.WEIGHTS)


@pytest.fixture
def own(tmp_path) -> tuple[str, ...]:
    """Six records of the user's own, as options."""
    data = toy_ecgs().take(np.arange(6))
    (tmp_path / "own").mkdir()
    rows = ["record,label"]
    for index, signal in enumerate(data.signals):
        np.save(tmp_path / "own" / f"r{index}.npy", signal)
        rows.append(f"r{index},{data.classes[data.labels[index]]}")
    (tmp_path / "own.csv").write_text("\n".join(rows))
    folder, labels, rate = tmp_path / "own", tmp_path / "own.csv", data.spec.sampling_rate
    return "--data", str(folder), "--labels", str(labels), "--sampling-rate", str(rate)


def test_what_names_no_records_is_compared_on_the_users(tuned, own, tmp_path) -> None:
    path = tmp_path / "model.onnx"
    alone = convert(tuned, "--to", "onnx", "--output", path)
    assert not any("records" in cell for cell in alone)
    shown = convert(tuned, "--to", "onnx", "--int8", "--output", path, *own)
    said = json.loads((tmp_path / "model.onnx.json").read_text())
    assert said["int8"]
    assert said["agreement"]["records"] == 6
    assert shown["labels changed on 6 records of yours"] == str(said["agreement"]["changed"])


def test_ranges_without_records_are_refused(tuned, own, tmp_path) -> None:
    path = tmp_path / "model.onnx"
    asked = ["convert", str(tuned), "--to", "onnx", "--int8", "--output", str(path)]
    assert "--data and --labels" in str(CliRunner().invoke(app, asked).exception)
    assert "go together" in str(CliRunner().invoke(app, [*asked, *own[:2]]).exception)
    assert not path.exists()


def test_an_unfinished_run_is_refused(tmp_path) -> None:
    result = CliRunner().invoke(app, ["convert", str(tmp_path), "--to", "onnx"])
    assert "no finished run" in str(result.exception)


def test_a_names_brackets_are_no_commands_to_the_terminal(tmp_path) -> None:
    path = tmp_path / "[bold]m.onnx"
    path.write_bytes(b"")
    known = KnownRecords("records", None, None, "trained on [/b]")
    console = Console(width=200, file=io.StringIO())
    console.print(_table(Converted(path, "onnx", "signal", "", 0.0), known))
    shown = console.file.getvalue()
    assert str(path) in shown
    assert f"{path}.json" in shown
    assert "trained on [/b]" in shown
