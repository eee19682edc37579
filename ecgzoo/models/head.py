"""Body and head of a core: what reads signals, and what names classes."""

from __future__ import annotations

from typing import Any

import keras

from ecgzoo.models.core import FUSED, Core
from ecgzoo.models.views import PRESENT


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
