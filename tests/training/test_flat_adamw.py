"""FlatAdamW gives the bits of Keras' AdamW, step by step, restored, and from its config."""

import keras
import numpy as np
import pytest

from ecgzoo.training.optimizers import FlatAdamW, rising_cosine

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(64, 20, 3)).astype("float32"), np.eye(3)[np.arange(64) % 3]
COSINE = keras.optimizers.schedules.CosineDecay(0.0371, 20)


def model_with(optimizer):
    """Kernels, biases, a normalisation and a constraint: sizes that no vector width divides."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((20, 3)),
            keras.layers.Conv1D(37, 5, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(11, kernel_constraint=keras.constraints.MaxNorm(1)),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizer, "categorical_crossentropy", jit_compile=False)
    return model


def trained(model, steps=12):
    for _ in range(steps):
        model.train_on_batch(X, Y)
    return model.get_weights()


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.whole
@pytest.mark.parametrize("rate", [0.0371, COSINE], ids=["constant", "cosine"])
def test_weights_are_those_of_keras_bit_for_bit(rate):
    """The decay is so strong that its last bit shows: TensorFlow reorders its factors."""
    start = model_with("sgd").get_weights()
    found = trained(model_with(FlatAdamW(rate, weight_decay=7.3)))
    assert_same(found, trained(model_with(keras.optimizers.AdamW(rate, weight_decay=7.3))))
    assert all((one != other).any() for one, other in zip(found, start, strict=True))


def test_two_vectors_and_a_counter_are_all_that_is_to_be_restored():
    whole = trained(model_with(FlatAdamW(COSINE)))
    cut, rest = model_with(FlatAdamW(COSINE)), model_with(FlatAdamW(COSINE))
    trained(cut, 5)
    rest.set_weights(cut.get_weights())
    rest.optimizer.build(rest.trainable_variables)
    count = sum(one.size for one in map(np.asarray, cut.trainable_weights))
    assert [one.shape for one in cut.optimizer.variables] == [(), (count,), (count,)]
    for variable, saved in zip(rest.optimizer.variables, cut.optimizer.variables, strict=True):
        variable.assign(saved.numpy())
    assert_same(trained(rest, 7), whole)


def test_a_copy_from_its_config_steps_alike():
    optimizer = FlatAdamW(COSINE, weight_decay=0.1, beta_1=0.8, beta_2=0.95, epsilon=1e-3)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    assert copy.get_config() == optimizer.get_config()
    expected = keras.optimizers.AdamW(
        COSINE, weight_decay=0.1, beta_1=0.8, beta_2=0.95, epsilon=1e-3
    )
    assert_same(trained(model_with(copy), 3), trained(model_with(expected), 3))


def test_what_it_cannot_join_is_refused():
    one, two = keras.Variable([1.0]), keras.Variable([1.0])
    gradient = keras.ops.ones(1)
    with pytest.raises(ValueError, match=r"share a dtype; got \['float16', 'float32'\]"):
        FlatAdamW().build([one, keras.Variable([1.0], dtype="float16")])
    optimizer = FlatAdamW()
    optimizer.build([one, two])
    with pytest.raises(ValueError, match="built for 2 variables .* got 1 gradients for 1"):
        optimizer.apply([gradient], [two])
    with pytest.raises(ValueError, match="built for 2 variables"):
        optimizer.apply([gradient, gradient], [two, one])
    with pytest.raises(ValueError, match="does not depend on"):
        optimizer.apply([gradient, None])


@pytest.mark.parametrize("warmup", [0.0, 0.01, 0.25])
def test_the_rate_rises_on_a_line_and_falls_as_a_cosine(warmup) -> None:
    steps = np.arange(201)
    rise = round(200 * warmup)
    fall = 0.5 * (1 + np.cos(np.pi * (steps - rise) / (200 - rise)))
    expected = 0.03 * np.where(steps < rise, steps / max(rise, 1), fall)
    rate = rising_cosine(0.03, 200, warmup)
    np.testing.assert_allclose([float(rate(step)) for step in steps], expected, atol=1e-8)
