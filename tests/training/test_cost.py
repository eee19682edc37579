"""Costs against what can be counted on paper."""

import keras
import pytest
from keras import layers, ops

from ecgzoo.training.cost import costs


def flops(shape, body):
    domain = keras.Input(shape, name="domain")
    return costs({"one": keras.Model({"domain": domain}, body(domain))}, rounds=1)["one"].flops


@pytest.mark.parametrize(
    ("shape", "body", "expected"),
    [
        ((10, 16), layers.Conv1D(8, 3, padding="same"), 2 * 10 * 3 * 16 * 8 + 80),
        ((6, 5, 2), layers.Conv2D(4, 3, strides=2, padding="same"), 2 * 9 * 9 * 2 * 4 + 36),
        ((3, 7), lambda x: ops.einsum("bnc,ncd->bd", x, ops.ones((3, 7, 5))), 2 * 3 * 7 * 5),
        ((3, 7), lambda x: ops.einsum("bn...,bn...->b...", x, x), 2 * 3 * 7),
        # Queries, keys, values and the output; scores and their mixtures; biases, scale, softmax.
        (
            (10, 16),
            lambda x: layers.MultiHeadAttention(4, 4)(x, x),
            pytest.approx(4 * 2 * 10 * 16 * 16 + 2 * 2 * 4 * 10 * 10 * 4, rel=0.12),
        ),
    ],
)
def test_operations(shape, body, expected):
    assert flops(shape, body) == expected


def test_the_larger_of_two_models_costs_more_in_every_way():
    small, large = keras.Input((8,), name="a"), keras.Input((512, 64), name="a")
    found = costs(
        {
            "small": keras.Model({"a": small}, layers.Dense(2)(small)),
            "large": keras.Model({"a": large}, layers.Conv1D(256, 9)(large)),
        }
    )
    assert found["small"].parameters == 18
    assert found["large"].flops > 1000 * found["small"].flops
    assert found["large"].milliseconds > found["small"].milliseconds > 0
