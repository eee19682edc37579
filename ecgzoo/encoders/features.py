"""Features: what an encoder gives and a fusion takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Tensor = Any


@dataclass(frozen=True)
class Features:
    """One domain, encoded.

    Attributes:
        stages: feature maps by depth, for hierarchical fusion; ``[batch, ..., channels]`` each.
        tokens: a sequence ``[batch, tokens, channels]``, for attention.
        vector: the pooled embedding ``[batch, channels]``, for single-level fusion.
    """

    stages: tuple[Tensor, ...]
    tokens: Tensor
    vector: Tensor
