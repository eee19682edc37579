"""Synthetic samples: are those of ADASYN like real ones, in a model's embedding?"""

from __future__ import annotations

from ecgzoo.evaluation.synthetic import SyntheticClass
from ecgzoo.report.cross_validation import CrossValidation
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, items, paragraph, table
from ecgzoo.report.study import Study, title_of
from ecgzoo.report.synthetic import Synthesised, neighbours_figure, synthesised

EMBEDDED_BY = ("hybrid1", "cnn1d")
LEAD = "II"
HEADS = ("class", "real", "synthetic", "set size", "synthetic to real", "real to real", "verdict")
READ = (
    "Squared Frechet distance between random sets of a class' synthetic and real records, in the "
    "fused embedding of the first fold's model, beside that between halves of its real records: "
    "means, with 95% of the draws in brackets. ADASYN puts samples between real ones, so a small "
    "distance is no proof of quality; and the model was trained on the real ones."
)


def synthetic_section(study: Study) -> str:
    """The section's body."""
    return paragraph(READ) + "".join(_of_one(one) for one in study)


def _of_one(one: CrossValidation) -> str:
    model = next((name for name in EMBEDDED_BY if name in one.models), one.models[0])
    title = heading(f"{title_of(one)}; embedded by {model}")
    try:
        found = synthesised(one.runs[model][0].folder, one.dataset)
    except ValueError as error:
        return title + paragraph(f"Not compared: {error}", "warning")
    left_out = [f"{name} is left out: {why}." for name, why in found.compared.left_out.items()]
    rows = map(_row, found.compared.classes)
    return "".join([title, table(HEADS, rows, "Distances"), items(left_out), _drawn(one, found)])


def _row(one: SyntheticClass) -> list[str]:
    verdict = "within real" if one.distance <= one.yardstick_high else "beyond real"
    return [
        one.name,
        str(one.real),
        str(one.synthetic),
        str(one.size),
        f"{one.distance:.3g} ({one.low:.3g} to {one.high:.3g})",
        f"{one.yardstick:.3g} ({one.yardstick_low:.3g} to {one.yardstick_high:.3g})",
        verdict,
    ]


def _drawn(one: CrossValidation, found: Synthesised) -> str:
    """The class with the fewest real records, which has most to gain and to lose."""
    rarest = min(found.compared.classes, key=lambda each: each.real)
    lead = LEAD if LEAD in found.spec.leads else found.spec.leads[0]
    label = found.classes.index(rarest.name)
    title = f"{rarest.name}, lead {lead}: synthetic, and its nearest real records"
    return drawing(
        f"synthetic-{one.recipe.protocol}",
        lambda: neighbours_figure(found, label, lead, title),
        f"Synthetic records of class {rarest.name}, each beside its three nearest real ones.",
        "From the likest synthetic record to the least like; distances in the embedding.",
    )
