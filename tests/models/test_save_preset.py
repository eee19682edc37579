"""save_preset: a model of one's own training is an artifact like any other."""

import numpy as np
import pytest
from smooth_noise import smooth_noise

import ecgzoo

SPEC = ecgzoo.SignalSpec(("I", "II"), 100, 256)
SIGNALS = smooth_noise(0, (2, *SPEC.shape))


def test_it_is_loaded_with_classes_head_and_source(tmp_path) -> None:
    head = ecgzoo.models.classifier.Classifier(2, width=16)
    model = ecgzoo.build("cnn1d", SPEC, classifier=head)
    data = {"name": "mine", "licence": "CC0", "citation": "me"}
    folder = ecgzoo.save_preset(model, tmp_path / "mine", classes=["AF", "N"], data=data)
    found = ecgzoo.load(folder)
    assert found.preset.classes == ("AF", "N")
    assert found.preset.data == data
    assert found.preset.head == {"width": 16}
    np.testing.assert_allclose(found.predict(SIGNALS).probabilities, model(SIGNALS), atol=1e-5)


def test_nothing_is_overwritten_and_classes_must_fit(tmp_path) -> None:
    model = ecgzoo.build("cnn1d", SPEC, 2)
    with pytest.raises(ecgzoo.PresetError, match="^expected 2 classes; got a, b, c$"):
        ecgzoo.save_preset(model, tmp_path / "mine", classes=["a", "b", "c"])
    ecgzoo.save_preset(model, tmp_path / "mine")
    with pytest.raises(ecgzoo.PresetError, match="mine holds a preset already; choose another"):
        ecgzoo.save_preset(model, tmp_path / "mine")
