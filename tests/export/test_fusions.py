"""A model of each category is exported exactly; with ``pytest -m full``, every model.

Through TensorFlow's Python and its C API, in fresh processes without ecgzoo: every signature gives
what it gave op by op before the export, and those of the signal what Keras gives.
"""

import by_keras
import numpy as np
import pytest
from asking import Job, ask
from small_encoders import small_encoders
from small_presets import make_preset

from ecgzoo import list_models
from ecgzoo.exporting.saved_model.verification import answer_of
from ecgzoo.exporting.saved_model.write import export
from ecgzoo.exporting.signatures import signatures
from ecgzoo.models.views import PROBABILITIES
from ecgzoo.models.weights import load_preset

ONE_OF_EACH = (
    "hybrid1_input",
    "hybrid1_low_rank",
    "hybrid1_mmtm",
    "hybrid1_cross_attention",
    "hybrid1_stacking",
    "hybrid1_graph",
)


def assert_exported_exactly(name, tmp_path, ways) -> None:
    source = make_preset(tmp_path / name, name)
    model, preset = load_preset(source)
    asked = signatures(model, preset)
    expected = {signature: answer_of(one) for signature, one in asked.items()}
    signal, target = (asked["saliency"].example[key] for key in ("signal", "target"))
    expected["serving_default"][PROBABILITIES] = np.asarray(model(signal, training=False))
    expected["embedding"] |= by_keras.embedding(model, signal)
    expected["saliency"]["saliency"] = by_keras.saliency(model, signal, target)["saliency"]
    version = export(source, tmp_path / "exported")
    jobs = {key: Job(version, key, dict(one.example)) for key, one in asked.items()}
    for way in ways:
        for signature, answer in ask(way, jobs, tmp_path).items():
            assert set(answer) == set(expected[signature]), signature
            for key, array in answer.items():
                assert_equal(array, expected[signature][key], key)


def assert_equal(found, expected, key) -> None:
    if found.dtype.kind not in "f":
        assert np.asarray(found).astype("S").tolist() == expected.astype("S").tolist(), key
    elif key in (PROBABILITIES, "scores", "score"):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    else:
        by_keras.assert_close(found, expected)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_one_of_each_category_is_exported_exactly(name, tmp_path, unverified) -> None:
    with small_encoders():
        assert_exported_exactly(name, tmp_path, ["python"])


@pytest.mark.full
@pytest.mark.parametrize("name", list_models())
def test_is_exported_exactly(name, tmp_path, unverified) -> None:
    assert_exported_exactly(name, tmp_path, ["python", "c_api"])
