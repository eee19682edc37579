"""What loaders infer again: without it a saved model loads with the same shapes and answers."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.exporting.saved_model.lean_graph import NAME, SHAPES, drop_inferred

INPUT = np.arange(12, dtype=np.float32).reshape(2, 3, 2)


class Small(tf.Module):
    """A convolution by a variable, in a function of its own, between a padding and a loop."""

    def __init__(self) -> None:
        self.kernel = tf.Variable(np.ones((3, 2, 4), np.float32))
        spec = tf.TensorSpec((None, 3, 2), tf.float32, name="x")
        self.inner = tf.function(self._convolved, input_signature=[spec]).get_concrete_function()

    def _convolved(self, x: tf.Tensor) -> tf.Tensor:
        missing = tf.cast(tf.equal(tf.shape(x)[0], 0), tf.int32)
        padded = tf.pad(x, [[0, missing], [0, 0], [0, 0]])
        return tf.nn.relu(tf.nn.conv1d(padded, self.kernel, 1, "SAME"))

    @tf.function(input_signature=[tf.TensorSpec((None, 3, 2), tf.float32, name="x")])
    def __call__(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        found = self.inner(x)
        _, looped = tf.while_loop(
            lambda turn, _: turn < 2, lambda turn, y: (turn + 1, 2.0 * y), (0, found)
        )
        return {"looped": looped, "shape": tf.shape(looped)}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same saved model twice: as TensorFlow wrote it, and without what loaders infer."""
    folder = tmp_path_factory.mktemp("saved")
    model = Small()
    for name in ("whole", "less"):
        tf.saved_model.save(model, str(folder / name), {"ask": model.__call__})
    path = folder / "less" / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    for function in content.meta_graphs[0].graph_def.library.function:
        drop_inferred(function)
    path.write_bytes(content.SerializeToString())
    return folder / "whole", folder / "less"


def functions_of(folder):
    content = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    return content.meta_graphs[0].graph_def.library.function


def test_answers_and_their_shapes_are_the_same(both) -> None:
    whole, less = (tf.saved_model.load(str(folder)).signatures["ask"] for folder in both)
    assert less.output_shapes == whole.output_shapes
    assert whole.output_shapes["looped"].as_list() == [None, 3, 4]
    expected, found = whole(x=tf.constant(INPUT)), less(x=tf.constant(INPUT))
    assert float(tf.reduce_max(expected["looped"])) > 0
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)


def test_shapes_stay_only_where_an_operation_does_not_tell(both) -> None:
    before, after = (
        {
            node.op
            for function in functions_of(folder)
            for node in function.node_def
            if SHAPES in node.attr
        }
        for folder in both
    )
    assert {"Relu", "Conv2D", "Const", "Identity"} <= before - after
    assert {"ReadVariableOp", "Pad", "StatefulPartitionedCall"} <= after
    assert after & {"While", "StatelessWhile"}


def test_arguments_keep_their_names_and_captures_have_none(both) -> None:
    named = [
        one.arg_attr[place].attr[NAME].s
        for one in functions_of(both[1])
        for place in one.arg_attr
        if NAME in one.arg_attr[place].attr
    ]
    assert b"x" in named
    assert not [name for name in named if name.isdigit()]
    assert any(
        one.arg_attr[place].attr[NAME].s.isdigit()
        for one in functions_of(both[0])
        for place in one.arg_attr
    ), "nothing was there to drop"
