"""export: a run or preset as the next version of a served model."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.core.framework.types_pb2 import DT_RESOURCE
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.artifact.folder import EXTRA
from ecgzoo.artifact.labels import labelled_models
from ecgzoo.artifact.preset import Preset, read_preset
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.exporting.saved_model.contract import write_contract
from ecgzoo.exporting.saved_model.held import hold
from ecgzoo.exporting.saved_model.requests import write_requests, write_warm_up
from ecgzoo.exporting.saved_model.served import Served
from ecgzoo.exporting.saved_model.signing import signer, write_digests
from ecgzoo.exporting.saved_model.verification import verify, write_recorded
from ecgzoo.exporting.server.publishing import publish_labelled
from ecgzoo.exporting.server.versions import Summary, draft, summarize
from ecgzoo.exporting.signatures import signatures
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.exporting.signatures.signature import Signature
from ecgzoo.models.weights import load_preset


def export(
    source: str | Path,
    root: str | Path = "exported",
    *,
    canary: bool = False,
    key: str | Path | None = None,
) -> Path:
    """Writes ``<root>/<model>/<n + 1>/``: a SavedModel that needs no ecgzoo to load.

    It is written under another name, loaded back in a fresh process and compared with Keras, and
    only then gets its number and its labels. What was exported before stays as it is.

    Args:
        source: folder of a finished run or of a preset.
        root: where the served models lie.
        canary: label the version ``canary`` only; ``stable`` stays on the one that has it.
        key: a private key to sign it with, see :func:`ecgzoo.exporting.saved_model.signing.signer`.

    Returns:
        The new version's folder.

    Raises:
        PresetError: if the source is incomplete or damaged.
        ExportError: if the exported model does not answer as Keras does.
        LabelError: if a label below the root stands on a version that is not there.
        SigningError: if the key cannot be used.
        OSError: if the disk is full or cannot be written.
    """
    with prepared(source, root, key) as folder:
        return publish_labelled(folder, canary=canary)


def rehearse(
    source: str | Path, root: str | Path = "exported", *, key: str | Path | None = None
) -> Summary:
    """Does all that :func:`export` does, but for the publishing; raises what it raises."""
    with prepared(source, root, key) as folder:
        return summarize(folder)


@contextlib.contextmanager
def prepared(source: str | Path, root: str | Path, key: str | Path | None = None) -> Iterator[Path]:
    """The draft of a version, whole, verified and signed; gone afterwards unless published."""
    labelled_models(Path(root))
    sign = signer(Path(key)) if key else None
    model, preset = load_preset(source)
    with draft(Path(root) / preset.model) as folder:
        _write(folder, model, preset)
        verify(folder)
        if sign:
            sign(folder)
        yield folder


def _write(folder: Path, model: keras.Model, preset: Preset) -> None:
    """Writes the graph and all that lies beside it; the digests, which are of all files, last."""
    graph = ModelGraph(model, preset)
    asked = signatures(graph)
    (folder / EXTRA).mkdir()
    try:
        write_saved_model(graph, asked, folder)
        write_warm_up(folder, asked, preset.model)
    except tf.errors.OpError as error:  # TensorFlow's own kind, also where the disk is full
        raise OSError(f"cannot write {folder.parent}: {error.message}") from error
    write_requests(asked, folder / EXTRA)
    write_recorded(folder, asked, model)
    write_contract(folder, preset)
    write_digests(folder)


def newest_export(source: str | Path, root: str | Path = "exported") -> Path | None:
    """The newest version of a run's model, if it holds that run's weights; else None."""
    preset = read_preset(Path(source))
    numbers = version_numbers(Path(root) / preset.model)
    if not numbers:
        return None
    newest = Served(Path(root) / preset.model / str(numbers[-1]))
    return newest.folder if newest.preset.weights_sha256 == preset.weights_sha256 else None


def write_saved_model(graph: ModelGraph, asked: Mapping[str, Signature], folder: Path) -> None:
    """Writes the SavedModel itself, with every signature, into an existing folder.

    TensorFlow's own writer, since Keras' ``ExportArchive`` traces each signature twice.

    Raises:
        tf.errors.OpError: if the disk is full or cannot be written.
    """
    functions = {name: signature.traced for name, signature in asked.items()}
    read = {id(one): one for each in functions.values() for one in each.graph.variables}
    module = tf.Module()
    hold(module, graph.model, graph.inference, read.values())
    tf.saved_model.save(module, str(folder), functions)
    _finish(folder, asked)


def _finish(folder: Path, asked: Mapping[str, Signature]) -> None:
    """Tells each signature's method and shapes, and drops what the graph can do without.

    TensorFlow writes the method name of Predict for all, and a constant as often as Python used it.
    """
    path = folder / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    (graph,) = content.meta_graphs
    for name, signature in asked.items():
        graph.signature_def[name].method_name = signature.method
        for takes in tf.nest.flatten(signature.takes):
            told = graph.signature_def[name].inputs[takes.name]
            told.tensor_shape.CopyFrom(takes.shape.as_proto())
    for function in graph.graph_def.library.function:
        drop_inferred(function)
        merge_equal_constants(function)
    path.write_bytes(content.SerializeToString(deterministic=True))


# What loaders of a graph infer again: TensorFlow writes it, and it need not be shipped.
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
    values = node.attr.values()
    return any(value.WhichOneof("value") == "func" or value.list.func for value in values)
