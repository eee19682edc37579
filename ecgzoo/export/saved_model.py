"""export: a run or preset as the next version of a served model."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.export.served import Served
from ecgzoo.export.signatures import signatures
from ecgzoo.export.verification import verify
from ecgzoo.export.versions import draft, publish
from ecgzoo.models.weights import load_preset
from ecgzoo.presets import DESCRIPTION, Preset, PresetError, read_preset


def export(source: str | Path, root: str | Path = "exported") -> Path:
    """Writes ``<root>/<model>/<n + 1>/``: a SavedModel that needs no ecgzoo to load.

    It is written under another name, loaded back in a fresh process and compared with Keras, and
    only then gets its number. What was exported before stays as it is.

    Args:
        source: folder of a finished run or of a preset.
        root: where the served models lie.

    Returns:
        The new version's folder.

    Raises:
        PresetError: if the source is incomplete or damaged.
        ExportError: if the exported model does not answer as Keras does.
        OSError: if the disk is full or cannot be written.
    """
    model, preset = load_preset(source)
    with draft(Path(root) / preset.model) as folder:
        write_saved_model(model, preset, folder)
        extra = folder / "assets.extra"
        extra.mkdir()
        shutil.copyfile(Path(source) / DESCRIPTION, extra / DESCRIPTION)
        verify(folder, model, preset)
        return publish(folder)


def newest_export(source: str | Path, root: str | Path = "exported") -> Path | None:
    """The newest version of a run's model, if it holds that run's weights; else None."""
    preset = read_preset(Path(source))
    try:
        newest = Served(Path(root) / preset.model)
    except PresetError:
        return None
    return newest.folder if newest.preset.weights_sha256 == preset.weights_sha256 else None


def write_saved_model(model: keras.Model, preset: Preset, folder: Path) -> None:
    """Writes the SavedModel itself, with every signature, into an existing folder.

    TensorFlow's own writer, since Keras' ``ExportArchive`` traces each signature twice.

    Raises:
        OSError: if the disk is full or cannot be written.
    """
    module = tf.Module()
    module.held = [variable.value for variable in model.variables]
    asked = signatures(model, preset)
    functions = {name: signature.traced() for name, signature in asked.items()}
    try:
        tf.saved_model.save(module, str(folder), functions)
        _name_methods(folder, {name: signature.method for name, signature in asked.items()})
    except tf.errors.OpError as error:  # TensorFlow's own kind, also where the disk is full
        raise OSError(f"cannot write {folder.parent}: {error.message}") from error


def _name_methods(folder: Path, methods: Mapping[str, str]) -> None:
    """Gives each signature its method name; TensorFlow writes that of Predict for all."""
    path = folder / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    for name, method in methods.items():
        content.meta_graphs[0].signature_def[name].method_name = method
    path.write_bytes(content.SerializeToString(deterministic=True))
