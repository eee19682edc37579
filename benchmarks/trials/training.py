"""Training: one step, and one epoch of all fits side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from trials.adamw import Moments, cosine, no_moments, stepped
from trials.augmenting import augmented
from trials.best_epoch import Best, kept, nothing_yet
from trials.loss import Loss
from trials.trial import Trial


class Progress(NamedTuple):
    """Where training stands.

    Attributes:
        weights: of the model and its auxiliary heads, flat.
        state: of the model.
        moments: of AdamW.
        average: moving average (EMA) of the weights.
        average_state: likewise of the state; its seeds are the last ones.
    """

    weights: Array
    state: list[Array]
    moments: Moments
    average: Array
    average_state: list[Array]


class Fit(NamedTuple):
    """What one fit draws from; of all fits, each has one axis more, the first.

    Attributes:
        key: of its random numbers.
        chances: of each record to be drawn, as logarithms, ``[n]``.
        targets: of each record, ``[n, classes]``.
        rows: of its validation part, filled up to one length.
        real: 1 for each of these rows that is no filling.
    """

    key: Array
    chances: Array
    targets: Array
    rows: Array
    real: Array


class Training:
    """Steps of one fit, and epochs of all.

    Args:
        trial: the recipe.
        loss: of the network.
        signals: of all records, ``[n, samples, leads]``.
        labels: of all records, ``[n]``.
    """

    def __init__(self, trial: Trial, loss: Loss, signals: Array, labels: Array) -> None:
        self.trial, self.loss, self.network = trial, loss, loss.network
        self.signals, self.labels = signals, labels

    def run(self, weights: Array, state: list[Array], fits: Fit) -> tuple[Progress, Best]:
        """All epochs of all fits; every array has the fits as its first axis."""
        heads = jnp.zeros((len(weights), self.loss.heads))
        weights = jnp.concatenate([weights, heads], 1)
        progress = Progress(weights, state, no_moments(weights), weights, state)
        best = nothing_yet(weights, state)
        epoch = jax.jit(jax.vmap(self._epoch, in_axes=(0, 0, None, 0)))
        for number in range(self.trial.epochs):
            progress, best = epoch(progress, best, number, fits)
        return progress, best

    def _epoch(
        self, progress: Progress, best: Best, number: Array, fit: Fit
    ) -> tuple[Progress, Best]:
        def step(progress: Progress, place: Array) -> tuple[Progress, None]:
            return self._step(progress, number * self.trial.steps + place, fit), None

        progress, _ = jax.lax.scan(step, progress, jnp.arange(self.trial.steps))
        if self.trial.select == "best":
            domains = self.network.domains(self.signals[fit.rows])
            answers = self.loss.answers(progress.weights, progress.state, domains)
            best = kept(best, answers, self.labels[fit.rows], fit.real, *progress[:2])
        return progress, best

    def _step(self, progress: Progress, number: Array, fit: Fit) -> Progress:
        trial = self.trial
        keys = jax.random.split(jax.random.fold_in(fit.key, number), 4)
        rows = jax.random.categorical(keys[0], fit.chances, shape=(trial.batch,))
        domains = self.network.domains(augmented(trial, keys[1], self.signals[rows]))
        targets = fit.targets[rows]
        if trial.mixup:
            domains, targets = _mixed(trial, keys[2], domains, targets)
        gradient, state = jax.grad(self.loss, has_aux=True)(
            progress.weights, progress.state, domains, targets
        )
        rate = cosine(trial.learning_rate, number, trial.epochs * trial.steps)
        weights, moments = stepped(
            gradient, progress.weights, progress.moments, number, rate, trial.weight_decay
        )
        # A young average forgets faster, or the start would stay in it for long.
        decay = jnp.minimum(trial.averaging, (1.0 + number) / (10.0 + number))
        average_state = [
            new if seed else decay * old + (1 - decay) * new
            for old, new, seed in zip(
                progress.average_state, state, self.network.of_seeds, strict=True
            )
        ]
        average = decay * progress.average + (1 - decay) * weights
        return Progress(weights, state, moments, average, average_state)


def _mixed(
    trial: Trial, key: Array, domains: Mapping[str, Array], targets: Array
) -> tuple[Mapping[str, Array], Array]:
    """Each record with another of the batch (Zhang et al. 2018, mixup, arXiv 1710.09412)."""
    share = jax.random.beta(key, trial.mixup, trial.mixup, (trial.batch,))
    share = jnp.maximum(share, 1 - share)

    def mix(values: Array) -> Array:
        own = share.reshape(-1, *[1] * (values.ndim - 1))
        return own * values + (1 - own) * values[::-1]

    return jax.tree.map(mix, domains), mix(targets)
