"""model_card: what a reader must know of a preset or run, from its own files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecgzoo.errors import PresetError
from ecgzoo.report.cards import facts
from ecgzoo.report.cards import figures as measured
from ecgzoo.report.cards.artifact import Artifact, read_artifact
from ecgzoo.report.cards.markdown import code, listed, plain

if TYPE_CHECKING:
    from huggingface_hub import EvalResult, ModelCard, ModelCardData


# The hub's names of licences, where they are not the usual ones in small letters.
LICENCES = {"cc0": "cc0-1.0"}
OPEN = re.compile(r"cc-by(-nc)?(-sa|-nd)?-[234]\.0|cc0-1\.0|apache-2\.0|mit|odc-by|pddl")


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
        >>> licence("CC BY 4.0, https://a.b; ODC-By 1.0, https://c.d")
        {'license': 'other', 'license_name': 'cc-by-4.0 and odc-by-1.0'}
        >>> licence(None)
        {'license': 'unknown'}
    """
    if not said:
        return {"license": "unknown"}
    if "; " in said:  # of several data sets, each with its own
        names = (
            one.partition(",")[0].strip().lower().replace(" ", "-") for one in said.split("; ")
        )
        return {"license": "other", "license_name": " and ".join(dict.fromkeys(names))}
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
    part = "out-of-fold" if "measured_on" in metrics else "test part"
    figures = [
        ("accuracy", "accuracy", metrics["accuracy"]),
        ("f1", "macro F1", metrics["macro"]["f1"]),
    ]
    if artifact.preset.multi_label and metrics["macro"].get("auc") is not None:
        figures[0] = ("roc_auc", "macro AUC", metrics["macro"]["auc"])
    return [
        EvalResult(
            task_type="other",
            task_name="ECG classification",
            dataset_type=name,
            dataset_name=name,
            dataset_split=f"{part}, {metrics['protocol']} protocol",
            metric_type=kind,
            metric_name=shown,
            metric_value=round(float(value), 4),
        )
        for kind, shown, value in figures
    ]


MISSING = "a model card needs huggingface_hub: pip install 'ecgzoo[hub]'"


def model_card(asked: str | Path) -> ModelCard:
    """The model card of a shipped preset, or of the folder of a run or preset.

    Nothing in it is written by hand for one model: what the artifact does not say, the card says is
    not known. It follows Mitchell et al. (2019), Model Cards for Model Reporting, FAT*
    (arXiv 1810.03993).

    Args:
        asked: ``<model>.<tag>``, or a folder.

    Returns:
        A ``huggingface_hub.ModelCard``: ``str(card)`` is the text, ``card.save(path)`` writes it.

    Raises:
        UnknownNameError: if there is no such preset; the message suggests the nearest name.
        PresetError: if the artifact is damaged, or ``huggingface_hub`` is not installed.

    Example:
        >>> model_card("docs")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PresetError: docs has no preset.json: it is no finished run and no preset
    """
    return card_of(read_artifact(asked))


def card_of(artifact: Artifact) -> ModelCard:
    """The model card of an artifact.

    Raises:
        PresetError: if ``huggingface_hub`` is not installed.
    """
    try:
        from huggingface_hub import ModelCard
    except ImportError:
        raise PresetError(MISSING) from None

    return ModelCard(f"---\n{metadata(artifact).to_yaml()}\n---\n\n{text(artifact)}\n")


def _at_once(artifact: Artifact) -> str:
    return ", of which several may hold at once" if artifact.preset.multi_label else ""


def text(artifact: Artifact) -> str:
    """The card without its metadata, as markdown."""
    preset = artifact.preset
    said = (
        f"{code(preset.model)} of ecgzoo, with weights: classifies {preset.spec.seconds:.2g} s of "
        f"{len(preset.spec.leads)} lead(s) into {listed(preset.classes)}{_at_once(artifact)}. This "
        "card is "
        "generated from the artifact by `ecgzoo card`; what the artifact does not hold, it cannot "
        "say."
    )
    sections = (
        facts.intended_use(artifact),
        facts.contract(artifact),
        measured.figures(preset),
        measured.protocol(preset),
        measured.calibration(preset),
        facts.data(artifact),
        facts.architecture(artifact),
        facts.training(artifact),
        facts.how_to(artifact),
        facts.how_to_cite(artifact),
    )
    return "\n\n".join([f"# {plain(artifact.name)}", said, *sections])
