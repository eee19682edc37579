"""model_card: what a reader must know of a preset or run, from its own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ecgzoo.errors import PresetError
from ecgzoo.report.cards import facts, use
from ecgzoo.report.cards import figures as measured
from ecgzoo.report.cards.artifact import Artifact, read_artifact

if TYPE_CHECKING:
    from huggingface_hub import ModelCard

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
    artifact = read_artifact(asked)
    try:
        from huggingface_hub import ModelCard
    except ImportError:
        raise PresetError(MISSING) from None
    from ecgzoo.report.cards.metadata import metadata

    return ModelCard(f"---\n{metadata(artifact).to_yaml()}\n---\n\n{text(artifact)}\n")


def text(artifact: Artifact) -> str:
    """The card without its metadata, as markdown."""
    preset = artifact.preset
    said = (
        f"`{preset.model}` of ecgzoo, with weights: classifies {preset.spec.seconds:.2g} s of "
        f"{len(preset.spec.leads)} lead(s) into {', '.join(preset.classes)}. This card is "
        "generated from the artifact by `ecgzoo card`; what the artifact does not hold, it cannot "
        "say."
    )
    sections = (
        use.intended_use(artifact),
        facts.contract(artifact),
        measured.figures(preset),
        measured.protocol(preset),
        measured.calibration(preset),
        facts.data(artifact),
        facts.architecture(artifact),
        facts.training(artifact),
        use.how_to(artifact),
        use.how_to_cite(artifact),
    )
    return "\n\n".join([f"# {artifact.name}", said, *sections])
