"""Verification: an exported model answers like Keras, in a fresh process that lacks ecgzoo."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np

from ecgzoo.export.example_signals import example_signals
from ecgzoo.presets import Preset

TOLERANCE = 1e-5

# Run with -I and no path to ecgzoo: what loads here loads anywhere.
FRESH_PROCESS = """
import sys
import numpy as np
sys.modules["ecgzoo"] = None
import tensorflow as tf
served = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
signal = np.load(sys.argv[2])
answer = served(signal=tf.constant(signal))
np.save(sys.argv[3], answer["probabilities"].numpy())
"""


class ExportError(RuntimeError):
    """An exported model that does not load, or answers otherwise than Keras does."""


def verify(version: Path, model: keras.Model, preset: Preset) -> float:
    """Loads a SavedModel in a fresh process and compares its answers.

    Args:
        version: the SavedModel's folder.
        model: from signal to probabilities, in this process.
        preset: what the model was trained on.

    Returns:
        The largest difference of a probability.

    Raises:
        ExportError: if it does not load, or the difference exceeds 1e-5.
    """
    signals = example_signals(preset.spec)
    expected = np.asarray(model(signals, training=False))
    with tempfile.TemporaryDirectory() as folder:
        given, answered = Path(folder, "signal.npy"), Path(folder, "answer.npy")
        np.save(given, signals)
        command = [
            sys.executable,
            "-I",
            "-c",
            FRESH_PROCESS,
            str(version),
            str(given),
            str(answered),
        ]
        quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
        if done.returncode:
            raise ExportError(f"{version} does not load in a fresh process:\n{done.stderr[-2000:]}")
        difference = float(np.abs(np.load(answered) - expected).max())
    if not difference <= TOLERANCE:
        raise ExportError(
            f"{version} answers otherwise than Keras: probabilities differ by {difference:.2g}, "
            f"more than {TOLERANCE:g}"
        )
    return difference
