"""publish_preset: finished folds and a final fit as one folder that `build` loads by its tag."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS
from ecgzoo.artifact.resolution import SHIPPED
from ecgzoo.errors import RunError, UnknownNameError
from ecgzoo.files.atomic import write_json
from ecgzoo.registry import unknown
from ecgzoo.training.out_of_fold_metrics import RepeatedAnswers, fitted, out_of_fold_metrics
from ecgzoo.training.provenance import DIGEST
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data import source_of

FOLD_SEEDS = (10, 11, 12, 13, 14)
"""On these a frozen recipe is confirmed, once; recipes were chosen on 0 to 2."""

# No record is held out to choose the epoch by: 30 epochs suit all, and every record teaches.
COMMON: Mapping[str, Any] = {"validation": False}
SEVERAL_DOMAINS: Mapping[str, Any] = {"domain_dropout": 0.2}
# Ten seconds in which the page's columns must still follow each other: hardly any shift.
RHYTHM: Mapping[str, Any] = {
    "changes": {"shift": 0.05, "stretch": 0.1, "common_gain": 0.1, "cutout": 0.3}
}

# One lead of half a minute. Rare classes are not repeated, and a linear head, a shorter mixup and a
# warm-up let the network leave the answer "normal" an epoch sooner.
HAND_HELD: Mapping[str, Any] = {
    "dataset": "cinc2017",
    "loading": {"seconds": 30, "rate": 64},
    "options": {"encoders": {"time": "conv1d_deep"}},
    "head": {"width": 0, "dropout": 0.3},
    "oversampling": "none",
    "changes": {"shift": 0.05, "stretch": 0.1, "flip": 0.5},
    "lead_dropout": 0.0,
    "mixup": 0.2,
    "epochs": 16,
    "warmup": 0.05,
}

# Twelve leads, superclasses beside statements: these gain by those. Windows of a quarter of a
# record, which overlap as those that `predict` asks about do, are seven records to learn from; a
# record's answer is their mean.
CLINICAL: Mapping[str, Any] = {
    "dataset": "ptb_xl",
    "loading": {
        "labels": "superclass+all",
        "fewest": 10,
        "seconds": 2.5,
        "rate": 100,
        "overlap": 0.5,
    },
    "options": {"encoders": {"time": "conv1d_wide"}},
    "head": {"width": 0, "dropout": 0.4},
    "oversampling": "none",
    "changes": {"count": 16, "shift": 0.1, "stretch": 0.1, "common_gain": 0.2, "cutout": 0.1},
    "lead_dropout": 0.1,
    "mixup": 0.3,
    "epochs": 20,
    "batch_size": 64,
    "warmup": 0.05,
}

# By preset, what differs from Recipe's defaults: the five models of arXiv 2508.00963, the best
# fusion of each category of arXiv 2404.15022 (docs/fusion.md; hybrid2 itself is the single-level
# one), and the best model of all; docs/experiments.md tells how they were chosen. And one each for
# hand-held devices and clinical records.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "cnn1d.ecg_images": COMMON,
    "cnn2d.ecg_images": COMMON,
    "cnn1d_transformer.ecg_images": COMMON,
    "hybrid1.ecg_images": {**COMMON, **SEVERAL_DOMAINS},
    "hybrid2.ecg_images": {**COMMON, **SEVERAL_DOMAINS},
    "hybrid2_input.ecg_images": {**COMMON, **SEVERAL_DOMAINS},
    "hybrid2_mmtm.ecg_images": {**COMMON, **SEVERAL_DOMAINS},
    "hybrid2_bottleneck.ecg_images": {**COMMON, **SEVERAL_DOMAINS},
    "hybrid2_product_of_experts.ecg_images": {**COMMON, **SEVERAL_DOMAINS},
    "hybrid_rhythm.ecg_images": {**COMMON, **RHYTHM},
    "cnn1d.cinc2017": {**COMMON, **HAND_HELD},
    "cnn1d.ptb_xl": {**COMMON, **CLINICAL},
}

# Of several data sets at once: not by folds.
PRETRAINED_BY: Mapping[str, str] = {
    "cnn1d.general": "ecgzoo pretrain cnn1d --encoder time=conv1d_wide --steps 6000"
}


def preset_recipe(name: str) -> Recipe:
    """The recipe of a shipped preset, for its first fold.

    Args:
        name: ``<model>.<tag>``.

    Raises:
        UnknownNameError: if no preset bears the name; the message suggests the nearest.
        ValueError: if it was pretrained on several data sets; says by which command.

    Example:
        >>> recipe = preset_recipe("hybrid1.ecg_images")
        >>> recipe.model, recipe.validation, recipe.fold_seed
        ('hybrid1', False, 10)
    """
    if name in PRETRAINED_BY:
        raise ValueError(
            f"{name} was trained on several data sets at once, and not in folds: "
            f"`{PRETRAINED_BY[name]}` trains it again"
        )
    if name not in PRESETS:
        raise UnknownNameError(unknown("preset", name, PRESETS))
    return Recipe(name.partition(".")[0], fold_seed=FOLD_SEEDS[0], **PRESETS[name])


def publish_preset(
    folds: Sequence[Run],
    final: Run,
    tag: str,
    data: Mapping[str, str] | None = None,
    root: Path = SHIPPED,
) -> Path:
    """Writes ``<root>/<model>.<tag>/``: the final fit's weights with the folds' figures.

    The final fit has seen every record, so it has no figures of its own. Those in ``preset.json``
    are of the folds' pooled out-of-fold predictions, of models trained by the same recipe on fewer
    records, with intervals by bootstrap of groups. Of several cross-validations the figures are
    means, with those of each. Temperature and thresholds are fitted to the same predictions.

    Args:
        folds: all folds of a cross-validation; or of several, whose recipes differ in the fold seed
            alone.
        final: the run of the same recipe with ``final=True``.
        tag: what ``build(..., weights=tag)`` will call it.
        data: name, licence and citation of the records; by default those of the recipe's data set.
        root: where it is written; by default in the package.

    Returns:
        The folder.

    Raises:
        RunError: if a run has not finished, a fold is missing, the recipes or the records differ,
            the protocol leaks, or the folder is there already. Nothing is written then.
        PresetError: if a file of the final run is damaged.
        ValueError: if the tag is no plain name, or a class has no records.
    """
    if not tag.isidentifier():
        raise ValueError(f"expected a tag of letters, digits and underscores; got {tag!r}")
    recipe = _check_recipes(folds, final)
    preset = final.preset()
    folder = Path(root) / f"{preset.model}.{tag}"
    if folder.exists():
        raise RunError(f"{folder} is there already; choose another tag, or remove it first")
    repeated = RepeatedAnswers.of(folds)
    found = fitted(repeated)
    preset = replace(
        preset,
        metrics=out_of_fold_metrics(repeated, recipe) | {"calibration": found.calibration},
        data=dict(data or source_of(recipe.dataset)),
        temperature=found.temperature,
        thresholds=found.thresholds,
    )
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)  # what a killed run left
    draft.mkdir(parents=True)
    shutil.copyfile(final.folder / WEIGHTS, draft / WEIGHTS)
    write_json(draft / DESCRIPTION, preset.to_dict())
    draft.rename(folder)
    return folder


def _check_recipes(folds: Sequence[Run], final: Run) -> Recipe:
    """The recipe that all follow, each in its fold, and each cross-validation with its seed."""
    recipe = final.recipe()
    if not recipe.final:
        raise RunError(f"{final.folder} is no final fit; `ecgzoo train --final` makes one")
    for run in folds:
        if replace(run.recipe(), fold=0, final=True, fold_seed=recipe.fold_seed) != recipe:
            raise RunError(f"{run.folder} and {final.folder} are of different recipes")
    by_seed: dict[int, list[int]] = {run.recipe().fold_seed: [] for run in folds}
    for run in folds:
        by_seed[run.recipe().fold_seed].append(run.recipe().fold)
    for seed, there in (by_seed or {recipe.fold_seed: []}).items():
        if sorted(there) != list(range(recipe.folds)):
            raise RunError(
                f"expected each of {recipe.folds} folds once; got folds {sorted(there)} of fold "
                f"seed {seed}"
            )
    _check_same_data([*folds, final])
    return recipe


def _check_same_data(runs: Sequence[Run]) -> None:
    """Checks that no table was edited between the runs, as far as they noted a digest of it."""
    noted = {run.folder: run.preset().training.get(DIGEST) for run in runs}
    told = {folder: one for folder, one in noted.items() if one}
    for folder, one in told.items():
        if one != next(iter(told.values())):
            raise RunError(
                f"{next(iter(told))} and {folder} are of different records, labels or groups; "
                "remove what is older and train it again"
            )
