"""train: a model from scratch on records in memory, tested on a part of them or on another set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import keras

from ecgzoo.errors import DataError, UnknownNameError
from ecgzoo.registry import unknown
from ecgzoo.training.fit import fit
from ecgzoo.training.provenance import digest_with_groups
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from ecgzoo.training.tested_part import divided
from tf_data import MEMORY, SignalDataset

RUNS = Path("runs")


def train(
    model: str,
    data: SignalDataset,
    test: float | SignalDataset | str | None = 0.2,
    *,
    recipe: Recipe | None = None,
    folder: str | Path | None = None,
    verbose: str | int = "auto",
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **choices: Any,
) -> Run:
    """Trains a registered model from scratch; killed and called again, it goes on where it was.

    Args:
        model: a name of :func:`ecgzoo.list_models`.
        data: records, as ``tf_data.load`` and :func:`ecgzoo.read_records` give them.
        test: what the figures are measured on: a share of the records, cut out between patients;
            another data set of the same spec, whose classes are among theirs; ``"split"``, the
            test part that the records' own split has; or None, to train on all there is. A
            validation part of their own goes on being one beside another data set.
        recipe: every other choice; by default ``Recipe(model)``. What is tested on is none.
        folder: the run's folder; by default below ``runs``, with the digest of the records.
        verbose: as in Keras' ``fit``.
        callbacks: of Keras, for the epochs of the model itself, not of inner folds; of a run that
            goes on, for those that are left.
        **choices: fields of the recipe, such as ``epochs=10`` or ``seed=1``.

    Returns:
        The finished run: ``run.metrics()``, ``run.predictions()``, ``run.folder``, which
        :func:`ecgzoo.load`, :func:`ecgzoo.evaluate` and :func:`ecgzoo.export` take.

    Raises:
        UnknownNameError: if there is no such model, or no such choice.
        DataError: if there are no records, or protocol, fold, folds or final are chosen otherwise
            than ``test`` says.
        ValueError: if the records have no split of their own, the share lies outside 0 to 0.5, the
            test set is of other signals or classes, or a class has too few patients.
        RunError: if the folder holds a run of another recipe or of other records.

    Warns:
        DataWarning: if records that have a split of their own are not parted by it, or no number of
            equal parts makes the share.

    Example:
        >>> import tempfile
        >>> from tf_data import load
        >>> some = load("ecg_images").take(range(60))
        >>> run = train("cnn1d", some, folder=tempfile.mkdtemp() + "/run", epochs=1, verbose=0)
        >>> run.metrics()["n"]
        12
    """
    _check_given(data, choices)
    records, decided = divided(data, test)
    _check_undecided(recipe, choices, decided, test)
    begun = replace(recipe or Recipe(model), model=model, dataset=MEMORY, **decided)
    chosen = replace(begun, **(choices | decided))
    chosen = replace(chosen, loading={"digest": digest_with_groups(records)})
    place = RUNS / chosen.run_name if folder is None else Path(folder)
    return fit(chosen, place, records, verbose, callbacks=callbacks)


def _check_given(data: SignalDataset, choices: Mapping[str, Any]) -> None:
    """Checks that there are records, and that every choice is a field of a recipe."""
    if not isinstance(data, SignalDataset):
        shown = f" {data!r}" if isinstance(data, str | Path) else ""
        raise DataError(
            f"expected records in memory; got {type(data).__name__}{shown}. Read files first: "
            "ecgzoo.read_records(folder, labels)"
        )
    known = [one.name for one in fields(Recipe) if one.name not in ("model", "dataset", "loading")]
    for name in choices:
        if name not in known:
            raise UnknownNameError(unknown("choice", name, known))


def _check_undecided(
    recipe: Recipe | None, choices: Mapping[str, Any], decided: Mapping[str, Any], test: Any
) -> None:
    """Checks that nobody asks for another test part than ``test`` says."""
    asked = {name: choices[name] for name in decided if name in choices}
    for one in fields(Recipe):
        if recipe and one.name in decided and getattr(recipe, one.name) != one.default:
            asked.setdefault(one.name, getattr(recipe, one.name))
    for name, wanted in asked.items():
        if wanted != decided[name]:
            shown = "another data set" if isinstance(test, SignalDataset) else repr(test)
            raise DataError(
                f"expected {name}={decided[name]!r}, as test= ({shown}) decides; got {wanted!r}. "
                "Leave it out: fold_seed= draws another part, and "
                "ecgzoo.training.cross_validate runs several folds"
            )
