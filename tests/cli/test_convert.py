"""convert, on a run that was trained on toy records: its table says what is in the file."""

import json
import re
from collections.abc import Iterator

import numpy as np
import onnxruntime
import pytest
import small_encoders
from ai_edge_litert.interpreter import Interpreter
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo.cli import app
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


def test_an_unfinished_run_is_refused(tmp_path) -> None:
    result = CliRunner().invoke(app, ["convert", str(tmp_path), "--to", "onnx"])
    assert "no finished run" in str(result.exception)
