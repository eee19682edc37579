"""A model of each category is exported exactly; with ``pytest -m full``, every model."""

import by_keras
import numpy as np
import pytest
import tensorflow as tf
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset

from ecgzoo import list_models
from ecgzoo.export.saved_model import export
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS

ONE_OF_EACH = (
    "hybrid1_input",
    "hybrid1_low_rank",
    "hybrid1_mmtm",
    "hybrid1_cross_attention",
    "hybrid1_stacking",
    "hybrid1_graph",
)
ROWS = heartbeats(SPEC, 8)


def assert_exported_exactly(name, tmp_path) -> None:
    """Equality in a fresh process, and through the C API, is shown in ``test_signatures.py``."""
    source = make_preset(tmp_path / name, name)
    model = load_preset(source)[0]
    expected = np.asarray(model(ROWS, training=False))
    assert np.ptp(expected, axis=0).max() > 0.05, "rows must differ, or equality shows nothing"
    served = tf.saved_model.load(str(export(source, tmp_path / "exported"))).signatures
    domains = {d: DOMAINS.get(d)(SPEC)(ROWS) for d in core_of(model).input}
    feeds = {"serving_default": {"signal": tf.constant(ROWS)}, "domains": domains}
    for signature, inputs in feeds.items():
        answer = served[signature](**inputs)
        np.testing.assert_allclose(answer["probabilities"], expected, rtol=0, atol=1e-5)
        labels = [label.decode() for label in answer["label"].numpy()]
        assert labels == [CLASSES[i] for i in expected.argmax(1)]
    for domain, vector in by_keras.embedding(model, ROWS).items():
        found = served["embedding"](signal=tf.constant(ROWS))[domain]
        by_keras.assert_close(found.numpy(), vector)
    targets = np.array([b"", b"HB"] * 4, object)
    answer = served["saliency"](signal=tf.constant(ROWS), target=tf.constant(targets))
    pushed = by_keras.saliency(model, ROWS, targets)["saliency"]
    by_keras.assert_close(answer["saliency"].numpy(), pushed)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_one_of_each_category_is_exported_exactly(name, tmp_path, unverified) -> None:
    with small_encoders():
        assert_exported_exactly(name, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("name", list_models())
def test_is_exported_exactly(name, tmp_path, unverified) -> None:
    assert_exported_exactly(name, tmp_path)
