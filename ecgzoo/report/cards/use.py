"""What a card says of use: for whom and for whom not, how to load, tune, serve and cite."""

from __future__ import annotations

import ecgzoo
from ecgzoo.report.cards.artifact import Artifact
from ecgzoo.report.cards.markdown import block, items, section

NOT_A_DEVICE = "Research software, not a diagnostic device."
FOR = (
    "Research on fusing signal domains, comparison with other classifiers on the same protocol, "
    "teaching.",
    "A start for fine-tuning on your own records, with figures measured on your own patients.",
)
NOT_FOR = (
    "Nobody should use it to diagnose, to triage, to monitor, or to decide anything about a "
    "patient; nothing in this artifact says that a clinician or a regulator has assessed it.",
    "Nobody should use it as it is on records of another device, layout or population: what it is "
    "worth there was not measured.",
)


def intended_use(artifact: Artifact) -> str:
    """The section on use and limits."""
    return section(
        "Intended use and limits",
        f"**{NOT_A_DEVICE}**",
        f"For:\n\n{items(FOR)}",
        f"Not for:\n\n{items(NOT_FOR)}",
        f"Limits:\n\n{items(_limits(artifact))}",
    )


def _limits(artifact: Artifact) -> list[str]:
    preset = artifact.preset
    said = [
        "Age, sex, origin and recording device of the patients are not part of this artifact, so "
        "nothing is known of how it differs between them.",
    ]
    if not preset.multi_label:
        said.append(
            f"Every record is given one of {len(preset.classes)} classes, also one that shows none "
            "of them or several."
        )
    if not preset.spec.simultaneous:
        said.append(
            "The leads it was trained on are not simultaneous: blocks of a printed page that "
            "follow one another. Simultaneous leads are another kind of input."
        )
    if preset.metrics.get("leaky"):
        said.append("The figures below leak, and are no measure of what it does on new patients.")
    return said


def how_to(artifact: Artifact) -> str:
    """The section of commands."""
    model, weights = artifact.preset.model, artifact.weights
    load = f'import ecgzoo\n\nmodel = ecgzoo.build("{model}", weights="{weights}")'
    tune = (
        f"ecgzoo finetune {model} --weights {weights} --data records --labels labels.csv \\\n"
        "    --classes AF,Normal --to runs/finetuned/mine"
    )
    serve = (
        f"ecgzoo export {artifact.where}\n"
        'docker run --rm -p 8501:8501 -v "$PWD/exported:/models:ro" tensorflow/serving \\\n'
        "    --model_config_file=/models/models.config \\\n"
        "    --allow_version_labels_for_unavailable_models=true"
    )
    loads = "Loading checks the weights' digest and that every tensor finds its place."
    return section(
        "Load, fine-tune, export, serve",
        block(load, "python"),
        loads,
        block(tune, "sh"),
        block(serve, "sh"),
        f"The served model is asked at `http://localhost:8501/v1/models/{model}:predict`.",
    )


def how_to_cite(artifact: Artifact) -> str:
    """The section on citing software, method and data."""
    version = artifact.preset.training.get("versions", {}).get("ecgzoo", ecgzoo.__version__)
    software = f"The ecgzoo developers, ecgzoo {version}: a Keras model zoo for ECGs."
    method = (
        "The models follow *Rethinking Multimodality: Optimizing Multimodal Deep Learning for "
        "Biomedical Signal Classification*, arXiv 2508.00963."
    )
    data = artifact.preset.data.get("citation")
    return section("Cite", items(filter(None, (software, method, data and f"Data: {data}"))))
