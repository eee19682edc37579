"""What loaders of a graph infer again: it is written by TensorFlow, and need not be shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.core.framework.types_pb2 import DT_RESOURCE

PLACED = "_class"


def merge_equal_constants(function: FunctionDef) -> None:
    """Keeps the first of constants that differ in nothing but their names, for all their users.

    Example:
        >>> function = FunctionDef()
        >>> for name in ("one", "again"):
        ...     _ = function.node_def.add(name=name, op="Const")
        >>> both = ["one:output:0", "again:output:0"]
        >>> _ = function.node_def.add(name="sum", op="Add", input=both)
        >>> merge_equal_constants(function)
        >>> {node.name: list(node.input) for node in function.node_def}
        {'one': [], 'sum': ['one:output:0', 'one:output:0']}
    """
    stands_for = _firsts(function)
    for node in function.node_def:
        for place, source in enumerate(node.input):
            node.input[place] = _renamed(source, stands_for)
    for returned in (function.ret, function.control_ret):
        for name, source in list(returned.items()):
            returned[name] = _renamed(source, stands_for)
    for place in reversed(range(len(function.node_def))):
        if function.node_def[place].name in stands_for:
            del function.node_def[place]


def _firsts(function: FunctionDef) -> dict[str, str]:
    """The first equal constant of each that has one before it, by name."""
    first: dict[bytes, str] = {}
    colocated = _colocated(function)
    found = {}
    for node in function.node_def:
        if node.op == "Const" and not node.input and node.name not in colocated:
            name = first.setdefault(_content(node), node.name)
            if name != node.name:
                found[node.name] = name
    return found


def _colocated(function: FunctionDef) -> set[str]:
    """Names of nodes that others are to be placed with: those name them in an attribute."""
    placed = (node.attr[PLACED] for node in function.node_def if PLACED in node.attr)
    return {name.decode().removeprefix("loc:@") for one in placed for name in one.list.s}


def _content(node: NodeDef) -> bytes:
    """All of a node but its name."""
    nameless = NodeDef()
    nameless.CopyFrom(node)
    nameless.ClearField("name")
    return bytes(nameless.SerializeToString(deterministic=True))


def _renamed(source: str, stands_for: Mapping[str, str]) -> str:
    """An input, ``name:output:index`` or, for a control input, ``^name``."""
    control = "^" if source.startswith("^") else ""
    name, colon, output = source.removeprefix("^").partition(":")
    return f"{control}{stands_for.get(name, name)}{colon}{output}"


SHAPES, NAME = "_output_shapes", "_user_specified_name"
# Their answer's shape is told by what a variable holds, or by values that Python knew.
TOLD_BY_VALUES = {"ReadVariableOp", "Pad", "Reshape", "TensorListStack", "Transpose"}


def drop_inferred(function: FunctionDef) -> None:
    """Drops the shapes that each operation's own shape function gives, and captures' names.

    Kept are the shapes that an operation alone does not tell: what functions that it calls answer,
    and what variables hold. The names of captured variables are numbers that mean nothing outside
    the process that wrote them.

    Example:
        >>> function = FunctionDef()
        >>> for op in ("Relu", "ReadVariableOp"):
        ...     node = function.node_def.add(name=op, op=op)
        ...     _ = node.attr["_output_shapes"].list.shape.add()
        >>> drop_inferred(function)
        >>> [list(node.attr) for node in function.node_def]
        [[], ['_output_shapes']]
    """
    for node in function.node_def:
        if node.op not in TOLD_BY_VALUES and not _calls(node):
            node.attr.pop(SHAPES, None)
    for place, argument in enumerate(function.signature.input_arg):
        if argument.type == DT_RESOURCE and place in function.arg_attr:
            function.arg_attr[place].attr.pop(NAME, None)


def _calls(node: NodeDef) -> bool:
    """Whether an operation calls functions, such as a loop its body."""
    return any(_is_function(value) for value in node.attr.values())


def _is_function(value: Any) -> bool:
    return value.WhichOneof("value") == "func" or bool(value.list.func)
