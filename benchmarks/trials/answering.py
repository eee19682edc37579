"""Answers of all fits for all records, in pieces, so that memory stays small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from trials.loss import Loss

PIECE = 64  # records at once
SHIFTS = (-32, -16, 16, 32)  # samples, of the averaged answers


class Answering:
    """Answers for the same signals by any weights.

    Args:
        loss: of the network.
        signals: ``[n, samples, leads]``.
    """

    def __init__(self, loss: Loss, signals: Array) -> None:
        self.loss, self.signals = loss, signals
        self._all = jax.jit(self._answers)

    def __call__(self, weights: Array, state: list[Array], shift: int = 0) -> np.ndarray:
        """Probabilities ``[fits, n, classes]``.

        Args:
            weights: ``[fits, size]``.
            state: likewise.
            shift: samples that the signals are moved by; the ends are repeated.
        """
        samples = self.signals.shape[1]
        places = jnp.clip(jnp.arange(samples) + shift, 0, samples - 1)
        return np.asarray(self._all(weights, state, self.signals[:, places]))

    def over_shifts(self, weights: Array, state: list[Array]) -> np.ndarray:
        """The mean over five places of the signals, test-time augmentation."""
        moved = [self(weights, state, shift) for shift in SHIFTS]
        found: np.ndarray = (self(weights, state) + sum(moved)) / (1 + len(SHIFTS))
        return found

    def _answers(self, weights: Array, state: list[Array], signals: Array) -> Array:
        count = len(signals)
        domains = _in_pieces(self.loss.network.domains, signals, count)

        def one(weights: Array, state: list[Array]) -> Array:
            return _in_pieces(
                lambda piece: self.loss.answers(weights, state, piece), domains, count
            )

        return jax.vmap(one)(weights, state)


def _in_pieces(function: Callable[[Any], Any], rows: Any, count: int) -> Any:
    """A function of ``count`` rows, piece by piece; the last is filled up with the first rows."""
    lacking = -count % PIECE
    pieces = jax.tree.map(
        lambda one: jnp.concatenate([one, one[:lacking]]).reshape(-1, PIECE, *one.shape[1:]), rows
    )
    found = jax.lax.map(function, pieces)
    return jax.tree.map(lambda one: one.reshape(-1, *one.shape[2:])[:count], found)
