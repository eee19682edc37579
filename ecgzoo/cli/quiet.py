"""TensorFlow, without what it prints before any setting can stop it."""

import contextlib
import os
from collections.abc import Iterator


def import_tensorflow() -> None:
    """Imports TensorFlow, and lets it look for devices, with standard error closed meanwhile."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with closed_stderr():
        import tensorflow as tf

        tf.config.list_physical_devices()


def import_datasets() -> None:
    """Imports TensorFlow Datasets, before a bar or a spinner starts a thread.

    While it is imported, imports that any other thread makes fail: it replaces Python's own.
    """
    import tensorflow_datasets  # noqa: F401


@contextlib.contextmanager
def closed_stderr() -> Iterator[None]:
    """Nothing reaches standard error meanwhile, also from C++; exceptions pass."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
