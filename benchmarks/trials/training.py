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


class Training:
    """Steps of one fit, and epochs of all.

    Args:
        trial: the recipe.
        loss: of the network.
        signals: of all records, ``[n, samples, leads]``.
        labels: of all records, ``[n]``.
        validation: rows of each fit's validation part and which are no filling, ``[fits, rows]``.
    """

    def __init__(
        self,
        trial: Trial,
        loss: Loss,
        signals: Array,
        labels: Array,
        validation: tuple[Array, Array],
    ) -> None:
        self.trial, self.loss, self.network = trial, loss, loss.network
        self.signals, self.labels, self.validation = signals, labels, validation

    def run(
        self, weights: Array, state: list[Array], keys: Array, chances: Array, targets: Array
    ) -> tuple[Progress, Best]:
        """All epochs of all fits; every argument has the fits as its first axis."""
        heads = jnp.zeros((len(weights), self.loss.heads))
        weights = jnp.concatenate([weights, heads], 1)
        progress = Progress(weights, state, no_moments(weights), weights, state)
        best = nothing_yet(weights, state)
        epoch = jax.jit(self._epoch)
        for number in range(self.trial.epochs):
            progress, best = epoch(progress, best, number, keys, chances, targets)
        return progress, best

    def _epoch(
        self,
        progress: Progress,
        best: Best,
        number: Array,
        keys: Array,
        chances: Array,
        targets: Array,
    ) -> tuple[Progress, Best]:
        def one(
            progress: Progress,
            best: Best,
            key: Array,
            chances: Array,
            targets: Array,
            rows: Array,
            real: Array,
        ) -> tuple[Progress, Best]:
            def step(progress: Progress, place: Array) -> tuple[Progress, None]:
                at = number * self.trial.steps + place
                own = jax.random.fold_in(key, at)
                return self._step(progress, at, own, chances, targets), None

            progress, _ = jax.lax.scan(step, progress, jnp.arange(self.trial.steps))
            if self.trial.select == "best":
                probabilities = self.loss.answers(
                    progress.weights, progress.state, self.network.domains(self.signals[rows])
                )
                best = kept(best, probabilities, self.labels[rows], real, *progress[:2])
            return progress, best

        return jax.vmap(one)(progress, best, keys, chances, targets, *self.validation)

    def _step(
        self, progress: Progress, number: Array, key: Array, chances: Array, targets: Array
    ) -> Progress:
        trial = self.trial
        keys = jax.random.split(key, 4)
        rows = jax.random.categorical(keys[0], chances, shape=(trial.batch,))
        domains = self.network.domains(augmented(trial, keys[1], self.signals[rows]))
        wanted = targets[rows]
        if trial.mixup:
            domains, wanted = _mixed(trial, keys[2], domains, wanted)
        gradient, state = jax.grad(self.loss, has_aux=True)(
            progress.weights, progress.state, domains, wanted
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
