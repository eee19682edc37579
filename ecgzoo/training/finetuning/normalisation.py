"""Batch normalisation of a body: statistics of other records, and freezing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from ecgzoo.models.head import head_layers

Moments = list[tuple[np.ndarray, np.ndarray]]


def adapt(core: keras.Model, batches: Iterable[Any]) -> None:
    """Gives the body's batch normalisation the means and variances of these records.

    A body normalises by the records that it was trained on; those of another device, scale or
    choice of leads have other means and variances, and reach the next layer off centre. Nothing
    is learnt here, and labels are not needed. Source: Li et al. (2018), Adaptive batch
    normalization for practical domain adaptation, Pattern Recognition 80:109, arXiv 1603.04779;
    moments over all batches: Wu and Johnson (2021), arXiv 2105.07576, section 3.

    Args:
        core: changed in place; scale and shift stay as they are, and so do frozen layers.
        batches: what it takes, each with the records along its first axis.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("II",), sampling_rate=100, samples=128)
        >>> core = ecgzoo.build("cnn1d", spec, 2, inputs="domains")
        >>> first = normalisations(core)[0]
        >>> first.moving_mean.numpy().any()
        np.False_
        >>> adapt(core, [{"time": np.ones((5, 128, 1))}])
        >>> first.moving_mean.numpy().any()
        np.True_
    """
    layers = normalisations(core)
    momenta = [layer.momentum for layer in layers]
    found: list[Moments] = []
    sizes: list[int] = []
    for layer in layers:
        layer.momentum = 0.0  # a batch's moments take the place of those before it
    try:
        for batch in batches:
            answers = core(batch, training=True)
            sizes.append(len(answers))
            found.append([_moments(layer) for layer in layers])
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
    for layer, *moments in zip(layers, *found, strict=True):
        _assign(layer, moments, sizes)


def normalisations(core: keras.Model) -> list[keras.layers.BatchNormalization]:
    """The layers of batch normalisation that are not the head's, and that nobody froze."""
    head = {id(layer) for layer in head_layers(core)}
    found = (one for one in core.layers if isinstance(one, keras.layers.BatchNormalization))
    return [one for one in found if one.trainable and id(one) not in head]


@contextmanager
def frozen(core: keras.Model) -> Iterator[None]:
    """Batch normalisation of the body keeps statistics, scale and shift meanwhile."""
    layers = normalisations(core)
    for layer in layers:
        layer.trainable = False
    try:
        yield
    finally:
        for layer in layers:
            layer.trainable = True


def _moments(layer: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    statistics = (layer.moving_mean, layer.moving_variance)
    mean, variance = (keras.ops.convert_to_numpy(one).astype(float) for one in statistics)
    return mean, variance


def _assign(layer: keras.layers.BatchNormalization, moments: Moments, sizes: list[int]) -> None:
    """The moments of all batches as if they were one; nothing without a batch."""
    if not moments:
        return
    means, variances = (np.stack(one) for one in zip(*moments, strict=True))
    mean = np.average(means, axis=0, weights=sizes)
    layer.moving_mean.assign(mean)
    layer.moving_variance.assign(np.average(variances + (means - mean) ** 2, axis=0, weights=sizes))
