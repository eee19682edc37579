"""Pretraining of the body on PTB-XL, laid out as pages; each fit has its own.

Contrast is SimCLR's: two augmented views of a record are to resemble each other more than those of
any other record (Chen et al. 2020, arXiv 2002.05709).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import Array
from jax.flatten_util import ravel_pytree

from ecgzoo.models.head import body_of
from trials.adamw import cosine, no_moments, stepped
from trials.augmenting import augmented
from trials.network import Network
from trials.records import Records
from trials.trial import Trial

BATCH = 64
RATE = 2e-3
WIDTH = 64  # of the vectors that are contrasted
TEMPERATURE = 0.1
OWN_KEYS = 77_777  # first of the numbers that keys are drawn from, none of which training uses
COLUMNS, ROWS = 4, 3  # of a page


class Pretraining:
    """The body of a network, a linear head, and what they learn.

    Args:
        trial: says from what and for how long.
        core: whose body is trained.
        network: of that core.
        records: PTB-XL's part of them.
    """

    def __init__(self, trial: Trial, core: keras.Model, network: Network, records: Records) -> None:
        body = body_of(core)
        (vector,) = body.output
        self.body = Network(keras.Model(core.input, vector), network.front)
        self.network = network
        self.trial = replace(trial, clean=0.0)
        self.signals = jnp.asarray(records.ptbxl)
        self.superclasses = jnp.asarray(records.superclasses)
        self.samples = records.signals.shape[1]
        self.width = vector.shape[-1]
        self.contrast = trial.pretraining == "contrast"
        self.outputs = WIDTH if self.contrast else records.superclasses.shape[1]
        self.steps = len(records.ptbxl) // BATCH * trial.pretraining_epochs

    def run(self, weights: Array, state: list[Array], keys: Array) -> tuple[Array, list[Array]]:
        """Weights and state of all fits, with a pretrained body; the seeds stay as they were."""
        model, body = self.network.model, self.body.model
        own = _places(model.trainable_variables, body.trainable_variables)
        own_state = _places(model.non_trainable_variables, body.non_trainable_variables)
        tensors, state = jax.vmap(self.network.unravel)(weights), list(state)
        flat = jax.vmap(_flat)(*[tensors[place] for place in own])
        flat, found = jax.jit(jax.vmap(self._one))(flat, [state[i] for i in own_state], keys)
        for place, tensor in zip(own, jax.vmap(self.body.unravel)(flat), strict=True):
            tensors[place] = tensor
        for place, value in zip(own_state, found, strict=True):
            if not self.network.of_seeds[place]:
                state[place] = value
        return jax.vmap(_flat)(*tensors), state

    def _one(self, weights: Array, state: list[Array], key: Array) -> tuple[Array, list[Array]]:
        size = self.width * self.outputs
        head = jax.random.normal(key, (size,)) / np.sqrt(self.width)
        weights = jnp.concatenate([weights, head])

        def step(carried: Any, number: Array) -> tuple[Any, None]:
            weights, state, moments = carried
            own = jax.random.fold_in(key, number + OWN_KEYS)
            gradient, state = jax.grad(self._loss, has_aux=True)(weights, state, own)
            rate = cosine(RATE, number, self.steps)
            weights, moments = stepped(
                gradient, weights, moments, number, rate, self.trial.weight_decay
            )
            return (weights, state, moments), None

        start = (weights, state, no_moments(weights))
        (weights, state, _), _ = jax.lax.scan(step, start, jnp.arange(self.steps))
        return weights[: self.body.size], state

    def _loss(self, flat: Array, state: list[Array], key: Array) -> tuple[Array, list[Array]]:
        keys = jax.random.split(key, 6)
        rows = jax.random.randint(keys[0], (BATCH,), 0, len(self.signals))
        views = [self._view(keys[1], keys[2], rows)]
        if self.contrast:
            views.append(self._view(keys[3], keys[4], rows))
        domains = self.body.domains(jnp.concatenate(views))
        weights, head = flat[: self.body.size], flat[self.body.size :]
        vectors, state, regulariser = self.body.trained(weights, state, domains)
        outputs = vectors @ head.reshape(self.width, self.outputs)
        own = contrast(outputs) if self.contrast else several(outputs, self.superclasses[rows])
        return own + regulariser, state

    def _view(self, changing: Array, cutting: Array, rows: Array) -> Array:
        pages = as_pages(cutting, self.signals[rows], self.samples)
        return augmented(self.trial, changing, pages)


def as_pages(key: Array, signals: Array, samples: int) -> Array:
    """Cuts each column of three leads from its own place in the ten seconds."""
    most = signals.shape[1] - samples
    places = jax.random.randint(key, (len(signals), COLUMNS), 0, most)
    rows = places[:, None, :] + jnp.arange(samples)[None, :, None]
    return jnp.take_along_axis(signals, jnp.repeat(rows, ROWS, axis=2), 1)


def several(logits: Array, holds: Array) -> Array:
    """Binary cross-entropy of classes of which several may hold, times four."""
    loss = jnp.maximum(logits, 0) - logits * holds + jnp.log1p(jnp.exp(-jnp.abs(logits)))
    return loss.mean() * 4


def contrast(vectors: Array) -> Array:
    """Cross-entropy of finding a record's other view among all: the first half's, then the rest."""
    count = len(vectors) // 2
    vectors = vectors / (jnp.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-6)
    alike = vectors @ vectors.T / TEMPERATURE - 1e9 * jnp.eye(2 * count)
    others = jnp.concatenate([jnp.arange(count) + count, jnp.arange(count)])
    return -jax.nn.log_softmax(alike)[jnp.arange(2 * count), others].mean()


def _flat(*tensors: Array) -> Array:
    return ravel_pytree(list(tensors))[0]


def _places(all_of_them: list[Any], some: list[Any]) -> list[int]:
    places = {id(variable): place for place, variable in enumerate(all_of_them)}
    return [places[id(variable)] for variable in some]
