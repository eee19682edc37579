"""Files for onnxruntime and LiteRT: run here by themselves, they answer as Keras does."""

import json
import sys
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset

from ecgzoo import list_models
from ecgzoo.artifact.preset import Preset, digest, read_preset
from ecgzoo.errors import ExportError
from ecgzoo.exporting.runtimes import conversion
from ecgzoo.exporting.runtimes.agreement import Records, agreement
from ecgzoo.exporting.runtimes.conversion import Portable
from ecgzoo.exporting.runtimes.formats import LiteRT, Onnx, export_litert, export_onnx
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS

ROWS = heartbeats(SPEC, 32)


def ask_onnx(path, inputs) -> np.ndarray:
    return onnxruntime.InferenceSession(path).run(["probabilities"], inputs)[0]


def ask_litert(path, inputs) -> np.ndarray:
    return Interpreter(str(path)).get_signature_runner()(**inputs)["probabilities"]


RUNTIMES = {
    "onnx": (export_onnx, ask_onnx, "onnx"),
    "litert": (export_litert, ask_litert, "tflite"),
}


@pytest.fixture(params=list(RUNTIMES))
def runtime(request):
    return RUNTIMES[request.param]


def answers(source) -> np.ndarray:
    expected = np.asarray(load_preset(source)[0](ROWS, training=False))
    assert np.ptp(expected, axis=0).max() > 0.05, "rows must differ, or equality shows nothing"
    return expected


def assert_converted_exactly(name, runtime, folder) -> None:
    export, ask, suffix = runtime
    source = make_preset(folder / "preset", name)
    converted = export(source, folder / f"{name}.{suffix}")
    assert converted.inputs == "signal"
    assert converted.difference <= 1e-4
    expected = answers(source)
    for count in (1, 7, 32):
        shown = ask(converted.path, {"signal": ROWS[:count]})
        np.testing.assert_allclose(shown, expected[:count], rtol=0, atol=1e-4)


