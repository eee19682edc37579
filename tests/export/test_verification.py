"""Verification: recorded answers are Keras', and any other answer is refused."""

import io
import zipfile

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import make_preset

from ecgzoo.artifact.folder import EXTRA, RECORDED
from ecgzoo.errors import ExportError
from ecgzoo.exporting.saved_model import verification
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.exporting.saved_model.fresh_process import requests
from ecgzoo.exporting.saved_model.verification import verify
from ecgzoo.exporting.saved_model.write import export
from ecgzoo.exporting.signatures import signatures
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.models.weights import load_preset


@pytest.fixture
def source(tmp_path):
    with small_encoders():
        yield make_preset(tmp_path / "preset", "cnn1d")


def recorded_in(version):
    with np.load(version / EXTRA / RECORDED, allow_pickle=False) as arrays:
        return dict(arrays)


def array_of(arrays, signature, place):
    """The array of a signature: shared ones have several names."""
    (key,) = (
        key
        for key in arrays
        if key.endswith(f"/{place}") and signature in key.partition("/")[0].split("+")
    )
    return arrays[key]


def test_every_signature_is_asked_and_answers_as_was_recorded(export_small) -> None:
    one = export_small("cnn1d")
    assert verify(one.version) == sorted(signatures(ModelGraph(one.model, one.preset)))


def test_the_recorded_answer_is_that_of_keras(export_small) -> None:
    one = export_small("cnn1d")
    arrays = recorded_in(one.version)
    signal = array_of(arrays, "serving_default", "inputs/signal")
    one.preset.spec.check(signal)
    expected = np.asarray(one.model(signal, training=False))
    assert np.ptp(expected, axis=0).max() > 1e-3, "rows must differ, or equality shows nothing"
    found = array_of(arrays, "serving_default", "answer/probabilities")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    labels = [one.preset.classes[i] for i in expected.argmax(1)]
    found = array_of(arrays, "serving_default", "answer/label")
    assert [label.decode() for label in found] == labels


def test_nothing_recorded_needs_pickle_and_bytes_are_kept_whole(export_small) -> None:
    one = export_small("cnn1d")
    arrays = recorded_in(one.version)
    assert not any(value.dtype == object for value in arrays.values())
    graph = ModelGraph(one.model, one.preset)
    example = signatures(graph)["signal_bytes"].example["signal_bytes"]
    for row, content in enumerate(example):
        found = array_of(arrays, "signal_bytes_strict", f"bytes/signal_bytes/{row}")
        assert found.tobytes() == content


def test_what_several_signatures_are_asked_is_stored_once(export_small) -> None:
    arrays = recorded_in(export_small("cnn1d").version)
    contents = [
        (key.partition("/")[2], value.dtype.str, value.shape, value.tobytes())
        for key, value in arrays.items()
    ]
    assert len(set(contents)) == len(contents)
    assert [key.partition("/")[0].count("+") for key in arrays if key.endswith("/signal")] == [3, 0]


def test_records_of_earlier_exports_are_asked_alike() -> None:
    """They had an array for each signature, and shared them with the strict variant alone."""
    signal, (first, second) = np.ones((2, 3, 1)), np.arange(2, dtype=np.uint8).reshape(2, 1)
    earlier = {
        "a+a_strict/inputs/signal": signal,
        "a+a_strict/answer/label": np.array([b"MI"]),
        "b+b_strict/inputs/signal": signal,
        "c/bytes/page/0": first,
        "c/bytes/page/1": second,
        "d/bytes/page/0": second,
        "d/bytes/page/1": second,
    }
    shared = {
        "a+a_strict+b+b_strict/inputs/signal": signal,
        "c+d/bytes/page/1": second,
        "c/bytes/page/0": first,
        "d/bytes/page/0": second,
    }
    expected = dict.fromkeys(("a", "a_strict", "b", "b_strict"), {"signal": signal})
    expected |= {"c": {"page": [b"\0", b"\1"]}, "d": {"page": [b"\1", b"\1"]}}
    for arrays in (earlier, shared):
        assert requests(arrays) == expected


