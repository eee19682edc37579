"""Runtime: what a file for another runtime is written, made smaller and asked with."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.errors import ExportError
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.models.front import SignalModel


def import_extra(name: str) -> Any:
    """A module of the extra ``runtimes``.

    Raises:
        ExportError: if its package is not installed.

    Example:
        >>> import_extra("no_such_runtime")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.ExportError: no_such_runtime is not installed; \
`pip install 'ecgzoo[runtimes]'` brings it
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        remedy = "`pip install 'ecgzoo[runtimes]'` brings it"
        raise ExportError(f"{name.partition('.')[0]} is not installed; {remedy}") from error


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


Ask = Callable[[Feeds], np.ndarray]


class Runtime(ABC):
    """A runtime that loads models from one file.

    Attributes:
        name: of the runtime.
        suffix: of its files.
    """

    name: str
    suffix: str

    @abstractmethod
    def write(self, portable: Portable, path: Path) -> None:
        """Writes a model's file in float32."""

    @abstractmethod
    def quantize(self, portable: Portable, written: Path, path: Path) -> None:
        """Writes the model's file in int8, where ``written`` is the one in float32."""

    @abstractmethod
    def load(self, path: Path) -> Ask:
        """Loads a file: a function from inputs by name to probabilities ``[batch, classes]``."""
