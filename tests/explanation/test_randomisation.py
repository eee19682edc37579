"""The sanity check where its outcome is known."""

import keras
import numpy as np
import pytest
from scipy.stats import spearmanr

from ecgzoo.explanation import randomisation_check
from ecgzoo.explanation.gradients import saliency

X = {"x": np.random.default_rng(0).normal(size=(5, 40)).astype("float32")}
TARGET = np.zeros(5, int)


def narrow():
    """One hidden unit: whatever is above it scales the map, so only the layer below ranks it."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((40,))
    hidden = keras.layers.Dense(1, name="ranks")(inputs)
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax", name="scales")(hidden))


def of(model):
    return lambda: saliency(lambda tensors: model(tensors["x"]), X, TARGET)


def test_only_the_layer_that_ranks_the_map_changes_its_ranks():
    model = narrow()
    before, kernel = model.get_weights(), np.abs(np.asarray(model.get_layer("ranks").kernel))[:, 0]
    seen = []

    def maps():
        seen.append(np.abs(np.asarray(model.get_layer("ranks").kernel))[:, 0])
        return of(model)()

    found = randomisation_check(model, maps, stages=2)
    assert found.layers == (0, 1, 2)
    assert found.lowest == ("", "scales", "ranks")
    np.testing.assert_allclose(found.similarity["x"][:2], 1, atol=1e-6)
    assert found.similarity["x"][2] == pytest.approx(spearmanr(kernel, seen[-1])[0], abs=1e-6)
    assert abs(found.similarity["x"][2]) < 0.5
    assert sorted(seen[-1]) == sorted(kernel)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_map_that_does_not_ask_the_model_is_found_out():
    found = randomisation_check(narrow(), lambda: {"edges": np.abs(np.diff(X["x"]))})
    assert found.similarity["edges"] == pytest.approx([1, 1, 1])
    assert found.to_frame()["edges"].tolist() == pytest.approx([1, 1, 1])


def test_the_weights_come_back_also_after_an_error():
    model = narrow()
    before, calls = model.get_weights(), []

    def fails_later():
        calls.append(0)
        if len(calls) > 1:
            raise RuntimeError("stop")
        return {"x": X["x"]}

    with pytest.raises(RuntimeError, match="stop"):
        randomisation_check(model, fails_later)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_weights_or_stages_it_is_said():
    plain = keras.Sequential([keras.Input((4,)), keras.layers.ReLU()])
    with pytest.raises(ValueError, match="got 0 and 6"):
        randomisation_check(plain, dict)
    with pytest.raises(ValueError, match="got 2 and 0"):
        randomisation_check(narrow(), dict, stages=0)
