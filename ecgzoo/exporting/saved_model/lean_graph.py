"""A lean graph: a server copies and optimises it for every signature, so its size counts as often.

What is dropped is inferred again by loaders of a graph, or said twice, or only for saving.
"""

import itertools
from collections.abc import Mapping

from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.core.framework.types_pb2 import DT_RESOURCE
from tensorflow.core.protobuf.meta_graph_pb2 import MetaGraphDef

from ecgzoo.exporting.saved_model.image_rows import keep_rows


def make_lean(graph: MetaGraphDef) -> None:
    """Drops from all functions of a SavedModel what they can do without."""
    drop_saving(graph)
    for function in graph.graph_def.library.function:
        drop_inferred(function)
        merge_equal_constants(function)
        keep_rows(function)
        drop_unused(function)
        shorten_names(function)


def drop_saving(graph: MetaGraphDef) -> None:
    """Drops the function that writes a checkpoint: a model that is served is not written again."""
    saver, nodes = graph.saver_def, {node.name: node for node in graph.graph_def.node}
    saving = nodes[saver.save_tensor_name.partition(":")[0]]
    while saving.op == "Identity":
        graph.graph_def.node.remove(saving)
        saving = nodes[saving.input[0].partition(":")[0]]
    function = saving.attr["f"].func.name
    graph.graph_def.node.remove(saving)
    saver.save_tensor_name = saver.filename_tensor_name
    library = graph.graph_def.library.function
    library.remove(next(one for one in library if one.signature.name == function))


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
    _rewire(function, stands_for)
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
    return {name for node in function.node_def for name in _colocations(node)}


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


# Pure operations, which rows that are kept leave without users.
PURE = {"Squeeze", "ExpandDims", "Reshape", "Const"}


def drop_unused(function: FunctionDef) -> None:
    """Drops the pure operations that nothing takes, until none is left.

    Example:
        >>> function = FunctionDef()
        >>> _ = function.node_def.add(name="shape", op="Const")
        >>> _ = function.node_def.add(name="flat", op="Reshape", input=["x", "shape:output:0"])
        >>> drop_unused(function)
        >>> len(function.node_def)
        0
    """
    nodes = function.node_def
    while unused := {node.name for node in nodes if node.op in PURE} - _taken(function):
        kept = [node for node in nodes if node.name not in unused]
        del nodes[:]
        nodes.extend(kept)


def _taken(function: FunctionDef) -> set[str]:
    """Names of the operations that something takes, waits for or is placed with."""
    sources = [source for node in function.node_def for source in node.input]
    sources += [*function.ret.values(), *function.control_ret.values()]
    names = {source.removeprefix("^").partition(":")[0] for source in sources}
    return names | _colocated(function)


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
    values = node.attr.values()
    return any(value.WhichOneof("value") == "func" or value.list.func for value in values)


def shorten_names(function: FunctionDef) -> None:
    """Numbers the operations: their long names are a third of a graph, and mean nothing to it.

    Example:
        >>> function = FunctionDef()
        >>> first = function.node_def.add(name="whole/time_stem/kernel", op="Const")
        >>> used = ["whole/time_stem/kernel:output:0"]
        >>> _ = function.node_def.add(name="sum", op="Neg", input=used)
        >>> function.ret["answer"] = "sum:y:0"
        >>> shorten_names(function)
        >>> [(node.name, *node.input) for node in function.node_def], function.ret["answer"]
        ([('n0',), ('n1', 'n0:output:0')], 'n1:y:0')
    """
    taken = {one.name for one in function.signature.input_arg}
    numbers = (f"n{number}" for number in itertools.count())
    free = (name for name in numbers if name not in taken)
    short = {node.name: next(free) for node in function.node_def}
    for node in function.node_def:
        node.name = short[node.name]
        node.ClearField("experimental_debug_info")
        for place, one in enumerate(_colocations(node)):
            node.attr[PLACED].list.s[place] = f"loc:@{short.get(one, one)}".encode()
    _rewire(function, short)


def _rewire(function: FunctionDef, stands_for: Mapping[str, str]) -> None:
    """Lets all users of operations name those that stand for them."""
    for node in function.node_def:
        for place, source in enumerate(node.input):
            node.input[place] = _renamed(source, stands_for)
    for returned in (function.ret, function.control_ret):
        for name, source in list(returned.items()):
            returned[name] = _renamed(source, stands_for)


def _colocations(node: NodeDef) -> list[str]:
    """Names of the operations that one is to be placed with."""
    placed = node.attr[PLACED].list.s if PLACED in node.attr else ()
    return [one.decode().removeprefix("loc:@") for one in placed]
