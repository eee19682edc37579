"""Method: recipe, seeds, versions and the digests of what was trained on, for others to repeat."""

from __future__ import annotations

import hashlib

from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.training.recipe import Recipe


def method(study: Study) -> str:
    """The section's body."""
    return "".join(_of_one(one) for one in study)


def _of_one(one: CrossValidation) -> str:
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
