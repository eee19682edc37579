"""Portable: a model in the form in which other runtimes can compute it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from ecgzoo.models.core import PROBABILITIES
from ecgzoo.models.front import SignalModel

Feeds = dict[str, np.ndarray]


@dataclass(frozen=True)
class Portable:
    """A model to convert, and what to ask it with.

    Attributes:
        inputs: ``"signal"`` or ``"domains"``, what it takes.
        model: from the signal, or from the domains by name, to ``{"probabilities": ...}``.
        feeds: from signals ``[batch, samples, leads]`` to the model's inputs by name.
    """

    inputs: str
    model: keras.Model
    feeds: Callable[[np.ndarray], Feeds]


def from_signal(model: SignalModel) -> Portable:
    """The whole model, its domains' Fourier transforms written as matrix products.

    Args:
        model: from signal to probabilities, as ``ecgzoo.build`` makes it.
    """
    front = keras.models.clone_model(model.front, clone_function=_with_matrices)
    signal = keras.Input(model.input.shape[1:], name="signal")
    whole = keras.Model({"signal": signal}, {PROBABILITIES: model.core(front(signal))})
    return Portable("signal", whole, lambda signals: {"signal": signals})


def from_domains(model: SignalModel) -> Portable:
    """The core alone, for clients that compute the domains themselves."""
    core, front = model.core, model.front

    def feeds(signals: np.ndarray) -> Feeds:
        return {name: np.asarray(one) for name, one in front(signals).items()}

    return Portable("domains", keras.Model(core.input, {PROBABILITIES: core.output}), feeds)


def _with_matrices(layer: keras.Layer) -> keras.Layer:
    """The same domain with another ``fourier``; a layer that has no such choice is kept."""
    config = layer.get_config()
    if "fourier" not in config:
        return layer
    return type(layer).from_config(config | {"fourier": "matrix"})
