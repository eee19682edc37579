"""An exported version, as the Keras model that it was made of."""

import numpy as np
import pytest
import tensorflow as tf
from small_encoders import small_encoders
from small_presets import SPEC, heartbeats, make_preset

import ecgzoo
from ecgzoo.errors import ExportError, PresetError
from ecgzoo.explanation import explain
from ecgzoo.exporting.saved_model import served as restoring
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.exporting.saved_model.served import restored
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.weights import load_preset


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("exported")
    with small_encoders(), pytest.MonkeyPatch.context() as patch:
        source = make_preset(root / "preset", "hybrid1", options={"fusion": "gated"})
        patch.setattr(saved_model, "verify", lambda _: [])
        return source, saved_model.export(source, root)


@pytest.fixture(autouse=True)
def small_models():
    with small_encoders():
        yield


@pytest.mark.whole
def test_it_answers_and_is_explained_as_its_run(made):
    source, version = made
    (ours, preset), (theirs, other) = load_preset(source), restored(version.parent)
    assert other == preset
    signals = heartbeats(SPEC, 3)
    # A kernel was multiplied by a scale, and divided again: the last digit may differ.
    np.testing.assert_allclose(ours(signals), theirs(signals), rtol=0, atol=1e-6)
    cams = [explain(one, signals, SPEC, "grad_cam").domains for one in (ours, theirs)]
    for name, one in cams[0].items():
        np.testing.assert_allclose(cams[1][name], one, rtol=1e-4)


@pytest.mark.whole
def test_a_head_of_its_own_and_the_classes_come_with_it(tmp_path, monkeypatch):
    head = Classifier(2, multi_label=True, width=0)
    source = ecgzoo.save_preset(
        ecgzoo.build("cnn1d", SPEC, classifier=head), tmp_path / "mine", classes=("AF", "PVC")
    )
    monkeypatch.setattr(saved_model, "verify", lambda _: [])
    version = saved_model.export(source, tmp_path / "exported")
    signal = heartbeats(SPEC, 1)[0]
    ours, theirs = (ecgzoo.load(one, leads=["II"]) for one in (source, version))
    assert theirs.preset.classes == ("AF", "PVC")
    found = [one.predict(signal[:, 1:]).probabilities for one in (ours, theirs)]
    np.testing.assert_allclose(*found, rtol=0, atol=1e-6)
    assert set(theirs.embed(signal[:, 1:])) == set(ours.embed(signal[:, 1:]))


def test_other_weights_or_answers_are_noticed(made, monkeypatch):
    _, version = made
    load = tf.saved_model.load

    def changed(change):
        def loaded(path):
            found = load(path)
            found.held = change(list(found.held))
            return found

        return loaded

    monkeypatch.setattr(restoring.tf.saved_model, "load", changed(lambda held: held[:-1]))
    with pytest.raises(ExportError, match="holds other weights than hybrid1 has"):
        restored(version)
    noisy = changed(lambda held: [one + tf.cast(tf.size(one) > 8, one.dtype) for one in held])
    monkeypatch.setattr(restoring.tf.saved_model, "load", noisy)
    with pytest.raises(ExportError, match="answers otherwise"):
        restored(version)


def test_a_version_that_holds_other_kernels_of_its_scalogram_is_restored(made, monkeypatch):
    """As those did that were exported before kernels counted as told by the configuration."""
    _, version = made
    load = tf.saved_model.load

    def older(path):
        found = load(path)
        found.held = [tf.zeros((2, 3, 4)), tf.zeros((5, 6)), *found.held]
        found.read = tf.concat([[True, True], found.read], axis=0)
        return found

    ours, _ = restored(version)
    monkeypatch.setattr(restoring.tf.saved_model, "load", older)
    theirs, _ = restored(version)
    for one, other in zip(ours.core.weights, theirs.core.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_folder_without_a_version_is_named(tmp_path):
    with pytest.raises(PresetError, match="holds no exported version"):
        restored(tmp_path)
