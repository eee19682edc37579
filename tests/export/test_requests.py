"""Requests: what curl sends is what was recorded, to the last bit of each number."""

import base64
import json

import numpy as np
import pytest
import tensorflow as tf

from ecgzoo.artifact.folder import EXTRA
from ecgzoo.exporting.signatures import signatures
from ecgzoo.exporting.signatures.model_graph import ModelGraph


@pytest.fixture(scope="module")
def one(export_small):
    return export_small("cnn1d")


@pytest.fixture(scope="module")
def examples(one):
    return {
        name: asked.example for name, asked in signatures(ModelGraph(one.model, one.preset)).items()
    }


def test_every_plain_signature_has_a_request_with_its_examples_first_row(one, examples) -> None:
    found = {}
    for path in (one.version / EXTRA / "requests").iterdir():
        found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        assert found[path.stem]["signature_name"] == path.stem
    assert set(found) == {name for name in examples if not name.endswith("strict")}
    (classified,) = found.pop("classify")["examples"]
    features = tf.train.Example.FromString(examples["classify"]["inputs"][0]).features.feature
    expected = np.array(features["signal"].float_list.value, np.float32)
    np.testing.assert_array_equal(np.array(classified["signal"], np.float32), expected)
    for name, request in found.items():
        assert request["inputs"].keys() == examples[name].keys()
        for key, sent in request["inputs"].items():
            assert_same(sent, examples[name][key][:1])


def assert_same(sent, rows) -> None:
    if rows.dtype == object:
        assert [base64.b64decode(row["b64"]) for row in sent] == rows.tolist()
    else:
        np.testing.assert_array_equal(np.array(sent, rows.dtype), rows)


def test_numbers_are_short(one) -> None:
    """Three digits of the largest, so a sign, a point and a comma more at most."""
    (text,) = (one.version / EXTRA / "requests").glob("serving_default.json")
    count = np.prod(one.preset.spec.shape)
    assert text.stat().st_size < 8 * count
