"""The block of metadata that heads a card, as the Hugging Face hub reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecgzoo.report.cards.artifact import Artifact

if TYPE_CHECKING:
    from huggingface_hub import EvalResult, ModelCardData

# The hub's names of licences, where they are not the usual ones in small letters.
LICENCES = {"cc0": "cc0-1.0"}
OPEN = re.compile(r"cc-by(-nc)?(-sa|-nd)?-[234]\.0|cc0-1\.0|apache-2\.0|mit|odc-by|pddl")
FIGURES = {"accuracy": ("accuracy", "accuracy"), "macro_f1": ("f1", "macro F1")}


def metadata(artifact: Artifact) -> ModelCardData:
    """Licence, tags, library and figures.

    Figures that leak, or are of records without a name, are no part of the model index. The licence
    is that of the data; one that the hub does not know is named with its text. Of the records that
    weights were fine-tuned on, name and licence are not known.
    """
    from huggingface_hub import ModelCardData

    results = _results(artifact)
    said = None if artifact.tuned else artifact.preset.data.get("licence")
    return ModelCardData(
        **licence(said),
        library_name="keras",
        tags=["ecgzoo", "keras", "ecg", "electrocardiogram", "biosignal", *artifact.domains],
        model_name=artifact.name if results else None,
        eval_results=results or None,
    )


def licence(said: str | None) -> dict[str, Any]:
    """The hub's fields for a licence such as ``"CC BY 4.0, https://..."``.

    Example:
        >>> licence("CC BY 4.0, https://creativecommons.org/licenses/by/4.0/")
        {'license': 'cc-by-4.0'}
        >>> licence("ours, https://a.b")
        {'license': 'other', 'license_name': 'ours', 'license_link': 'https://a.b'}
        >>> licence(None)
        {'license': 'unknown'}
    """
    if not said:
        return {"license": "unknown"}
    name, _, link = (part.strip() for part in said.partition(","))
    known = name.lower().replace(" ", "-")
    known = LICENCES.get(known, known)
    if OPEN.fullmatch(known):
        return {"license": known}
    told = {"license": "other", "license_name": known}
    return told | ({"license_link": link} if link else {})


def _results(artifact: Artifact) -> list[EvalResult]:
    from huggingface_hub import EvalResult

    metrics, name = artifact.preset.metrics, artifact.preset.data.get("name")
    if not metrics or not name or artifact.tuned or metrics.get("leaky"):
        return []
    values: dict[str, Any] = {"accuracy": metrics["accuracy"], "macro_f1": metrics["macro"]["f1"]}
    return [
        EvalResult(
            task_type="other",
            task_name="ECG classification",
            dataset_type=name,
            dataset_name=name,
            dataset_split=f"{_part(metrics)}, {metrics['protocol']} protocol",
            metric_type=FIGURES[figure][0],
            metric_name=FIGURES[figure][1],
            metric_value=round(float(value), 4),
        )
        for figure, value in values.items()
    ]


def _part(metrics: Mapping[str, Any]) -> str:
    return "out-of-fold" if "measured_on" in metrics else "test part"
