"""average: the mean of the domains' probabilities."""

from collections.abc import Mapping
from typing import Any

from ecgzoo.features import Branch
from ecgzoo.fusion.fused import DomainMean, presence
from ecgzoo.fusion.output.combiner import stacked


def average(branches: Mapping[str, Branch]) -> Any:
    """The mean of the probabilities of the domains that are present (arXiv 2404.15022).

    Returns:
        ``[batch, classes]``.

    Example:
        >>> import keras
        >>> branch = Branch((), None, keras.Input((64,)), probabilities=keras.Input((3,)))
        >>> average({"time": branch, "image": branch}).shape
        (None, 3)
    """
    return DomainMean(name="probabilities")([stacked(branches), presence(branches)])
