"""Layer groups: a core's layers by how far from the head they lie."""

from __future__ import annotations

from dataclasses import dataclass

import keras

from ecgzoo.models.head import head_layers

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
