"""Contract: what a version's clients may count on, in ``assets.extra/preset.json``.

It is the preset's own description (leads, rate, unit, classes, metrics, digests) and, under the key
``contract``, how classes are decided and the signatures.
"""

import json
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.artifact.folder import EXTRA
from ecgzoo.artifact.preset import CONTRACT, DESCRIPTION, Preset, read_description
from ecgzoo.errors import PresetError
from ecgzoo.files.atomic import write_json

THRESHOLD = 0.5


def write_contract(version: Path, preset: Preset) -> None:
    """Describes a SavedModel that is written already, beside its graph."""
    fields = decision(preset) | {"signatures": signature_shapes(version)}
    write_json(version / EXTRA / DESCRIPTION, preset.to_dict() | {CONTRACT: fields})


def described_signatures(version: Path) -> dict[str, Any]:
    """The signatures as :func:`write_contract` described them.

    Raises:
        PresetError: if the description is missing, damaged or has none.
    """
    description = version / EXTRA / DESCRIPTION
    read_description(description)
    told = json.loads(description.read_text(encoding="utf-8")).get(CONTRACT)
    found = told.get("signatures") if isinstance(told, dict) else None
    if not isinstance(found, dict):
        raise PresetError(
            f"{description} is damaged: expected a {CONTRACT!r} with 'signatures'; got {told!r}"
        )
    return found


def decision(preset: Preset) -> dict[str, Any]:
    """How classes are decided: what was fitted for it, and what of that answers have in them.

    Returns:
        ``temperature``, of the preset. ``thresholds`` by class name: those of the preset; 0.5 for
        each other class, if classes may hold together; None if there are none. ``fitted``: which of
        the two were fitted to answers. ``applied``: which of them probabilities and labels have in
        them: none. ``label``: what that output is, ``"most probable"`` of the classes.

    Example:
        >>> from ecgzoo.signal_spec import SignalSpec
        >>> preset = Preset("cnn1d", SignalSpec(("II",), 250, 500), ("AF", "MI"), multi_label=True)
        >>> decision(preset)
        {'temperature': 1.0, 'thresholds': {'AF': 0.5, 'MI': 0.5}, 'fitted': [], 'applied': [], \
'label': 'most probable'}
    """
    assumed = dict.fromkeys(preset.classes, THRESHOLD) if preset.multi_label else {}
    were_fitted = {"temperature": preset.temperature != 1, "thresholds": bool(preset.thresholds)}
    return {
        "temperature": preset.temperature,
        "thresholds": assumed | dict(preset.thresholds) or None,
        "fitted": [name for name, fitted in were_fitted.items() if fitted],
        "applied": [],
        "label": "most probable",
    }


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
