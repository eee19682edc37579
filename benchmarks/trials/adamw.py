"""AdamW and its learning rate, on one flat vector of weights.

Source: Loshchilov and Hutter (2019), Decoupled Weight Decay Regularization, ICLR.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

FIRST, SECOND = 0.9, 0.999  # decays of the two moments
EPSILON = 1e-7


class Moments(NamedTuple):
    """Running means of the gradient and of its square, shaped as the weights."""

    first: Array
    second: Array


def no_moments(weights: Array) -> Moments:
    """Those at the start."""
    return Moments(jnp.zeros_like(weights), jnp.zeros_like(weights))


def stepped(
    gradient: Array, weights: Array, moments: Moments, number: Array, rate: Array, decay: float
) -> tuple[Array, Moments]:
    """Weights and moments after one step.

    Args:
        gradient: of the loss.
        weights: before.
        moments: before.
        number: of the step, from 0.
        rate: of learning.
        decay: of the weights.
    """
    first = moments.first + (gradient - moments.first) * 0.1
    second = moments.second + (gradient * gradient - moments.second) * 0.001
    steps = number + 1.0
    scale = jnp.sqrt(second / (1 - SECOND**steps)) + EPSILON
    weights = weights - decay * rate * weights - rate * (first / (1 - FIRST**steps)) / scale
    return weights, Moments(first, second)


def cosine(rate: float, number: Array, steps: int) -> Array:
    """The learning rate at a step: half a cosine, from ``rate`` to zero."""
    return rate * 0.5 * (1 + jnp.cos(np.pi * number / steps))
