"""LiteRT: a model as one file for phones and small computers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.runtimes.agreement import Records
from ecgzoo.exporting.runtimes.conversion import Converted, convert
from ecgzoo.exporting.runtimes.runtime import Ask, Portable, Runtime, import_extra
from ecgzoo.models.core import PROBABILITIES


def export_litert(
    source: str | Path, path: str | Path, int8: bool = False, records: Records | None = None
) -> Converted:
    """Writes a run's or preset's model as a LiteRT file, runs it, and describes it in JSON beside.

    Inputs and outputs are those of :func:`~ecgzoo.exporting.runtimes.onnx.export_onnx`.

    Args:
        source: folder of a finished run or of a preset.
        path: the file, ``.tflite``.
        int8: whether weights become int8; what is multiplied with them is rounded to int8 in the
            range that each row has, so that no signals are needed to find ranges.
        records: on which to compare the file with Keras.

    Raises:
        PresetError: if the source is incomplete or damaged.
        ExportError: if the model cannot be converted, or the file does not load or answers
            otherwise than Keras does; or if the extra ``runtimes`` is not installed.
    """
    return convert(LiteRT(), source, path, int8, records)


class LiteRT(Runtime):
    """LiteRT, once TensorFlow Lite, and its interpreter."""

    name, suffix = "litert", ".tflite"

    def __init__(self) -> None:
        self.interpreter = import_extra("ai_edge_litert.interpreter")

    def write(self, portable: Portable, path: Path) -> None:
        """By Keras' exporter."""
        self._export(portable, path)

    def quantize(self, portable: Portable, written: Path, path: Path) -> None:
        """Written again, with the converter's own rounding."""
        self._export(portable, path, optimizations=[tf.lite.Optimize.DEFAULT])

    def _export(self, portable: Portable, path: Path, **options: Any) -> None:
        # Keras also allows operations of TensorFlow itself, which the interpreter does not have.
        builtin = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
        portable.model.export(path, format="litert", verbose=False, target_spec=builtin, **options)

    def load(self, path: Path) -> Ask:
        """By LiteRT's interpreter."""
        runner = self.interpreter.Interpreter(str(path)).get_signature_runner()
        return lambda feeds: np.asarray(runner(**feeds)[PROBABILITIES])
