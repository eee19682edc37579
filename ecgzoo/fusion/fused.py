"""Fused: what a fusion gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecgzoo.encoders.features import Tensor


@dataclass(frozen=True)
class Fused:
    """The joined tensor, and the weights that joined it.

    A fusion with nothing to show for weights returns the tensor itself.

    Attributes:
        vector: ``[batch, channels]`` for a classifier; probabilities ``[batch, classes]`` from an
            output fusion; ``[batch, steps, channels]`` for an encoder from an input fusion.
        weights: what can be read out for a batch, by name: attention, gates, shares of domains.
    """

    vector: Tensor
    weights: Mapping[str, Tensor] = field(default_factory=dict)


def as_fused(joined: Fused | Tensor) -> Fused:
    """What a fusion returned, in its full form."""
    return joined if isinstance(joined, Fused) else Fused(joined)
