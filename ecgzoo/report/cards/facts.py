"""What a card says of the artifact itself: contract, architecture, data, training."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from ecgzoo.artifact.preset import FINGERPRINTS, PRETRAINED, WEIGHTS
from ecgzoo.pages.page_signals import PAGE_SIGNALS
from ecgzoo.report.cards.artifact import Artifact
from ecgzoo.report.cards.markdown import block, code, items, listed, plain, section, table
from ecgzoo.version import __version__

UNKNOWN = "not stated in this artifact"


def contract(artifact: Artifact) -> str:
    """The section on what goes in and what comes out."""
    preset, spec = artifact.preset, artifact.preset.spec
    kind = "several may hold" if preset.multi_label else "one per record"
    rows = {
        "input": f"`signal`, float32 `[batch, {spec.samples}, {len(spec.leads)}]`",
        "leads, in order": listed(spec.leads),
        "sampling rate": f"{spec.sampling_rate:g} Hz",
        "samples": f"{spec.samples} ({spec.seconds:.2f} s)",
        "unit": plain(spec.unit),
        "leads recorded at one time": "yes" if spec.simultaneous else "no",
        "printed pages": _printed_pages(preset.page),
        "classes, in order": f"{listed(preset.classes)} ({kind})",
        "output": f"probabilities, float32 `[batch, {len(preset.classes)}]`",
        "missing leads": _missing_leads(artifact),
        "NaN, infinite samples": (
            "refused with a sentence by `ecgzoo predict` and `finetune`; a served row gets zeros "
            "and a status"
        ),
    }
    return section("Contract", table(("what", "value"), rows.items()))


def _printed_pages(page: str | None) -> str:
    if page is None:
        return "not read: no page becomes this signal"
    return PAGE_SIGNALS[page].meaning if page in PAGE_SIGNALS else plain(page)


def _missing_leads(artifact: Artifact) -> str:
    preset = artifact.preset
    if len(preset.spec.leads) == 1:
        return "there is one lead only"
    if PRETRAINED in preset.training:
        return "zeros stand in for them; trained for, since records lost leads by chance"
    dropped = preset.training.get("recipe", {}).get("lead_dropout")
    trained = (
        f"trained for with lead dropout {dropped:g}"
        if dropped and preset.training["recipe"].get("augmentation")
        else "not trained for, as far as this artifact says"
    )
    return f"zeros stand in for them with `build(..., leads=(...))`; {trained}"


def architecture(artifact: Artifact) -> str:
    """The section on the model."""
    preset = artifact.preset
    fusion = plain(artifact.fusion) if artifact.fusion else ""
    kind = f", {artifact.category}" if artifact.category else ""
    digest = code(preset.weights_sha256)
    rows = {
        "model": code(preset.model),
        "options": listed(f"{k} = {v}" for k, v in preset.options.items()) or "none",
        "domains": listed(artifact.domains) or UNKNOWN,
        "fusion": f"{fusion}{kind}" if fusion else "none",
        "parameters": f"{artifact.parameters:,}, counted in the weights file",
        "weights": f"`{WEIGHTS}`, {artifact.size / 1e6:.1f} MB, SHA-256 {digest}",
    }
    return section("Architecture", table(("what", "value"), rows.items()))


def data(artifact: Artifact) -> str:
    """The section on the records that the weights were fitted on."""
    preset = artifact.preset
    recipe = preset.training.get("recipe") or {}
    kept = (
        ", validation included" if _held_out(recipe) and PRETRAINED not in preset.training else ""
    )
    counts = preset.training.get("class_counts", {})
    rows = {
        "data set": plain(preset.data.get("name", UNKNOWN)),
        "licence of the data": plain(preset.data.get("licence", UNKNOWN)),
        "licence of the code": "Apache-2.0",
        f"records that the weights were fitted on{kept}": _listed(preset.training),
        "records per class in the training part": _counts(counts.get("before", {})) or UNKNOWN,
        "the same after oversampling": _counts(counts.get("after", {})) or UNKNOWN,
    }
    tuned = (
        "The weights were fine-tuned: data set and licence are of the weights that they started "
        "from; of the records added, only the hashes are known."
        if artifact.tuned
        else ""
    )
    return section("Data and licences", table(("what", "value"), rows.items()), tuned)


def _listed(training: Mapping[str, Any]) -> str:
    """How many records the weights were fitted on, and by what they are known again."""
    if hashes := training.get("records"):
        return f"{len(hashes)}, listed by content hash in `preset.json`"
    prints = max(map(len, training.get(FINGERPRINTS, {}).values()), default=0)
    return f"{prints}, by fingerprint in `preset.json`" if prints else UNKNOWN


def _counts(one: Mapping[str, int]) -> str:
    return listed(f"{name} {count}" for name, count in one.items())


def _held_out(recipe: Mapping[str, Any]) -> bool:
    """Whether some records chose the epoch; recipes of before there was a choice held them out."""
    return bool(recipe.get("validation", True))


def training(artifact: Artifact) -> str:
    """The section on how the weights were fitted, and with which software."""
    told = artifact.preset.training
    kinds = ("recipe", "finetuning", PRETRAINED)
    settings: Mapping[str, Any] = next((told[one] for one in kinds if told.get(one)), {})
    if not settings:
        return section("Training", f"The recipe is {UNKNOWN}.")
    recipe = table(("setting", "value"), ((plain(k), code(v)) for k, v in settings.items()))
    versions = listed(f"{name} {one}" for name, one in told.get("versions", {}).items())
    stopped = (
        "one eighth of them, by group, decided when to stop"
        if _held_out(settings)
        else "nothing was held out to decide when to stop"
    )
    final = f"These weights are of the final fit, on all records; {stopped}."
    if not settings.get("final"):
        final = ""
    return section("Training", final, recipe, f"Software: {versions or UNKNOWN}.")


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
    named, loaded = (json.dumps(one, ensure_ascii=False) for one in (model, weights))
    load = f"import ecgzoo\n\nmodel = ecgzoo.build({named}, weights={loaded})"
    tune = (
        f"{shlex.join(['ecgzoo', 'finetune', model, '--weights', weights])} --data records "
        "--labels labels.csv \\\n"
        "    --classes AF,Normal --to runs/finetuned/mine"
    )
    serve = (
        f"{shlex.join(['ecgzoo', 'export', artifact.where])}\n"
        'docker run --rm -p 8501:8501 -v "$PWD/exported:/models:ro" tensorflow/serving \\\n'
        "    --model_config_file=/models/models.config \\\n"
        "    --allow_version_labels_for_unavailable_models=true"
    )
    address = f"http://localhost:8501/v1/models/{model}:predict"
    loads = "Loading checks the weights' digest and that every tensor finds its place."
    return section(
        "Load, fine-tune, export, serve",
        block(load, "python"),
        loads,
        block(tune, "sh"),
        block(serve, "sh"),
        f"The served model is asked at {code(address)}.",
    )


def how_to_cite(artifact: Artifact) -> str:
    """The section on citing software, method and data."""
    version = artifact.preset.training.get("versions", {}).get("ecgzoo", __version__)
    software = f"The ecgzoo developers, ecgzoo {plain(version)}: a Keras model zoo for ECGs."
    method = (
        "The models follow *Rethinking Multimodality: Optimizing Multimodal Deep Learning for "
        "Biomedical Signal Classification*, arXiv 2508.00963."
    )
    data = artifact.preset.data.get("citation")
    return section("Cite", items(filter(None, (software, method, data and f"Data: {plain(data)}"))))
