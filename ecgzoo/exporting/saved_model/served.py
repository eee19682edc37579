"""Served: an exported version, asked from Python as a model server would ask it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.artifact.labels import stable_version
from ecgzoo.artifact.preset import Preset
from ecgzoo.errors import ExportError, SignalError
from ecgzoo.exporting.saved_model.held import restore
from ecgzoo.exporting.saved_model.verification import ABSOLUTE
from ecgzoo.exporting.server.versions import preset_of
from ecgzoo.exporting.signatures.signature import OK, example_signals
from ecgzoo.models.front import with_front
from ecgzoo.models.weights import new_core

BATCH = 64  # windows asked about at once: a day of signal does not fit into memory


@dataclass(frozen=True)
class Answer:
    """What a model says of some rows.

    Attributes:
        probabilities: float32 ``[rows, classes]``.
        labels: the most probable class of each row.
        classes: class names.
    """

    probabilities: np.ndarray
    labels: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def overall(self) -> Answer:
        """One row: the mean of the probabilities."""
        mean = self.probabilities.mean(axis=0, keepdims=True)
        return Answer(mean, (self.classes[int(mean.argmax())],), self.classes)


class Served:
    """An exported version, loaded.

    Args:
        folder: the version's folder, or the model's, which means its stable version.

    Raises:
        PresetError: if there is no such version, or its description is damaged.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = stable_version(Path(folder))
        self.preset = preset_of(self.folder)

    @functools.cached_property
    def _signatures(self) -> Any:
        """Loaded when first asked: what is wrong with a signal is said without waiting for it."""
        return tf.saved_model.load(str(self.folder)).signatures

    def signals(self, signals: np.ndarray) -> Answer:
        """Answers for signals ``[batch, samples, leads]``.

        Raises:
            SignalError: if they do not meet the model's spec.
        """
        checked = self.preset.spec.check(signals)
        parts = [
            self._ask("serving_default", signal=tf.constant(checked[start : start + BATCH]))
            for start in range(0, len(checked), BATCH)
        ]
        probabilities = np.concatenate([part.probabilities for part in parts])
        labels = tuple(label for part in parts for label in part.labels)
        return Answer(probabilities, labels, self.preset.classes)

    def page(self, contents: bytes) -> Answer:
        """Answers for one page, JPEG or PNG bytes.

        Raises:
            SignalError: if the model takes no pages.
            ValueError: if the page cannot be read.
        """
        if "image" not in self._signatures:
            raise SignalError.of_page(f"{self.preset.model} in {self.folder}")
        return self._ask("image", image_bytes=tf.constant([contents]))

    def _ask(self, signature: str, **inputs: tf.Tensor) -> Answer:
        answer = {k: v.numpy() for k, v in self._signatures[signature](**inputs).items()}
        for status in answer["status"].tolist():
            if status.decode() != OK:
                raise ValueError(status.decode())
        labels = tuple(label.decode() for label in answer["label"])
        return Answer(answer["probabilities"], labels, self.preset.classes)


def restored(version: str | Path) -> tuple[keras.Model, Preset]:
    """The model from signal to probabilities that a version was made of, and what it is.

    For what the graph has no signature for, such as Grad-CAM. The model is built again by name, so
    its parts must be registered, and takes the weights that the version holds; then it
    must answer as the version does.

    Args:
        version: the version's folder, or the model's, which means its stable version.

    Raises:
        PresetError: if there is no such version, or its description is damaged.
        UnknownNameError: if the model is not registered.
        ExportError: if the weights are of another model, or it answers otherwise.
    """
    served = Served(version)
    preset = served.preset
    model = with_front(new_core(preset), preset.spec)
    try:
        restore(model, tf.saved_model.load(str(served.folder)))
    except (ValueError, IndexError, AttributeError) as error:
        raise ExportError(
            f"{served.folder} holds other weights than {preset.model} has in this version of "
            f"ecgzoo: {error}. Explain its run instead"
        ) from error
    signals = example_signals(preset.spec)
    apart = np.abs(
        np.asarray(model(signals, training=False)) - served.signals(signals).probabilities
    )
    if not apart.max() <= 10 * ABSOLUTE:
        raise ExportError(f"{served.folder} answers otherwise than the model that it should hold")
    return model, preset
