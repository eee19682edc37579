"""Restoring: the Keras model of an exported version, with its weights."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.errors import ExportError
from ecgzoo.export.example_signals import example_signals
from ecgzoo.export.served import Served
from ecgzoo.export.verification import ABSOLUTE
from ecgzoo.models.build import build


def restored(version: str | Path) -> tuple[keras.Model, Preset]:
    """The model from signal to probabilities that a version was made of, and what it is.

    For what the graph has no signature for, such as Grad-CAM. The model is built again by name, so
    its parts must be registered, and takes the weights in the order they were written; then it
    must answer as the version does.

    Args:
        version: the version's folder, or the model's, which means its stable version.

    Raises:
        PresetError: if there is no such version.
        UnknownNameError: if the model is not registered.
        ExportError: if the weights are of another model, or it answers otherwise.
    """
    served = Served(version)
    preset, classes = served.preset, len(served.preset.classes)
    model = build(
        preset.model, preset.spec, classes, multi_label=preset.multi_label, **preset.options
    )
    held = getattr(tf.saved_model.load(str(served.folder)), "held", [])
    shapes = [tuple(one.shape) for one in held]
    if shapes != [tuple(one.shape) for one in model.variables]:
        raise ExportError(
            f"{served.folder} holds other weights than {preset.model} has: {len(shapes)} tensors, "
            f"and not the {len(model.variables)} of this version of ecgzoo. Explain its run instead"
        )
    for mine, theirs in zip(model.variables, held, strict=True):
        mine.assign(theirs)
    signals = example_signals(preset.spec)
    apart = np.abs(
        np.asarray(model(signals, training=False)) - served.signals(signals).probabilities
    )
    if not apart.max() <= 10 * ABSOLUTE:
        raise ExportError(f"{served.folder} answers otherwise than the model that it should hold")
    return model, preset
