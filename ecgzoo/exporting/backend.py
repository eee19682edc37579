"""The backend that exporting needs: graphs are written by TensorFlow."""

import keras

from ecgzoo.errors import ExportError


def check_backend(command: str) -> None:
    """Checks that Keras runs on TensorFlow; the weights are the same on every backend.

    Args:
        command: what to run there.

    Raises:
        ExportError: if it runs on another.

    Example:
        >>> check_backend("ecgzoo export RUN")
    """
    if (backend := keras.backend.backend()) != "tensorflow":
        raise ExportError(
            f"exporting needs the TensorFlow backend, and Keras runs on {backend}; the weights are "
            f"the same: KERAS_BACKEND=tensorflow {command}"
        )
