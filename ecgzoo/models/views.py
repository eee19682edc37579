"""Views: the same core, that also takes a mask, or also gives the fusion's weights.

A view shares every layer with its core, so both load the same weights file.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

import keras

from ecgzoo.errors import UnknownNameError
from ecgzoo.models.core import FUSED, PROBABILITIES, Core
from ecgzoo.registry import unknown

PRESENT = "present"


@keras.saving.register_keras_serializable(package="ecgzoo")
class View(Core):
    """A core with more inputs or outputs; it shares every layer with the core that it shows.

    Args:
        core: what is shown.
        mask: whether it takes one more input, ``present`` ``[batch, domains]``: ones, and zeros
            where a record lacks a domain; see :func:`present`.
        return_weights: whether it gives a dictionary: ``probabilities``, and what the fusion lets
            be read, each ``[batch, ...]`` by its name.

    Raises:
        ValueError: if a mask is asked for and there is but one domain.
    """

    def __init__(self, core: Core, mask: bool = False, return_weights: bool = False) -> None:
        inputs, outputs = core.input, core.output
        if return_weights:
            outputs = {PROBABILITIES: outputs, **core.insides.weights}
        if mask:
            inputs, outputs = _with_mask(core, outputs)
        name = f"{core.name}_view"
        told = core.insides, core.preset, core.loaded, name, core.domain_options
        super().__init__(inputs, outputs, *told)
        self._shown = _Shown(core, mask, return_weights)

    def owner(self) -> Core:
        return self._shown.core

    def get_config(self) -> dict[str, Any]:
        shown = self._shown
        return {
            "core": keras.saving.serialize_keras_object(shown.core),
            "mask": shown.mask,
            "return_weights": shown.return_weights,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        core = keras.saving.deserialize_keras_object(config["core"], custom_objects)
        return cls(core, config["mask"], config["return_weights"])


@dataclass(frozen=True)
class _Shown:
    """Held in one object, since Keras would save a core in an attribute a second time."""

    core: Core
    mask: bool
    return_weights: bool


def domains_of(core: Core) -> list[str]:
    """Names of the domains that a core, or a view of one, takes, in order."""
    return [name for name in core.input if name != PRESENT]


def view(core: Core, mask: bool = False, return_weights: bool = False) -> Core:
    """The core itself, or a :class:`View` of it where that is asked for."""
    return View(core, mask, return_weights) if mask or return_weights else core


def _with_mask(core: Core, outputs: Any) -> tuple[dict[str, Any], Any]:
    """The core's layers, called again on inputs of which one is the mask."""
    mask = core.insides.present
    if mask is None:
        raise ValueError(f"a mask needs two domains or more; {core.name} has {domains_of(core)}")
    body = keras.Model([*core.input.values(), mask], outputs)
    shapes = {name: tensor.shape[1:] for name, tensor in core.input.items()}
    shapes[PRESENT] = mask.shape[1:]
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    again = keras.models.clone_model(body, list(inputs.values()), lambda layer: layer)
    return inputs, again.output


def branches(core: Core) -> keras.Model:
    """From a core's domains to each domain's own probabilities, a dictionary by domain.

    Args:
        core: as ``build(name, inputs="domains")`` makes it, with an output fusion.

    Raises:
        ValueError: if the core does not classify its domains one by one.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("I", "II"), 250, 500)
        >>> core = ecgzoo.build("hybrid1", spec, 3, fusion="average", inputs="domains")
        >>> {domain: tensor.shape for domain, tensor in branches(core).output.items()}
        {'time': (None, 3), 'time_frequency': (None, 3)}
    """
    core = core.owner()
    if not core.insides.branches:
        raise ValueError(f"{core.name} has no branches of its own; only output fusions join some")
    return keras.Model(core.input, dict(core.insides.branches), name=f"{core.name}_branches")


def embeddings(core: Core) -> keras.Model:
    """From a core's domains to its embeddings: a dictionary, float32 ``[batch, width]`` each.

    Each domain's pooled vector has the domain's name; ``fused`` is what the classifier sees. An
    input fusion has no vectors by domain; an output fusion joins probabilities, so its ``fused``
    are those.

    Args:
        core: as ``build(name, inputs="domains")`` makes it.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("I", "II"), 250, 500)
        >>> core = ecgzoo.build("hybrid1", spec, 3, inputs="domains")
        >>> {name: tensor.shape for name, tensor in embeddings(core).output.items()}
        {'time': (None, 64), 'time_frequency': (None, 64), 'fused': (None, 128)}
    """
    core = core.owner()
    return keras.Model(core.input, dict(core.insides.embeddings), name=f"{core.name}_embeddings")


def present(core: Core, batch: int, missing: Collection[str] = ()) -> Any:
    """The mask of records that lack the domains named: a tensor, float32 ``[batch, domains]``.

    Raises:
        UnknownNameError: if the core has no such domain.
        ValueError: if no domain is left.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("I", "II"), 250, 500)
        >>> core = ecgzoo.build("hybrid2", spec, 3, inputs="domains", mask=True)
        >>> present(core, 2, missing=["frequency"]).numpy().tolist()
        [[1.0, 0.0, 1.0], [1.0, 0.0, 1.0]]
    """
    domains = domains_of(core)
    for name in missing:
        if name not in domains:
            raise UnknownNameError(unknown("domain", name, domains))
    kept = [float(domain not in missing) for domain in domains]
    if not any(kept):
        raise ValueError(f"a record needs at least one domain; all are missing: {domains}")
    return keras.ops.tile(keras.ops.array([kept], "float32"), (batch, 1))


def embedded(core: Core) -> dict[str, Any]:
    """The tensors between body and head.

    That is the fused vector; of a fusion that joins each domain's own probabilities, the domains'
    vectors, and the mask beside them.

    Raises:
        ValueError: if the core was not made by :func:`~ecgzoo.models.make_core.make_core`.
    """
    insides = core.insides
    if not insides.embeddings:
        raise ValueError(
            f"{core.name} does not say where its head begins; build it with "
            "ecgzoo.models.make_core, which notes that"
        )
    if not insides.branches:
        return {FUSED: insides.embeddings[FUSED]}
    vectors = {domain: insides.embeddings[domain] for domain in insides.branches}
    return vectors | {PRESENT: insides.present}


def body_of(core: Core) -> keras.Model:
    """From a core's domains to what its head takes; the layers are the core's own.

    Example:
        >>> import ecgzoo
        >>> core = ecgzoo.build("hybrid1", ecgzoo.SignalSpec(("II",), 250, 500), inputs="domains")
        >>> [tensor.shape for tensor in body_of(core).output]
        [(None, 128)]
    """
    return keras.Model(core.input, [*embedded(core).values()], name=f"{core.name}_body")


def head_of(core: Core) -> keras.Model:
    """From what a core's body gives to probabilities; the layers are the core's own.

    Example:
        >>> import ecgzoo
        >>> core = ecgzoo.build("hybrid1", ecgzoo.SignalSpec(("II",), 250, 500), inputs="domains")
        >>> head_of(core).output_shape
        (None, 4)
    """
    return keras.Model([*embedded(core).values()], core.output, name=f"{core.name}_head")


def head_layers(core: Core) -> list[keras.layers.Layer]:
    """The layers that only the head has."""
    body = {id(layer) for layer in body_of(core).layers}
    return [layer for layer in core.layers if id(layer) not in body]
