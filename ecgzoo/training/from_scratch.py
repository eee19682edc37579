"""train: a model from scratch on records in memory, tested on a part of them or on another set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.training.fit import fit
from ecgzoo.training.own_split import BY_TEST, checked_parts, tell_unused
from ecgzoo.training.provenance import digest_with_groups
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
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
            another data set of the same spec and classes; ``"split"``, the test part that the
            records' own split has; or None, to train on all there is.
        recipe: every other choice; by default ``Recipe(model)``.
        folder: the run's folder; by default below ``runs``, with the digest of the records.
        verbose: as in Keras' ``fit``.
        callbacks: of Keras, for the epochs of the model itself, not of inner folds; of a run that
            goes on, for those that are left.
        **choices: fields of the recipe, such as ``epochs=10`` or ``seed=1``.

    Returns:
        The finished run: ``run.metrics()``, ``run.predictions()``, ``run.folder``, which
        :func:`ecgzoo.load`, :func:`ecgzoo.evaluate` and :func:`ecgzoo.export` take.

    Raises:
        UnknownNameError: if there is no such model.
        ValueError: if the records have no split of their own, the share lies outside 0 to 0.5, the
            test set is of other signals or classes, or a class has too few patients.
        RunError: if the folder holds a run of another recipe or of other records.

    Warns:
        DataWarning: if a share is cut out of records that have a split of their own.

    Example:
        >>> import tempfile
        >>> from tf_data import load
        >>> some = load("ecg_images").take(range(60))
        >>> run = train("cnn1d", some, folder=tempfile.mkdtemp() + "/run", epochs=1, verbose=0)
        >>> run.metrics()["n"]
        12
    """
    chosen = replace(recipe or Recipe(model), model=model, dataset=MEMORY, **choices)
    records = data
    if test is None:
        chosen = replace(chosen, protocol="grouped", fold=0, final=True)
    elif isinstance(test, SignalDataset):
        records = joined(data, test)
        chosen = replace(chosen, protocol="official", fold=0)
    elif isinstance(test, str):
        checked_parts(test, data)
        chosen = replace(chosen, protocol="official", fold=0)
    else:
        tell_unused(data, BY_TEST)
        chosen = replace(chosen, protocol="grouped", fold=0, folds=folds_of(test))
    chosen = replace(chosen, loading={"digest": digest_with_groups(records)})
    place = RUNS / chosen.run_name if folder is None else Path(folder)
    return fit(chosen, place, records, verbose, callbacks=callbacks)


def folds_of(share: float) -> int:
    """As many folds as make the test part that share of the records.

    Raises:
        ValueError: if the share lies outside 0 to 0.5.

    Example:
        >>> folds_of(0.2)
        5
    """
    if not 0 < share <= 0.5:
        raise ValueError(f"expected a share for testing above 0 and up to 0.5; got {share}")
    return round(1 / share)


def joined(train_set: SignalDataset, test_set: SignalDataset) -> SignalDataset:
    """Two sets as one, whose published parts they are.

    Raises:
        ValueError: if they are of other signals or classes.
    """
    for what in ("spec", "classes", "multi_label"):
        ours, theirs = getattr(train_set, what), getattr(test_set, what)
        if ours != theirs:
            raise ValueError(f"expected a test set of the {what} {ours}; got {theirs}")
    columns = ("signals", "labels", "groups", "hashes", "names")
    both: dict[str, Any] = {
        name: np.concatenate([getattr(train_set, name), getattr(test_set, name)])
        for name in columns
    }
    parts = np.repeat(["train", "test"], [len(train_set), len(test_set)])
    return replace(train_set, **both, parts=parts)
