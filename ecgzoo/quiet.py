"""TensorFlow, without what it prints before any setting can stop it."""

import contextlib
import os
import sys
from collections.abc import Iterator

# Keras imports them for wrappers and pictures of its own: four of the nine seconds that it takes.
FOR_WRAPPERS = ("matplotlib", "pandas", "sklearn")


def import_tensorflow() -> None:
    """Imports TensorFlow, and lets it look for devices, with standard error closed meanwhile."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with closed_stderr(), _without(*FOR_WRAPPERS):
        import tensorflow as tf

        tf.config.list_physical_devices()
    tf.get_logger().setLevel("ERROR")  # it warns of every model that is trained after another


@contextlib.contextmanager
def _without(*packages: str) -> Iterator[None]:
    """What imports one of these meanwhile, and can do without, does; afterwards they are there."""
    absent = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


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
