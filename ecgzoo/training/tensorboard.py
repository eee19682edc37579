"""tensorboard: a callback that writes what TensorBoard shows."""

import importlib.util
from pathlib import Path

import keras

from ecgzoo.errors import MissingExtraError


def tensorboard(folder: str | Path) -> keras.callbacks.TensorBoard:
    """A callback that writes the losses and figures of each epoch for ``tensorboard --logdir``.

    Args:
        folder: where they are written, a run's own: several below one folder stand side by side.

    Raises:
        MissingExtraError: if TensorBoard is not installed: TensorFlow cannot write its files then.

    Example:
        >>> callback = tensorboard("logs/hybrid1")  # for train(..., callbacks=[callback])
    """
    if importlib.util.find_spec("tensorboard") is None:
        raise MissingExtraError.of(
            "what TensorBoard shows is written", "tensorboard", "tensorboard"
        )
    return keras.callbacks.TensorBoard(str(folder), write_graph=False)
