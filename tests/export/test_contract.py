"""The contract beside the graph: the preset, thresholds, and the signatures as they load."""

import json

import tensorflow as tf

from ecgzoo.artifact.preset import CONTRACT, DESCRIPTION, Preset
from ecgzoo.export.contract import signature_shapes


def described(version):
    return json.loads((version / "assets.extra" / DESCRIPTION).read_text())


def test_it_is_the_preset_and_what_clients_count_on(export_small) -> None:
    one = export_small("cnn1d")
    description = described(one.version)
    assert Preset.from_dict(description) == one.preset
    contract = description.pop(CONTRACT)
    assert description == json.loads((one.source / DESCRIPTION).read_text())
    assert contract["thresholds"] is None
    assert contract["signatures"] == signature_shapes(one.version)


def test_classes_that_may_hold_together_have_thresholds(export_small) -> None:
    one = export_small("cnn1d", multi_label=True)
    assert described(one.version)[CONTRACT]["thresholds"] == dict.fromkeys(one.preset.classes, 0.5)


def test_signatures_are_described_as_tensorflow_loads_them(export_small) -> None:
    version = export_small("cnn1d").version
    loaded = tf.saved_model.load(str(version)).signatures
    shown = signature_shapes(version)
    assert shown.keys() == set(loaded)
    for name, function in loaded.items():
        sides = (("inputs", function.structured_input_signature[1]),)
        for side, specs in (*sides, ("outputs", function.structured_outputs)):
            assert shown[name][side].keys() == specs.keys()
            for key, told in shown[name][side].items():
                assert told["dtype"] == specs[key].dtype.name
                assert told["shape"] == specs[key].shape.as_list()
    assert shown["serving_default"]["inputs"] == {
        "signal": {"dtype": "float32", "shape": [None, None, None]}
    }
    assert shown["classify"]["method"] == "tensorflow/serving/classify"