@pytest.mark.whole
def test_a_model_of_every_domain_is_converted_exactly(runtime, tmp_path) -> None:
    with small_encoders():
        assert_converted_exactly("hybrid2", runtime, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("name", list_models())
def test_every_model_is_converted_exactly(name, runtime, tmp_path) -> None:
    assert_converted_exactly(name, runtime, tmp_path)


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """The frequency domain alone: of those that need Fourier transforms, the quickest."""
    with small_encoders():
        return make_preset(tmp_path_factory.mktemp("source") / "preset", "cnn1d_transformer")


@pytest.fixture(autouse=True)
def _small_encoders(request):
    """Small presets are loaded with the encoders that they were made with."""
    if "source" not in request.fixturenames:
        yield
        return
    with small_encoders():
        yield


@pytest.fixture(scope="module", params=list(RUNTIMES))
def converted(request, source, tmp_path_factory):
    """Its file for each runtime, with records that it was compared on."""
    export, _, suffix = RUNTIMES[request.param]
    with small_encoders():
        path = tmp_path_factory.mktemp("converted") / f"model.{suffix}"
        return export(source, path, records=Records(ROWS, np.arange(32) % 3))


@pytest.mark.whole
def test_what_a_file_means_lies_beside_it(source, converted) -> None:
    path = converted.path
    assert sorted(path.parent.iterdir()) == [path, path.with_name(f"{path.name}.json")]
    said = json.loads(converted.description.read_text())
    assert Preset.from_dict(said["preset"]) == read_preset(source)
    assert said["preset"]["classes"] == list(CLASSES)
    assert said["inputs"] == {"signal": [None, *SPEC.shape]}
    assert said["outputs"] == {"probabilities": [None, 3]}
    assert said["sha256"] == digest(path)
    assert said["difference"] == converted.difference
    assert said["reason"] == ""
    assert said["agreement"]["records"] == 32
    right = (answers(source).argmax(1) == np.arange(32) % 3).mean()
    assert said["agreement"]["accuracy"] == [right, right]


def test_a_file_holds_each_constant_once(source, converted) -> None:
    weights = sum(np.asarray(w).nbytes for w in load_preset(source)[0].weights)
    # Transforms of 500 samples as matrices and rotations, and the graph itself.
    transforms = 4 * (4 * 20**2 + 2 * 20 * 25 + 4 * 25 * 13)
    assert weights < converted.path.stat().st_size < weights + transforms + 30_000


def test_a_domain_that_cannot_be_converted_is_taken_as_input(source, tmp_path, monkeypatch) -> None:
    """Keras' exporter reports success on an FFT; onnxruntime then refuses the file."""
    monkeypatch.setattr(conversion, "_with_matrices", lambda layer: layer)
    converted = export_onnx(source, tmp_path / "model.onnx")
    assert converted.inputs == "domains"
    domain = np.asarray(DOMAINS.get("frequency")(SPEC)(ROWS))
    shown = ask_onnx(converted.path, {"frequency": domain})
    np.testing.assert_allclose(shown, answers(source), rtol=0, atol=1e-4)
    said = json.loads(converted.description.read_text())
    assert said["inputs"] == {"frequency": [None, *domain.shape[1:]]}
    assert said["reason"] == converted.reason
    assert converted.reason.startswith("from the signal: [ONNXRuntimeError] : ")


def moved(written: Portable, by: float) -> None:
    bias = next(w for w in written.model.weights if w.path.endswith("probabilities/bias"))
    bias.assign(bias + np.array([by, 0, 0], "float32"))


def write_otherwise(self, written, path, write=LiteRT.write) -> None:
    moved(written, 0.1)
    write(self, written, path)
    moved(written, -0.1)


def write_nothing(self, written, path) -> None:
    path.write_bytes(b"no model")


@pytest.mark.whole
@pytest.mark.parametrize(
    ("write", "said"),
    [(write_otherwise, "within 0.0001; they differ by"), (write_nothing, "from the domains: ")],
)
def test_a_file_that_answers_otherwise_is_not_kept(
    source, tmp_path, monkeypatch, write, said
) -> None:
    (tmp_path / "model.tflite").write_bytes(b"older")
    monkeypatch.setattr(LiteRT, "write", write)
    with pytest.raises(
        ExportError, match=f"cannot be converted to litert; from the signal.*{said}"
    ) as caught:
        export_litert(source, tmp_path / "model.tflite", records=Records(ROWS))
    assert isinstance(caught.value.__cause__, ExceptionGroup)
    for form, one in zip(("signal", "domains"), caught.value.__cause__.exceptions, strict=True):
        assert f"from the {form}: {one}" in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["model.tflite"]
    assert (tmp_path / "model.tflite").read_bytes() == b"older"


def test_exact_gelus_are_converted(tmp_path) -> None:
    """tf2onnx by itself does not know their Erfc."""
    x = np.linspace(-8, 8, 65, dtype="float32")[:, None]
    given = keras.Input((1,), name="x")
    model = keras.Model({"x": given}, {"probabilities": keras.ops.gelu(given, approximate=False)})
    model({"x": x})
    Onnx().write(Portable("x", model, lambda x: {"x": x}), tmp_path / "gelu.onnx")
    shown = ask_onnx(tmp_path / "gelu.onnx", {"x": x})
    np.testing.assert_allclose(shown, model({"x": x})["probabilities"], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("export", "package"), [(export_onnx, "onnxruntime"), (export_litert, "ai_edge_litert")]
)
def test_without_the_extra_its_name_is_said(export, package, tmp_path, monkeypatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ExportError, match=rf"{package} is not installed; .*ecgzoo\[runtimes\]"):
        export(tmp_path, tmp_path / "model")


def test_another_suffix_is_refused(source, tmp_path) -> None:
    with pytest.raises(ValueError, match="expected a file model.onnx; got model.tflite"):
        export_onnx(source, tmp_path / "model.tflite")


def test_multi_label_records_agree_where_all_classes_do() -> None:
    before = np.array([[0.6, 0.4], [0.9, 0.2], [0.1, 0.2]])
    after = np.array([[0.6, 0.6], [0.8, 0.2], [0.1, 0.2]])
    found = agreement(before, after, np.array([[1, 1], [1, 0], [1, 0]]), np.array([0.5, 0.5]))
    assert (found.changed, found.accuracy) == (1, (1 / 3, 2 / 3))
    assert found.difference == pytest.approx(0.2)
    at_fitted = agreement(before, after, np.array([[1, 1], [1, 0], [1, 0]]), np.array([0.05, 0.3]))
    assert (at_fitted.changed, at_fitted.accuracy) == (0, (1.0, 1.0))
