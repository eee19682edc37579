"""Equal constants: one stands for all, and every user still gets its own value."""

from itertools import chain

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from tensorflow.core.framework.function_pb2 import FunctionDef

from ecgzoo.exporting.saved_model.lean_graph import merge_equal_constants

# Values that are told apart by their bytes, their type or their shape alone.
VALUES = [
    np.float32(0.0),
    np.float32(-0.0),
    np.float32("nan"),
    np.int32(0),
    np.zeros((1,), np.float32),
    np.zeros((1, 1), np.float32),
    np.array(b"0"),
]


def add_constant(function: FunctionDef, name: str, value: np.ndarray) -> None:
    node = function.node_def.add(name=name, op="Const")
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))


@st.composite
def functions(draw) -> FunctionDef:
    """Constants of few values, and operations that take some of them, also as control inputs."""
    function = FunctionDef()
    count = draw(st.integers(1, 8))
    for place in range(count):
        add_constant(function, f"c{place}", draw(st.sampled_from(VALUES)))
    sources = st.sampled_from([f"c{n}:output:0" for n in range(count)] + ["argument"])
    controls = st.sampled_from([f"^c{n}" for n in range(count)])
    for place in range(draw(st.integers(1, 4))):
        inputs = draw(st.lists(sources, max_size=4)) + draw(st.lists(controls, max_size=2))
        function.node_def.add(name=f"user{place}", op="AddN", input=inputs)
    function.ret["out"] = draw(sources)
    function.control_ret["run"] = draw(controls).removeprefix("^")
    return function


def constants_of(function: FunctionDef) -> dict[str, bytes]:
    return {
        node.name: node.attr["value"].SerializeToString(deterministic=True)
        for node in function.node_def
        if node.op == "Const"
    }


def taken(function: FunctionDef) -> list[tuple[str, object]]:
    """What every user takes, by value: how, and which constant's content or which argument."""
    known = constants_of(function)
    inputs = chain.from_iterable(node.input for node in function.node_def)
    sources = (*inputs, function.ret["out"], f"^{function.control_ret['run']}")
    return [
        (source[:1] if source[0] == "^" else source[source.find(":") :], known.get(name, name))
        for source in sources
        for name in [source.removeprefix("^").partition(":")[0]]
    ]


@given(functions())
def test_every_user_takes_the_same_values_and_each_stands_once(function) -> None:
    before, distinct = taken(function), set(constants_of(function).values())
    merge_equal_constants(function)
    assert taken(function) == before
    assert sorted(constants_of(function).values()) == sorted(distinct)


def test_what_depends_on_more_than_its_value_is_left() -> None:
    """A constant that waits for another operation, and one that others are placed with."""
    function = FunctionDef()
    for name in ("first", "waiting", "beside", "again"):
        add_constant(function, name, np.float32(1))
    function.node_def[1].input.append("^first")
    user = function.node_def.add(name="user", op="Neg", input=["again:output:0"])
    user.attr["_class"].list.s.append(b"loc:@beside")
    merge_equal_constants(function)
    assert [node.name for node in function.node_def] == ["first", "waiting", "beside", "user"]
    assert list(user.input) == ["first:output:0"]
