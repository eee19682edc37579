"""What loaders of a graph infer again: it is written by TensorFlow, and need not be shipped."""

from __future__ import annotations

from typing import Any

from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.core.framework.types_pb2 import DT_RESOURCE

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
