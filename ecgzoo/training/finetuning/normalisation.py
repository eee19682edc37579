"""The body of a core: its layers by how far from the head they lie, and its normalisation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from ecgzoo.models.views import head_layers

HEAD, BODY = "head", "body"


@dataclass(frozen=True)
class LayerGroup:
    """Layers that are unfrozen together and share a learning rate.

    Attributes:
        name: ``head``, ``stage4`` to ``stage1``, or ``body`` where encoders have no stages.
        layers: those with weights to train.
    """

    name: str
    layers: tuple[keras.layers.Layer, ...]


def layer_groups(core: keras.Model) -> list[LayerGroup]:
    """The groups from the head to the first layers.

    A stage's group has the layers that its feature map needs and those of the stages before it do
    not, in all encoders. What lies between the last stage and the head, such as a fusion, goes with
    the last stage; what lies before the first, with the first.

    Args:
        core: as ``build(name, inputs="domains")`` makes it.

    Example:
        >>> import ecgzoo
        >>> core = ecgzoo.build("cnn1d", ecgzoo.SignalSpec(("II",), 250, 500), inputs="domains")
        >>> [group.name for group in layer_groups(core)]
        ['head', 'stage4', 'stage3', 'stage2', 'stage1']
        >>> [layer.name for layer in layer_groups(core)[0].layers]
        ['dense', 'probabilities']
    """
    head = {id(layer) for layer in head_layers(core)}
    depth_of = _depths(core)
    deepest = max(depth_of.values(), default=0)
    members: dict[str, list[keras.layers.Layer]] = {HEAD: []}
    members |= {_name(depth): [] for depth in range(deepest, 0, -1)} or {BODY: []}
    for layer in core.layers:
        if layer.trainable_variables:
            depth = depth_of.get(id(layer), deepest)
            members[HEAD if id(layer) in head else _name(depth)].append(layer)
    return [LayerGroup(name, tuple(layers)) for name, layers in members.items()]


def _name(depth: int) -> str:
    return f"stage{depth}" if depth else BODY


def _depths(core: keras.Model) -> dict[int, int]:
    """For each layer that a stage needs, the number of the first such stage."""
    found: dict[int, int] = {}
    for features in core.insides.features.values():
        for depth, feature_map in enumerate(features.stages, 1):
            for layer in keras.Model(core.input, feature_map).layers:
                found[id(layer)] = min(depth, found.get(id(layer), depth))
    return found


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
