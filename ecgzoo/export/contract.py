"""Contract: what a version's clients may count on, in ``assets.extra/preset.json``.

It is the preset's own description (leads, rate, unit, classes, metrics, digests) and, under the key
``contract``, the thresholds and the signatures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.artifact.preset import CONTRACT, DESCRIPTION, Preset
from ecgzoo.export.beside_graph import EXTRA

THRESHOLD = 0.5


def write_contract(version: Path, preset: Preset) -> None:
    """Describes a SavedModel that is written already, beside its graph."""
    fields = {"thresholds": thresholds(preset), "signatures": signature_shapes(version)}
    text = json.dumps(preset.to_dict() | {CONTRACT: fields}, indent=2, allow_nan=False)
    (version / EXTRA / DESCRIPTION).write_text(text + "\n", encoding="utf-8")


def thresholds(preset: Preset) -> dict[str, float] | None:
    """The probability from which a class holds; None if the most probable one does.

    Example:
        >>> from ecgzoo.signal_spec import SignalSpec
        >>> preset = Preset("cnn1d", SignalSpec(("II",), 250, 500), ("AF", "MI"), multi_label=True)
        >>> thresholds(preset)
        {'AF': 0.5, 'MI': 0.5}
    """
    return dict.fromkeys(preset.classes, THRESHOLD) if preset.multi_label else None


def signature_shapes(version: Path) -> dict[str, Any]:
    """Each signature of a SavedModel with its method, inputs and outputs, read off the file.

    An input or output is told by its type and shape, in which None stands for any number.

    Raises:
        OSError: if there is no such file.
        google.protobuf.message.DecodeError: if it is damaged.
    """
    content = SavedModel.FromString((version / "saved_model.pb").read_bytes())
    return {
        name: {
            "method": one.method_name,
            "inputs": {key: _tensor(one.inputs[key]) for key in sorted(one.inputs)},
            "outputs": {key: _tensor(one.outputs[key]) for key in sorted(one.outputs)},
        }
        for name, one in sorted(content.meta_graphs[0].signature_def.items())
        if not name.startswith("__")  # TensorFlow's own
    }


def _tensor(info: Any) -> dict[str, Any]:
    shape = tf.TensorShape(info.tensor_shape)
    return {
        "dtype": tf.dtypes.as_dtype(info.dtype).name,
        "shape": None if shape.rank is None else shape.as_list(),
    }
