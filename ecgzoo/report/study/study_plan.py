"""The study: which data sets, models and repetitions, and by which recipe each is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown
from ecgzoo.training.cross_validation import recipes
from ecgzoo.training.recipe import Recipe
from tf_data.mit_bih.beat_context import CHANGE, RHYTHM

MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
FIRST_SEED = 10  # of folds: designs are chosen on 0 to 2

# What differs from Recipe's defaults, by data set. Sets of many windows need fewer epochs. Records
# of PTB-XL are cut into windows of 2.5 s, whose answers are averaged, a choice made on fold seed 0.
SETS: Mapping[str, Mapping[str, Any]] = {
    "ecg_images": {},
    "ptb_xl": {"loading": {"labels": "superclass", "seconds": 2.5}, "epochs": 20},
    "cinc2017": {"epochs": 10, "patience": 5},
    "mit_bih": {
        # A patient's own form of beat, which MLII shows, is learned by heart: on DS1 the average
        # precision of S was .43 with it and .54 without.
        "loading": {"leads": (*CHANGE, *RHYTHM), "rate": 180},
        "protocol": "official",
        "oversampling": "square_root",  # eight beats of Q beside 45,000 of N
        "augmentation": False,  # of 50,000 beats, whose scalograms are kept in memory
        "epochs": 4,
        "patience": 4,
    },
    "heart_sounds": {},
}


def base_recipe(dataset: str, **choices: Any) -> Recipe:
    """The recipe of a data set's study, for its first fold and repetition.

    Args:
        dataset: a name of ``SETS``.
        **choices: fields that are to be others.

    Raises:
        UnknownNameError: if the study has no such data set, with the nearest names.

    Example:
        >>> base_recipe("ptb_xl").run_name
        'ptb_xl,labels=superclass,seconds=2.5-grouped-seed10/cnn1d/fold0'
    """
    if dataset not in SETS:
        raise UnknownNameError(unknown("data set of the study", dataset, SETS))
    own = {"dataset": dataset, "fold_seed": FIRST_SEED, **SETS[dataset]}
    return Recipe(MODELS[0], **{**own, **choices})


def repeated(base: Recipe, repetitions: int) -> list[Recipe]:
    """The recipe with other folds and other weights, once per repetition.

    Example:
        >>> [(one.fold_seed, one.seed) for one in repeated(base_recipe("ptb_xl"), 3)]
        [(10, 0), (11, 1), (12, 2)]
    """
    return [
        replace(base, fold_seed=base.fold_seed + number, seed=base.seed + number)
        for number in range(repetitions)
    ]


def plan(base: Recipe, repetitions: int, models: Sequence[str] = MODELS) -> list[Recipe]:
    """All that has to be trained for a data set."""
    return [one for each in repeated(base, repetitions) for one in recipes(each, models)]
