"""Two ways to train on few labelled records: from pretrained weights, and from scratch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from ecgzoo.artifact.preset import Preset
from ecgzoo.models.build import build
from ecgzoo.models.in_batches import in_batches
from ecgzoo.models.weights import load_preset
from ecgzoo.training.checkpoint import SMOOTHING
from ecgzoo.training.finetuning.settings import FineTuning
from ecgzoo.training.finetuning.start import start
from ecgzoo.training.finetuning.tuner import Tuner
from ecgzoo.training.fit import fit
from ecgzoo.training.recipe import Recipe
from tf_data import SignalDataset


@dataclass(frozen=True, eq=False)
class Trained:
    """A way's answers for the test part.

    Attributes:
        answers: probabilities ``[n, classes]``.
        loss: validation loss of the epoch that was kept; NaN where nothing was held out.
        epoch: the one whose weights were kept, from 1 on.
        epochs: how many were trained.
    """

    answers: np.ndarray
    loss: float
    epoch: int
    epochs: int


def cut(data: SignalDataset, labelled: int, seed: int) -> tuple[SignalDataset, SignalDataset]:
    """Draws records, patient by patient; the other part has none of these patients.

    Raises:
        ValueError: if that leaves no other patient.
    """
    rng = np.random.default_rng(seed)
    patients, patient = np.unique(data.groups, return_inverse=True)
    order = np.argsort(rng.permutation(len(patients))[patient], kind="stable")
    rows = order[:labelled]
    others = np.flatnonzero(~np.isin(patient, patient[rows]))
    if not len(others):
        raise ValueError(f"expected fewer than {len(data)} labelled records; got {labelled}")
    return data.take(rows), data.take(others)


def finetuned(
    labelled: SignalDataset, test: SignalDataset, preset: Preset, weights: Path | None, seed: int
) -> Trained:
    """All phases of ``ecgzoo.finetune`` with its defaults, on all labelled records.

    Args:
        labelled: trains.
        test: is answered for.
        preset: what is tuned.
        weights: its folder; None for new weights, a control: the schedule without what the preset
            has learnt.
        seed: of all that is drawn.
    """
    keras.utils.set_random_seed(seed)
    core = (
        start(preset.model, weights, labelled.classes).core if weights else _new(preset, labelled)
    )
    tuner = Tuner(core, labelled, FineTuning(seed=seed))
    tuner.adapt()
    tuner.fit_head()
    tuner.fit_body()
    epochs = len(tuner.history.logs)
    return Trained(tuner.predict(test.signals), float("nan"), epochs, epochs)


def from_scratch(
    labelled: SignalDataset, test: SignalDataset, recipe: Recipe, folder: Path
) -> Trained:
    """What ``ecgzoo train`` does, in ``folder``; a run that is there already is taken.

    Args:
        labelled: trains, but for what the recipe holds out for validation.
        test: is answered for.
        recipe: a final one, which has no test part of its own.
        folder: the run's.
    """
    run = fit(recipe, folder, labelled, verbose=0)
    epoch, epochs, loss = _kept(json.loads(run.history_file.read_text("utf-8")))
    model, _ = load_preset(folder)
    answers = in_batches(lambda signals: model(signals, training=False), test.signals)
    return Trained(answers, loss, epoch, epochs)


def _new(preset: Preset, data: SignalDataset) -> keras.Model:
    """The preset's architecture for these classes, as it is before training."""
    classes = len(data.classes)
    return build(preset.model, data.spec, classes, inputs="domains", **preset.options)


def _kept(history: list[dict[str, float]]) -> tuple[int, int, float]:
    """The epoch whose weights were kept, how many there were, and the validation loss."""
    if "val_loss" not in history[-1]:
        return len(history), len(history), float("nan")
    losses = [epoch["val_loss"] for epoch in history]
    # as early stopping smooths them
    smoothed = [np.mean(losses[max(0, i + 1 - SMOOTHING) : i + 1]) for i in range(len(losses))]
    best = int(np.argmin(smoothed))
    return best + 1, len(history), float(smoothed[best])
