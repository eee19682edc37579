"""Rows that are kept between convolutions along time: the same answers by fewer operations."""

from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.exporting.saved_model.image_rows import keep_rows
from ecgzoo.exporting.saved_model.lean_graph import drop_unused

INPUT = np.random.default_rng(0).normal(size=(2, 16, 3)).astype("float32")


class Convolved(tf.Module):
    """Convolutions, biases, sums, activations and poolings; signals in between are asked for."""

    def __init__(self, width: int) -> None:
        keras.utils.set_random_seed(0)
        same = {"padding": "same", "bias_initializer": "normal"}
        self.stem, self.again, self.beside = (
            keras.layers.Conv1D(width, size, **same) for size in (3, 3, 1)
        )
        self.pooled = keras.layers.MaxPooling1D(2)
        self(tf.constant(INPUT))

    @tf.function(input_signature=[tf.TensorSpec((None, 16, 3), tf.float32, name="x")])
    def __call__(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        first = tf.nn.relu(self.stem(x))
        found = tf.nn.relu(self.again(first) + self.beside(first))
        return {"first": first, "found": self.pooled(found), "mean": tf.reduce_mean(found, axis=1)}


@pytest.mark.parametrize("width", [1, 4])
def test_a_row_is_added_once_and_the_answers_stay(tmp_path, width) -> None:
    module = Convolved(width)
    tf.saved_model.save(module, str(tmp_path))
    path = tmp_path / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    for function in content.meta_graphs[0].graph_def.library.function:
        before = Counter(node.op for node in function.node_def)
        keep_rows(function)
        drop_unused(function)
        after = Counter(node.op for node in function.node_def)
        convolutions = before["Conv2D"]
        if convolutions and width > 1:  # a single channel is biased in another way
            # The signal's row, and each kernel's; and biases are read as they are.
            assert after["ExpandDims"] == 1 + convolutions < before["ExpandDims"]
            assert (after["Reshape"], before["Reshape"]) == (0, convolutions)
    path.write_bytes(content.SerializeToString())
    found, expected = tf.saved_model.load(str(tmp_path))(INPUT), module(INPUT)
    for name, one in expected.items():
        np.testing.assert_allclose(found[name], one, atol=1e-6)
