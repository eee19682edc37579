"""What Keras itself answers, eagerly, for exported models to be compared with."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from small_presets import CLASSES

from ecgzoo.models.front import core_of
from ecgzoo.models.views import embeddings


def embedding(model: keras.Model, signals: np.ndarray) -> dict[str, np.ndarray]:
    """Each domain's vector, and the fused one."""
    found = embeddings(core_of(model))(model.front(signals), training=False)
    return {name: np.asarray(vector) for name, vector in found.items()}


def saliency(
    model: keras.Model, signals: np.ndarray, targets: np.ndarray
) -> dict[str, np.ndarray | list[str]]:
    """|gradient x input| of each row's target, or of the predicted class where it is empty."""
    signal = tf.constant(signals)
    with tf.GradientTape() as tape:
        tape.watch(signal)
        probabilities = model(signal, training=False)
        best = np.argmax(probabilities, axis=1)
        label = [t.decode() or CLASSES[b] for t, b in zip(targets, best, strict=True)]
        chosen = tf.gather(probabilities, [CLASSES.index(n) for n in label], batch_dims=1)
    pushed = np.abs(tape.gradient(chosen, signal) * signal)
    return {"saliency": pushed, "label": label, "score": chosen.numpy()}


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    """Within 1e-4 of the largest, the tolerance for what is no probability."""
    tolerance = 1e-4 * np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)
