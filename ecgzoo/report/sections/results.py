"""Results: every model under every protocol beside the paper's figures, and how to repeat them."""

import hashlib

from ecgzoo.evaluation import classification_metrics
from ecgzoo.report.figures import side_by_side_figure
from ecgzoo.report.html.elements import drawing, heading, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.side_by_side import side_by_side, side_by_side_cells
from ecgzoo.training.recipe import Recipe
from tf_data.splits import PROTOCOLS

HEADS = ("model", "accuracy (95% interval)", "macro F1 (95% interval)", "records", "paper")
LEAKS = "This protocol leaks: copies of test pages are trained on. It is here for comparison only."


def results(study: Study) -> str:
    """The section's body."""
    return "".join(_of_protocol(one) for one in study)


def _of_protocol(one: CrossValidation) -> str:
    rows = side_by_side({model: one.predictions[model] for model in one.models})
    title = title_of(one)
    said = "; ".join(f"{row.model} F1 {row.f1.estimate:.3f}" for row in rows)
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
                f"Accuracy and macro F1 with intervals, {title}: {said}.",
                "Dots: out-of-fold figures with 95% group-bootstrap intervals. "
                "Bars: accuracy in the paper, whose split is not stated.",
            ),
            _per_class(one),
        ]
    )


def _per_class(one: CrossValidation) -> str:
    classes = one.predictions[one.models[0]].classes
    rows = []
    for model in one.models:
        answers = one.predictions[model]
        found = classification_metrics(answers.labels, answers.probabilities, classes).to_dict()
        scores = (found["per_class"][name]["f1"] for name in classes)
        rows.append([model, *(f"{score:.3f}" for score in scores)])
    return table(["model", *classes], rows, "F1 per class")


def method(study: Study) -> str:
    """The section's body."""
    return "".join(_method_of_one(one) for one in study)


def _method_of_one(one: CrossValidation) -> str:
    preset = one.runs[one.models[0]][0].preset()
    records = one.predictions[one.models[0]]
    named = "\n".join(sorted(records.names.tolist())).encode()
    facts = [
        ["records, groups", f"{len(records.labels)}, {len(set(records.groups.tolist()))}"],
        ["leads", ", ".join(preset.spec.leads)],
        ["sampling", f"{preset.spec.samples} samples at {preset.spec.sampling_rate:.2f} Hz"],
        ["SHA-256 of the sorted record names", hashlib.sha256(named).hexdigest()],
        *([f"version of {name}", str(what)] for name, what in preset.training["versions"].items()),
    ]
    return "".join(
        [
            heading(title_of(one)),
            table(["recipe", "value"], _recipe_rows(one.recipe), "What every model was trained by"),
            table(["data and software", ""], facts, "What it was trained on and with"),
            table(["model", "fold", "SHA-256 of the weights"], _weights(one), "Weights"),
            paragraph(
                "Every run's preset.json lists the content hash of each record that its weights "
                "were fitted on."
            ),
        ]
    )


def _recipe_rows(recipe: Recipe) -> list[list[str]]:
    differs = ("model", "options", "fold")
    return [[key, str(value)] for key, value in recipe.to_dict().items() if key not in differs]


def _weights(one: CrossValidation) -> list[list[str]]:
    return [
        [model, str(run.recipe().fold), run.preset().weights_sha256]
        for model in one.complete
        for run in one.runs[model]
    ]
