"""Equal constants of a graph function, merged: common subexpressions, as compilers call them.

Tracing writes a constant wherever Python used one, so a mask that is multiplied in a loop stands
there once per turn. TensorFlow merges them too, but only once the graph is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping

from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef

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
