"""The recipes of the shipped presets: what `ecgzoo make-preset` follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown
from ecgzoo.training.recipe import Recipe

FOLD_SEEDS = (10, 11, 12, 13, 14)
"""On these a frozen recipe is confirmed, once; recipes were chosen on 0 to 2."""

# No record is held out to choose the epoch by: 30 epochs suit all, and every record teaches.
COMMON: Mapping[str, Any] = {"validation": False}
SEVERAL_DOMAINS: Mapping[str, Any] = {"domain_dropout": 0.2}
# Ten seconds in which the page's columns must still follow each other: hardly any shift.
RHYTHM: Mapping[str, Any] = {
    "changes": {"shift": 0.05, "stretch": 0.1, "common_gain": 0.1, "cutout": 0.3}
}

# By preset, what differs from Recipe's defaults: the five models of arXiv 2508.00963, the best
# fusion of each category of arXiv 2404.15022 (docs/fusion.md; hybrid2 itself is the single-level
# one), and the best model of all. docs/experiments.md tells how they were chosen.
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
}


def preset_recipe(name: str) -> Recipe:
    """The recipe of a shipped preset, for its first fold.

    Args:
        name: ``<model>.<tag>``.

    Raises:
        UnknownNameError: if no preset bears the name; the message suggests the nearest.

    Example:
        >>> recipe = preset_recipe("hybrid1.ecg_images")
        >>> recipe.model, recipe.validation, recipe.fold_seed
        ('hybrid1', False, 10)
    """
    if name not in PRESETS:
        raise UnknownNameError(unknown("preset", name, PRESETS))
    return Recipe(name.partition(".")[0], fold_seed=FOLD_SEEDS[0], **PRESETS[name])
