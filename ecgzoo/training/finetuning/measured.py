"""measured: a finished run or preset on other records than its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecgzoo.artifact.preset import seen
from ecgzoo.evaluation import classification_metrics
from ecgzoo.models.in_batches import in_batches
from ecgzoo.models.weights import load_preset
from ecgzoo.training.finetuning.records import Meaning, records
from tf_data.content_hash import content_hashes


def measured(folder: Path, signals: Any, labels: Any = None) -> dict[str, Any]:
    """The figures of a folder's weights on somebody's records.

    Args:
        folder: of a finished run or of a preset.
        signals: as of :func:`ecgzoo.finetune`, at the model's rate where they do not say theirs.
        labels: class indices or names; None where ``signals`` has them.

    Returns:
        What ``metrics.json`` holds: figures, ``overlap``, the number of records that the weights
        were trained on, and ``leaky``, whether there are any.

    Raises:
        PresetError: if the folder is incomplete or damaged.
        SignalError: if a signal is unfit.
        ValueError: if the model is multi-label, or labels lie outside its classes.
    """
    model, preset = load_preset(folder)
    if preset.multi_label:
        raise ValueError("figures are of one class per record; this model is multi-label")
    data = records(signals, labels, Meaning(preset.spec, preset.classes))
    answers = in_batches(lambda rows: model(rows, training=False), data.signals)
    known = seen(preset, data.hashes, content_hashes(data.signals))
    figures = classification_metrics(data.labels, answers, data.classes).to_dict()
    return figures | {"protocol": "grouped", "overlap": sum(known), "leaky": any(known)}
