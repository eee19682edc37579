"""Explanations: what models look at, whether of any weights, and where a second domain helps."""

from __future__ import annotations

from ecgzoo.report.corrected_cases import corrected_cases
from ecgzoo.report.cross_validation import CrossValidation
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.saliency_checks import randomised_saliency, saliency_near_peaks
from ecgzoo.report.study import Study, title_of

FIRST, SECOND = "cnn1d", "hybrid1"
CASES = 3
PEAKS = (
    "Share of the absolute gradient on the signal within 60 ms of R peaks, a record per printed "
    "ID, by the model that was not trained on it; p by shifting each map in time."
)
SANITY = (
    "Rank correlation of saliency maps with those of the trained model while its layers are "
    "randomised from the answer down (Adebayo et al. 2018). Maps that stay alike show the signal "
    "and not what was learnt."
)
CORRECTED = (
    "Records that cnn1d gets wrong and hybrid1 right. They are chosen by the outcome; the number "
    "that it is the other way round for tells how much of it chance makes. Traces are coloured by "
    "hybrid1's saliency, what is near R peaks is underlined; over the scalogram lies its Grad-CAM."
)


def explanations_section(study: Study) -> str:
    """The section's body, on the headline alone: the others' models have seen copies."""
    one = study.headline
    models = [name for name in (FIRST, SECOND) if name in one.models]
    if not models:
        return paragraph(f"{FIRST} and {SECOND} were not run.")
    parts = [paragraph(f"{title_of(one)}."), heading("R peaks"), paragraph(PEAKS)]
    parts.append(_peaks(one, models))
    parts += [heading("Sanity check"), paragraph(SANITY), _randomised(one, models[-1])]
    if len(models) == 2:
        parts += [heading("What a second domain corrects"), paragraph(CORRECTED), _cases(one)]
    return "".join(parts)


def _peaks(one: CrossValidation, models: list[str]) -> str:
    rows = []
    for model in models:
        found, without = saliency_near_peaks(one, model)
        shares = (f"{found.share:.1%}", f"{found.chance:.1%}", f"{found.p_value:.2g}")
        rows.append([model, *shares, str(found.records), str(without)])
    heads = ("model", "share", "by chance", "p", "records", "without R peaks")
    return table(heads, rows, "Saliency near R peaks")


def _randomised(one: CrossValidation, model: str) -> str:
    found = randomised_saliency(one, model)
    heads = ("layers randomised", *found.similarity)
    rows = [
        [str(layers), *(f"{maps[stage]:.2f}" for maps in found.similarity.values())]
        for stage, layers in enumerate(found.layers)
    ]
    return table(heads, rows, f"{model}, first fold, the same classes explained at every stage")


def _cases(one: CrossValidation) -> str:
    found, cases = corrected_cases(one.runs[FIRST], one.runs[SECOND], one.dataset, CASES)
    return paragraph(f"{found}.", "verdict") + "".join(
        drawing(
            f"case-{place}",
            case.figure,
            f"Leads of {case.name} coloured by saliency, and a scalogram with Grad-CAM over it.",
            f"{case.title}.",
        )
        for place, case in enumerate(cases)
    )
