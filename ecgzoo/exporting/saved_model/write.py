"""export: a run or preset as the next version of a served model."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.artifact.folder import EXTRA
from ecgzoo.artifact.labels import labelled_models
from ecgzoo.artifact.preset import Preset, read_preset
from ecgzoo.artifact.resolution import resolve, version_numbers
from ecgzoo.exporting.backend import check_backend
from ecgzoo.exporting.saved_model.contract import write_contract
from ecgzoo.exporting.saved_model.held import hold
from ecgzoo.exporting.saved_model.lean_graph import make_lean
from ecgzoo.exporting.saved_model.recorded import write_recorded
from ecgzoo.exporting.saved_model.requests import write_requests, write_warm_up
from ecgzoo.exporting.saved_model.served import Served
from ecgzoo.exporting.saved_model.signing import signer, write_digests
from ecgzoo.exporting.saved_model.verification import verify
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
        source: a finished run or a preset: its folder, a preset's name or a hub's handle.
        root: where the served models lie.
        canary: label the version ``canary`` only; ``stable`` stays on the one that has it.
        key: a private key to sign it with, see :func:`ecgzoo.exporting.saved_model.signing.signer`.

    Returns:
        The new version's folder.

    Raises:
        PresetError: if the source is incomplete or damaged.
        ExportError: if the exported model does not answer as Keras does, or Keras has another
            backend than TensorFlow.
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
    check_backend(f"ecgzoo export {source}")
    labelled_models(Path(root))
    sign = signer(Path(key)) if key else None
    model, preset = load_preset(resolve(source))
    preset.check_classes("an export")
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

    TensorFlow writes the method name of Predict for all, and the shapes that the checks need.
    """
    path = folder / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    (graph,) = content.meta_graphs
    for name, signature in asked.items():
        graph.signature_def[name].method_name = signature.method
        for takes in tf.nest.flatten(signature.takes):
            told = graph.signature_def[name].inputs[takes.name]
            told.tensor_shape.CopyFrom(takes.shape.as_proto())
    make_lean(graph)
    path.write_bytes(content.SerializeToString(deterministic=True))
