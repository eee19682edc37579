"""Served: an exported version, asked from Python as a model server would ask it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.export.labels import stable_version
from ecgzoo.export.status import OK
from ecgzoo.export.summary import preset_of

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
            ValueError: if the model takes no pages, or the page cannot be read.
        """
        if "image" not in self._signatures:
            raise ValueError(f"{self.preset.model} in {self.folder} takes signals, not pages")
        return self._ask("image", image_bytes=tf.constant([contents]))

    def _ask(self, signature: str, **inputs: tf.Tensor) -> Answer:
        answer = {k: v.numpy() for k, v in self._signatures[signature](**inputs).items()}
        for status in answer["status"].tolist():
            if status.decode() != OK:
                raise ValueError(status.decode())
        labels = tuple(label.decode() for label in answer["label"])
        return Answer(answer["probabilities"], labels, self.preset.classes)
