"""A trial from start to end: its fits are started, trained, and answer for all records."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from trials.answering import Answering
from trials.convolution import use_matrix_products
from trials.drawing import Taught, chances, targets, validation
from trials.loss import Loss
from trials.network import Network, core_and_front
from trials.pretraining import Pretraining
from trials.records import Records
from trials.training import Fit, Training
from trials.trial import Trial


def run_plan(plan: Iterable[Trial], records: Records, folder: Path) -> None:
    """Runs trials one after another, and writes each one's answers to ``<name>.npz``.

    Prints a line of JSON for each that finished.
    """
    use_matrix_products()
    taught: dict[str, Taught] = {}
    for trial in plan:
        begun = time.time()
        answers = run_trial(trial, records, taught)
        taught[trial.name] = Taught(trial.fits, answers["ema"])
        write_answers(folder / f"{trial.name}.npz", trial, answers)
        line = {"trial": trial.name, "fits": len(trial.fits), "seconds": time.time() - begun}
        print(json.dumps(line), flush=True)


def write_answers(path: Path, trial: Trial, answers: Mapping[str, np.ndarray]) -> None:
    """Writes a trial, its fits, and each kind of answer in half precision."""
    arrays: dict[str, Any] = {kind: one.astype(np.float16) for kind, one in answers.items()}
    told = json.dumps(asdict(trial))
    np.savez_compressed(path, trial=told, fits=np.array(trial.fits), **arrays)


def run_trial(trial: Trial, records: Records, taught: dict[str, Taught]) -> dict[str, np.ndarray]:
    """Probabilities of all fits for all records, ``[fits, n, classes]``, of each kind of answer.

    The kinds are ``last``, the weights as training left them; ``ema``, their moving average;
    ``ema_tta``, that over five shifts of the signals; and with validation ``best``.

    Args:
        trial: what is run.
        records: on which.
        taught: answers of the trials before, by name.
    """
    keras.utils.set_random_seed(0)
    core, front = core_and_front(trial, records.classes)
    loss = _loss(trial, core, front, records.classes)
    keys = jnp.stack(
        [
            jax.random.key(1000 * fold_seed + 10 * fold + 100_000 * seed)
            for fold_seed, fold, seed in trial.fits
        ]
    )
    weights, state = jax.vmap(loss.network.started)(keys)
    if trial.pretraining:
        pretraining = Pretraining(trial, core, loss.network, records)
        weights, state = pretraining.run(weights, state, keys)
    signals, labels = jnp.asarray(records.signals), jnp.asarray(records.labels)
    drawn = (chances(trial, records), targets(trial, records, taught), *validation(trial, records))
    fits = Fit(keys, *map(jnp.asarray, drawn))
    progress, best = Training(trial, loss, signals, labels).run(weights, state, fits)
    answering = Answering(loss, signals)
    average = progress.average, progress.average_state
    answers = {"last": answering(progress.weights, progress.state), "ema": answering(*average)}
    if trial.select == "best":
        answers["best"] = answering(best.weights, best.state)
    return answers | {"ema_tta": answering.over_shifts(*average)}


def _loss(trial: Trial, core: keras.Model, front: keras.Model, classes: int) -> Loss:
    """Of a network that with auxiliary losses also gives each encoder's vector."""
    if not trial.auxiliary:
        return Loss(trial, Network(core, front), classes, [])
    vectors = [one.vector for one in core.insides.features.values()]
    model = keras.Model(core.input, [core.output, *vectors])
    widths = [vector.shape[-1] for vector in vectors]
    return Loss(trial, Network(model, front), classes, widths)
