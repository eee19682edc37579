"""Results: every model under every protocol, beside the paper's figures."""

from __future__ import annotations

from ecgzoo.evaluation import classification_metrics
from ecgzoo.report.figures import side_by_side_figure
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.side_by_side import Row, side_by_side, side_by_side_cells
from tf_data.splits import PROTOCOLS

HEADS = ("model", "accuracy (95% interval)", "macro F1 (95% interval)", "records", "paper")
LEAKS = "This protocol leaks: copies of test pages are trained on. It is here for comparison only."


def results(study: Study) -> str:
    """The section's body."""
    return "".join(_of_protocol(one) for one in study)


def _of_protocol(one: CrossValidation) -> str:
    rows = side_by_side({model: one.predictions[model] for model in one.models})
    title = title_of(one)
    notes = [paragraph(LEAKS, "warning")] if one.leaky else []
    if one.incomplete:
        left = ", ".join(one.incomplete)
        notes.append(paragraph(f"Left out, since folds are missing: {left}.", "warning"))
    if variants := [name for name in one.variants if name not in one.models]:
        notes.append(paragraph(f"In the ablation only: {'; '.join(variants)}.", "quiet"))
    return "".join(
        [
            heading(title),
            paragraph(PROTOCOLS[one.recipe.protocol].description),
            *notes,
            table(
                HEADS, map(side_by_side_cells, rows), "Out-of-fold, with group-bootstrap intervals"
            ),
            drawing(
                f"results-{one.recipe.protocol}",
                lambda: side_by_side_figure(rows, title),
                f"Accuracy and macro F1 with intervals, {title}: {_said(rows)}.",
                "Dots: out-of-fold figures with 95% group-bootstrap intervals. "
                "Bars: accuracy in the paper, whose split is not stated.",
            ),
            _per_class(one),
        ]
    )


def _said(rows: list[Row]) -> str:
    return "; ".join(f"{row.model} F1 {row.f1.estimate:.3f}" for row in rows)


def _per_class(one: CrossValidation) -> str:
    classes = one.predictions[one.models[0]].classes
    rows = []
    for model in one.models:
        answers = one.predictions[model]
        found = classification_metrics(answers.labels, answers.probabilities, classes).to_dict()
        scores = (found["per_class"][name]["f1"] for name in classes)
        rows.append([model, *(f"{score:.3f}" for score in scores)])
    return table(["model", *classes], rows, "F1 per class")
