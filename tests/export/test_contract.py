"""The contract beside the graph: the preset, thresholds, and the signatures as they load."""

import json

import pytest
import tensorflow as tf
from rest_server import stand_in
from small_encoders import small_encoders
from small_presets import SPEC, heartbeats, make_preset

from ecgzoo.artifact.preset import CONTRACT, DESCRIPTION, Preset
from ecgzoo.client import Client
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.exporting.saved_model.contract import signature_shapes
from ecgzoo.exporting.signatures import signatures
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.files.atomic import write_json

pytestmark = pytest.mark.whole


def described(version):
    return json.loads((version / "assets.extra" / DESCRIPTION).read_text())


def test_it_is_the_preset_and_what_clients_count_on(export_small) -> None:
    one = export_small("cnn1d")
    description = described(one.version)
    assert Preset.from_dict(description) == one.preset
    contract = description.pop(CONTRACT)
    assert description == json.loads((one.source / DESCRIPTION).read_text())
    told = ("temperature", "thresholds", "fitted", "applied", "label")
    assert [contract[name] for name in told] == [1, None, [], [], "most probable"]
    assert contract["signatures"] == signature_shapes(one.version)


def test_classes_that_may_hold_together_have_thresholds(export_small) -> None:
    one = export_small("cnn1d", multi_label=True, small=True)
    assert described(one.version)[CONTRACT]["thresholds"] == dict.fromkeys(one.preset.classes, 0.5)


@pytest.mark.parametrize("multi_label", [False, True])
def test_what_was_fitted_is_told_once_and_alike_by_file_and_server(
    multi_label, tmp_path, unverified
) -> None:
    fitted = {"temperature": 1.25, "thresholds": {"HB": 0.25, "MI": 0.75}}
    with small_encoders():
        source = make_preset(tmp_path / "preset", "cnn1d", multi_label=multi_label)
        write_json(source / DESCRIPTION, json.loads((source / DESCRIPTION).read_text()) | fitted)
        version = saved_model.export(source, tmp_path / "exported")
    others = {"Normal": 0.5} if multi_label else {}
    with stand_in({"cnn1d": version.parent}) as address:
        told = Client(address, "cnn1d").contract()
        (answer,) = Client(address, "cnn1d").predict(heartbeats(SPEC, 1))
    assert (told.temperature, told.thresholds) == (1.25, others | fitted["thresholds"])
    assert (told.fitted, told.applied) == (("temperature", "thresholds"), ())
    assert told.label == "most probable"
    assert answer.label == max(answer.probabilities, key=answer.probabilities.__getitem__)
    written = described(version)
    assert {name: written[name] for name in fitted} == fitted
    for name in ("temperature", "thresholds", "fitted", "applied", "label"):
        value = getattr(told, name)
        assert written[CONTRACT][name] == (list(value) if isinstance(value, tuple) else value)


def test_signatures_are_described_as_tensorflow_loads_them(export_small) -> None:
    one = export_small("cnn1d")
    loaded = tf.saved_model.load(str(one.version)).signatures
    shown = signature_shapes(one.version)
    assert shown.keys() == set(loaded)
    asked = signatures(ModelGraph(one.model, one.preset))
    for name, function in loaded.items():
        # Inputs may have any shape, so that the graph's checks see it; they are told as meant.
        meant = {takes.name: takes for takes in tf.nest.flatten(asked[name].takes)}
        assert all(
            one.shape.rank is None for one in function.structured_input_signature[1].values()
        )
        for side, specs in (("inputs", meant), ("outputs", function.structured_outputs)):
            assert shown[name][side].keys() == specs.keys()
            for key, told in shown[name][side].items():
                assert told["dtype"] == specs[key].dtype.name
                assert told["shape"] == specs[key].shape.as_list()
    assert shown["serving_default"]["inputs"] == {
        "signal": {"dtype": "float32", "shape": [None, None, None]}
    }
    assert shown["classify"]["method"] == "tensorflow/serving/classify"
