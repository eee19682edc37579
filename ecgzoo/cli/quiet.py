"""TensorFlow, imported without what it prints before any setting can stop it."""

from __future__ import annotations

import os


def import_tensorflow() -> None:
    """Imports TensorFlow, and lets it look for devices, with standard error closed meanwhile."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        import tensorflow as tf

        tf.config.list_physical_devices()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
