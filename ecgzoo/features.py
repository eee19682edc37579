"""Features: what an encoder gives and a fusion takes."""

from collections.abc import Generator
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
        present: ``[batch, 1]``, 1 where the record has this domain and 0 where it lacks it; None if
            every record has it. What an absent domain gives is zero.
    """

    stages: tuple[Tensor, ...]
    tokens: Tensor
    vector: Tensor
    present: Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class Branch(Features):
    """A domain that was encoded and also classified by itself: what an output fusion takes.

    Attributes:
        probabilities: ``[batch, classes]``.
        multi_label: whether classes may hold together.
    """

    probabilities: Tensor
    multi_label: bool = False


# An encoder yields the feature map of each stage, goes on with the map that it is sent, and returns
# its features. What is sent may be another map of the same shape: a fusion acts between stages.
Encoding = Generator[Tensor, Tensor, Features]