@pytest.mark.whole
def test_an_export_that_answers_otherwise_is_refused(source, tmp_path, monkeypatch) -> None:
    """The written model is tampered with: its head's bias moves by a hair more than is allowed."""
    write = saved_model.write_saved_model

    def write_another(graph, asked, folder) -> None:
        other, preset = load_preset(source)
        bias = next(w for w in other.weights if w.path.endswith("probabilities/bias"))
        bias.assign(bias + np.array([1e-3, 0, 0], "float32"))
        graph = ModelGraph(other, preset)
        write(graph, signatures(graph), folder)

    monkeypatch.setattr(saved_model, "write_saved_model", write_another)
    with pytest.raises(
        ExportError, match=r"answers otherwise than Keras: .*serving_default/probabilities differs"
    ) as refused:
        export(source, tmp_path)
    assert "embedding" not in str(refused.value), "it lies before the head"
    assert list((tmp_path / "cnn1d").iterdir()) == []


@pytest.mark.slow
def test_an_export_that_does_not_load_is_refused(source, tmp_path, monkeypatch) -> None:
    write = saved_model.write_saved_model

    def write_without_weights(model, asked, folder) -> None:
        write(model, asked, folder)
        (folder / "variables" / "variables.index").unlink()

    monkeypatch.setattr(saved_model, "write_saved_model", write_without_weights)
    with pytest.raises(ExportError, match="does not load in a fresh process"):
        export(source, tmp_path / "exported")
    assert list((tmp_path / "exported" / "cnn1d").iterdir()) == []


WANTED = {
    "a/probabilities": np.array([[0.25, 0.75]], np.float32),
    "a/saliency": np.array([0.0, -200.0], np.float32),
    "a/label": np.array([b"MI"]),
    "a/windows": np.array([2], np.int32),
}
OTHER = {
    "a/probabilities": WANTED["a/probabilities"] + np.float32(1.2e-5),
    "a/saliency": WANTED["a/saliency"] + np.float32(0.03),
    "a/label": np.array([b"HB"]),
    "a/windows": np.array([3], np.int32),
}
CLOSE = WANTED | {
    "a/probabilities": WANTED["a/probabilities"] + np.float32(0.8e-5),
    "a/saliency": WANTED["a/saliency"] + np.float32(0.01),
}


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """A version whose recorded answers are WANTED, and whose answers the test sets."""
    (tmp_path / EXTRA).mkdir()
    arrays = {key.replace("/", "/answer/"): value for key, value in WANTED.items()}
    np.savez(tmp_path / EXTRA / RECORDED, **arrays)

    def check(answers):
        monkeypatch.setattr(verification, "ask_fresh_process", lambda _: answers)
        return verify(tmp_path)

    return check


def test_answers_within_the_tolerances_agree(answered) -> None:
    assert answered(CLOSE) == ["a"]


@pytest.mark.parametrize("key", WANTED)
@pytest.mark.parametrize("spoil", ["other", "absent", "nan", "shape"])
def test_each_kind_of_answer_is_compared(spoil, key, answered) -> None:
    answers = dict(WANTED)
    if spoil == "absent":
        del answers[key]
    elif spoil == "shape":
        answers[key] = WANTED[key][:0]
    elif spoil == "nan":
        if WANTED[key].dtype.kind != "f":
            pytest.skip("has no NaN")
        answers[key] = np.full_like(WANTED[key], np.nan)
    else:
        answers[key] = OTHER[key]
    with pytest.raises(ExportError, match=f"answers otherwise than Keras: {key}") as refused:
        answered(answers)
    assert not [other for other in WANTED if other != key and other in str(refused.value)]


def test_the_record_is_a_plain_zip_of_arrays(export_small) -> None:
    content = (export_small("cnn1d").version / EXTRA / RECORDED).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(name.endswith(".npy") for name in archive.namelist())
