"""A model of each category is exported exactly; with ``pytest -m full``, every model.

Through TensorFlow's Python and its C API, in fresh processes without ecgzoo: every signature gives
what it gave op by op before the export, and those of the signal what Keras gives.
"""

import pickle
from pathlib import Path

import by_keras
import numpy as np
import pytest
from asking import Answers, Job, ask
from made_once import made_once
from small_encoders import small_encoders
from small_presets import make_preset
from without_verification import without_verification

from ecgzoo import list_models
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.exporting.saved_model.recorded import answer_of
from ecgzoo.exporting.signatures.signature import Signature
from ecgzoo.models.views import PROBABILITIES
from ecgzoo.models.weights import load_preset

pytestmark = pytest.mark.whole

ONE_OF_EACH = (
    "hybrid1_input",
    "hybrid1_low_rank",
    "hybrid1_mmtm",
    "hybrid1_cross_attention",
    "hybrid1_stacking",
    "hybrid1_graph",
)


Expected = dict[str, dict[str, np.ndarray]]


def exported(name: str, folder: Path) -> tuple[dict[str, Job], Expected]:
    """A request to every signature of a version that is written here, and what it must answer."""
    asked: dict[str, Signature] = {}
    source = make_preset(folder / name, name)
    with without_verification(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_model, "write_recorded", lambda _, written, __: asked.update(written))
        version = saved_model.export(source, folder / "exported")
    model, _ = load_preset(source)
    expected = {signature: answer_of(one) for signature, one in asked.items()}
    signal, target = (asked["saliency"].example[key] for key in ("signal", "target"))
    expected["serving_default"][PROBABILITIES] = np.asarray(model(signal, training=False))
    expected["embedding"] |= by_keras.embedding(model, signal)
    expected["saliency"]["saliency"] = by_keras.saliency(model, signal, target)["saliency"]
    return {key: Job(version, key, dict(one.example)) for key, one in asked.items()}, expected


def assert_answered_exactly(answers: Answers, expected: Expected) -> None:
    assert set(answers) == set(expected)
    for signature, answer in answers.items():
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


@pytest.fixture(scope="module")
def one_of_each(made_once_root) -> dict[str, tuple[Answers, Expected]]:
    """By name, what one fresh process answered for all, and what it must; see :mod:`made_once`."""

    def fill(folder: Path) -> None:
        with small_encoders():
            made = {name: exported(name, folder) for name in ONE_OF_EACH}
        jobs = {(name, key): job for name, (jobs, _) in made.items() for key, job in jobs.items()}
        answers = ask("python", jobs, folder)
        found = {
            name: ({key: answers[name, key] for key in jobs}, expected)
            for name, (jobs, expected) in made.items()
        }
        (folder / "found.pickle").write_bytes(pickle.dumps(found))

    folder = made_once(made_once_root / "fusions", fill)
    return pickle.loads((folder / "found.pickle").read_bytes())


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_one_of_each_category_is_exported_exactly(name, one_of_each) -> None:
    assert_answered_exactly(*one_of_each[name])


@pytest.mark.full
@pytest.mark.parametrize("name", list_models())
def test_is_exported_exactly(name, tmp_path) -> None:
    jobs, expected = exported(name, tmp_path)
    for way in ("python", "c_api"):
        assert_answered_exactly(ask(way, jobs, tmp_path), expected)
