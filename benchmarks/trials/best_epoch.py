"""The epoch that is best on the validation part, by a loss that is smoothed over five epochs."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from trials.loss import LEAST

SMOOTHED = 5


class Best(NamedTuple):
    """The best epoch so far.

    Attributes:
        loss: its smoothed validation loss.
        recent: losses of the last epochs; NaN where there were none.
        weights: of that epoch.
        state: of that epoch.
    """

    loss: Array
    recent: Array
    weights: Array
    state: list[Array]


def nothing_yet(weights: Array, state: list[Array]) -> Best:
    """Before the first epoch, of weights ``[fits, size]``."""
    fits = len(weights)
    return Best(jnp.full((fits,), jnp.inf), jnp.full((fits, SMOOTHED), jnp.nan), weights, state)


def kept(
    best: Best,
    probabilities: Array,
    labels: Array,
    real: Array,
    weights: Array,
    state: list[Array],
) -> Best:
    """The better of the best epoch and this one; of one fit."""
    classes = probabilities.shape[-1]
    right = (probabilities * jnp.eye(classes)[labels]).sum(-1)
    loss = -(jnp.log(jnp.clip(right, LEAST, 1)) * real).sum() / real.sum()
    recent = jnp.concatenate([best.recent[1:], loss[None]])
    smoothed = jnp.nanmean(recent)
    better = smoothed < best.loss
    return Best(
        jnp.where(better, smoothed, best.loss),
        recent,
        jnp.where(better, weights, best.weights),
        [jnp.where(better, new, old) for new, old in zip(state, best.state, strict=True)],
    )
