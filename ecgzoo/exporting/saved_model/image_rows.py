"""Signals in time stay images of one row, as which TensorFlow convolves and pools them.

It adds the row before each convolution and pooling along time, and drops it after. Kept in between,
there are fewer operations, and a server runs a convolution, its bias and its activation as one.
"""

from collections.abc import Iterator

import numpy as np
from tensorflow import make_ndarray
from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef

IMAGES = {"Conv2D", "AvgPool", "MaxPool"}  # what answers with an image
# By what does the same to images and to signals: how its answer is called, and how many of its
# inputs are images.
ELEMENTWISE = {"BiasAdd": ("output", 1), "Relu": ("activations", 1), "AddV2": ("z", 2)}
ADDED, DROPPED = ((1,), (-3,)), ([1], [-3])  # the row's axis, of a signal and of its image
SHAPES = "_output_shapes"


def keep_rows(function: FunctionDef) -> None:
    """Moves the dropping of rows behind biases, activations and sums: rows that return stay.

    What nobody takes any more is left in the function, whose operations must stand in the order in
    which they run, as traced ones do.

    Example:
        >>> function = FunctionDef()
        >>> nodes = function.node_def
        >>> _ = nodes.add(name="conv", op="Conv2D")
        >>> dropped = nodes.add(name="signal", op="Squeeze", input=["conv:output:0"])
        >>> dropped.attr["squeeze_dims"].list.i.append(-3)
        >>> _ = nodes.add(name="relu", op="Relu", input=["signal:output:0"])
        >>> function.ret["answer"] = "relu:activations:0"
        >>> keep_rows(function)
        >>> [(node.name, *node.input) for node in nodes[2:]]
        [('relu', 'conv:output:0'), ('relu/signal', 'relu:activations:0')]
        >>> function.ret["answer"]
        'relu/signal:output:0'
    """
    Rows(function).keep()


class Rows:
    """One function's signals that are also there as images.

    Args:
        function: its operations.
    """

    def __init__(self, function: FunctionDef) -> None:
        self.function = function
        self.nodes = {node.name: node for node in function.node_def}
        self.images: dict[str, str] = {}  # by signal
        self.instead: dict[str, str] = {}  # what stands for the output of an operation

    def keep(self) -> None:
        """Changes the function."""
        kept = [one for node in self.function.node_def for one in self._kept(node)]
        del self.function.node_def[:]
        self.function.node_def.extend(kept)
        for name, source in list(self.function.ret.items()):
            self.function.ret[name] = self.instead.get(source, source)

    def _kept(self, node: NodeDef) -> Iterator[NodeDef]:
        """The operation, and the dropping of rows after it."""
        for place, source in enumerate(node.input):
            node.input[place] = self.instead.get(source, source)
        yield node
        signal = f"{node.name}:output:0"
        if self._drops_row(node):
            self.images[signal] = node.input[0]
        elif self._adds_row(node) and node.input[0] in self.images:
            self.instead[signal] = self.images[node.input[0]]
        elif self._shapes_vector(node):
            self.instead[signal] = self._producer(node).input[0]
        elif self._is_elementwise(node):
            yield self._lifted(node)

    def _lifted(self, node: NodeDef) -> NodeDef:
        """Has an operation work on images; what drops its answer's row."""
        answer, count = ELEMENTWISE[node.op]
        for place in range(count):
            node.input[place] = self.images[node.input[place]]
        node.attr.pop(SHAPES, None)  # it was a signal's
        image = f"{node.name}:{answer}:0"
        dropping = NodeDef(name=f"{node.name}/signal", op="Squeeze", input=[image])
        dropping.attr["T"].CopyFrom(node.attr["T"])
        dropping.attr["squeeze_dims"].list.i.append(1)
        self.instead[image] = f"{dropping.name}:output:0"
        self.images[self.instead[image]] = image
        return dropping

    def _producer(self, node: NodeDef, place: int = 0) -> NodeDef:
        """The operation whose output one takes; an empty one for an argument."""
        return self.nodes.get(node.input[place].partition(":")[0], NodeDef())

    def _drops_row(self, node: NodeDef) -> bool:
        return (
            node.op == "Squeeze"
            and list(node.attr["squeeze_dims"].list.i) in DROPPED
            and self._producer(node).op in IMAGES
        )

    def _adds_row(self, node: NodeDef) -> bool:
        if node.op != "ExpandDims" or (axis := self._producer(node, 1)).op != "Const":
            return False
        return tuple(np.ravel(make_ndarray(axis.attr["value"].tensor))) in ADDED

    def _is_elementwise(self, node: NodeDef) -> bool:
        _, count = ELEMENTWISE.get(node.op, ("", 0))
        return count > 0 and all(source in self.images for source in node.input[:count])

    def _shapes_vector(self, node: NodeDef) -> bool:
        """Whether a variable's vector is reshaped and loses its axes of one again: a bias."""
        shaped = self._producer(node) if node.op == "Squeeze" else NodeDef()
        if shaped.op != "Reshape" or node.attr["squeeze_dims"].list.i:
            return False
        read = self._producer(shaped)
        known = read.attr[SHAPES].list.shape if SHAPES in read.attr else ()
        sizes = [dimension.size for one in known for dimension in one.dim]
        return read.op == "ReadVariableOp" and len(sizes) == 1 and sizes[0] > 1
