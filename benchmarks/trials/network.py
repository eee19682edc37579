"""A core as functions of one flat vector of weights, so that many of them train side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import keras
from jax import Array
from jax.flatten_util import ravel_pytree

from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import make_core
from ecgzoo.models.front import front_of, with_front
from ecgzoo.pages.layout import PAGE_SPEC
from trials.parts import register_parts
from trials.trial import Trial

SEEDS = 2**30


class Network:
    """A Keras model from domains to its outputs, and the front that computes the domains.

    A model has weights, which are trained, and a state, which is not: the averages of its batch
    normalisations, and the seeds of its dropout. The state is a list of arrays.

    Args:
        model: from domains to outputs.
        front: from the signal to domains; without weights.
    """

    def __init__(self, model: keras.Model, front: keras.Model) -> None:
        self.model, self.front = model, front
        self._weights = [variable.value for variable in model.trainable_variables]
        self._state = [variable.value for variable in model.non_trainable_variables]
        self.flat, self.unravel = ravel_pytree(self._weights)
        self._front_state = [variable.value for variable in front.non_trainable_variables]

    @property
    def size(self) -> int:
        """How many weights there are."""
        return int(self.flat.size)

    @property
    def of_seeds(self) -> list[bool]:
        """Whether each array of the state is a seed, and not an average."""
        return [
            jnp.issubdtype(value.dtype, jnp.integer) or "seed" in variable.path
            for value, variable in zip(self._state, self.model.non_trainable_variables, strict=True)
        ]

    def started(self, key: Array) -> tuple[Array, list[Array]]:
        """Weights and state at the start: Keras' own matrices, each with its values shuffled."""
        keys = jax.random.split(key, len(self._weights) + len(self._state))
        weights = [
            jax.random.permutation(one, value.reshape(-1)).reshape(value.shape)
            if value.ndim > 1
            else value
            for one, value in zip(keys[: len(self._weights)], self._weights, strict=True)
        ]
        state = [
            jax.random.randint(one, value.shape, 0, SEEDS).astype(value.dtype) if seed else value
            for one, value, seed in zip(
                keys[len(self._weights) :], self._state, self.of_seeds, strict=True
            )
        ]
        return ravel_pytree(weights)[0], state

    def domains(self, signals: Array) -> Mapping[str, Array]:
        """What the model reads, of signals ``[batch, samples, leads]``."""
        found: Mapping[str, Array] = self.front.stateless_call([], self._front_state, signals)[0]
        return found

    def trained(
        self, weights: Array, state: list[Array], domains: Mapping[str, Array]
    ) -> tuple[Any, list[Array], Any]:
        """Outputs in training, with dropout, the new state, and the regularisers' loss."""
        outputs, state, losses = self.model.stateless_call(
            self.unravel(weights), state, domains, training=True, return_losses=True
        )
        return outputs, state, sum(losses, 0.0)

    def answered(self, weights: Array, state: list[Array], domains: Mapping[str, Array]) -> Any:
        """Outputs in inference."""
        return self.model.stateless_call(self.unravel(weights), state, domains, training=False)[0]


def core_and_front(trial: Trial, classes: int) -> tuple[keras.Model, keras.Model]:
    """The trial's core, from domains to probabilities, and the front that feeds it."""
    register_parts()
    core = make_core(
        PAGE_SPEC,
        Classifier(classes, dropout=trial.dropout),
        trial.domains,
        trial.fusion,
        dict(trial.encoders),
        domain_dropout=trial.domain_dropout,
    )
    return core, front_of(with_front(core, PAGE_SPEC))
