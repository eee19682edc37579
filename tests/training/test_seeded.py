"""Training draws at random what its seed says; its caller's own streams go on as without it."""

import random
import weakref
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_encoders import small_encoders
from tensorflow.python.framework import config
from toy_ecgs import toy_ecgs

from ecgzoo.training import fit as fit_module
from ecgzoo.training.checkpoint import seeded
from ecgzoo.training.cross_validation import cross_validate
from ecgzoo.training.finetuning.finetune import finetune
from ecgzoo.training.finetuning.result import FineTuning
from ecgzoo.training.fit import fit
from ecgzoo.training.job import Job
from ecgzoo.training.recipe import Recipe

pytestmark = pytest.mark.whole

RECIPE = Recipe("cnn1d", epochs=1, folds=2, batch_size=16, augmentation=False, deterministic=True)
SHORT = FineTuning(1, epochs_per_group=0, epochs=0, augmentation=False, deterministic=True)


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


@pytest.fixture
def models(monkeypatch):
    """Weak references to what is trained."""
    made = []

    class Noted(Job):
        def __init__(self, *arguments) -> None:
            super().__init__(*arguments)
            made.append(weakref.ref(self.model))

    monkeypatch.setattr(fit_module, "Job", Noted)
    return made


def drawn() -> list[float]:
    """The next number of each stream."""
    streams = (random.random, np.random.rand, lambda: keras.random.uniform(()))
    return [float(draw()) for draw in (*streams, lambda: tf.random.uniform(()))]


def fitted(folder, preset):
    fit(RECIPE, folder / "run", toy_ecgs(), verbose=0)


def with_out_of_fold_answers(folder, preset):
    fit(replace(RECIPE, model="hybrid1_stacking"), folder / "run", toy_ecgs(), verbose=0)


def cross_validated(folder, preset):
    cross_validate([RECIPE], folder, dataset=toy_ecgs())


def finetuned(folder, preset):
    data = toy_ecgs(40)
    finetune("cnn1d", data.signals, data.labels, weights=preset, settings=SHORT)


def failed(folder, preset):
    with pytest.raises(ValueError, match="expected labels"):
        finetune("cnn1d", toy_ecgs().signals, weights=preset, settings=SHORT)


@pytest.mark.parametrize(
    "train", [fitted, with_out_of_fold_answers, cross_validated, finetuned, failed]
)
def test_the_callers_streams_go_on_as_without_training(tmp_path, preset, train) -> None:
    keras.utils.set_random_seed(3)
    first, expected = drawn(), drawn()
    keras.utils.set_random_seed(3)
    assert drawn() == first
    train(tmp_path, preset)
    assert drawn() == expected
    assert not config.is_op_determinism_enabled()


def test_a_caller_without_a_seed_has_none_afterwards(tmp_path, preset) -> None:
    with seeded(0):
        first = drawn()
    with seeded(0):
        assert drawn() == first
    assert drawn() != first


def test_determinism_that_the_caller_asked_for_stays() -> None:
    tf.config.experimental.enable_op_determinism()
    try:
        with seeded(0, deterministic=True):
            pass
        assert config.is_op_determinism_enabled()
    finally:
        config.disable_op_determinism()


def test_cross_validation_leaves_the_callers_keras_session_and_no_model(tmp_path, models) -> None:
    """Names that are given out are of the session; ``clear_session`` would forget them."""
    name = keras.layers.Dense(1).name
    cross_validate([RECIPE, replace(RECIPE, fold=1)], tmp_path, dataset=toy_ecgs())
    assert keras.layers.Dense(1).name != name
    assert len(models) == 2
    assert not any(model() for model in models)
