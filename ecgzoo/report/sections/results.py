"""Results: every model under every protocol beside the paper's figures, and how to repeat them."""

import hashlib

from ecgzoo.report.figures import side_by_side_figure
from ecgzoo.report.html.elements import drawing, heading, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.headline import SHOWN
from ecgzoo.report.study.side_by_side import side_by_side, side_by_side_cells, side_by_side_heads
from ecgzoo.training.recipe import Recipe
from tf_data.protocols import PROTOCOLS

LEAKS = "This protocol leaks: copies of test pages are trained on. It is here for comparison only."


def results(study: Study) -> str:
    """The section's body."""
    return "".join(_of_protocol(one) for one in study)


def _of_protocol(one: CrossValidation) -> str:
    models = {model: one.predictions[model] for model in one.models}
    rows = side_by_side(models, dataset=one.recipe.dataset)
    shown = SHOWN[rows[0].metric]
    title = title_of(one)
    said = "; ".join(f"{row.model} {shown} {row.f1.estimate:.3f}" for row in rows)
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
                side_by_side_heads(rows),
                side_by_side_cells(rows),
                "Out-of-fold, with group-bootstrap intervals",
            ),
            drawing(
                f"results-{one.recipe.protocol}",
                lambda: side_by_side_figure(rows, title),
                f"Accuracy and {shown} with intervals, {title}: {said}.",
                "Dots: out-of-fold figures with 95% group-bootstrap intervals. "
                + ("Bars: accuracy in the paper, whose split is not stated." * one.of_the_paper),
            ),
            _per_class(one),
        ]
    )


def _per_class(one: CrossValidation) -> str:
    first = one.predictions[one.models[0]]
    per_class = {model: one.predictions[model].metrics().per_class for model in one.models}
    tables = ""
    for name, shown in PER_CLASS.items() if first.several else [("f1", PER_CLASS["f1"])]:
        rows = [
            [model, *(_cell(found[label][name]) for label in first.classes)]
            for model, found in per_class.items()
        ]
        tables += table(["model", *first.classes], rows, f"{shown} per class")
    return tables


PER_CLASS = {"auc": "AUC", "average_precision": "Average precision", "f1": "F1"}


def _cell(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


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
