"""self_attention: all tokens in one transformer block."""

from collections.abc import Mapping

from keras import layers

from ecgzoo.features import Features
from ecgzoo.fusion.attention.tokens import Tokens, tokens_of
from ecgzoo.fusion.fused import Fused


def self_attention(features: Mapping[str, Features], width: int = 64) -> Fused:
    """The tokens of all domains in one transformer block (arXiv 2404.15022; Vaswani et al. 2017).

    Returns:
        Each domain's mean token side by side, ``[batch, domains * width]``, and the weights
        ``attention`` ``[batch, heads, tokens, tokens]``; domain after domain, in the order given.

    Example:
        >>> import keras
        >>> features = {
        ...     "time": Features((), keras.Input((16, 64)), None),
        ...     "image": Features((), keras.Input((4, 48)), None),
        ... }
        >>> fused = self_attention(features)
        >>> fused.vector.shape, fused.weights["attention"].shape
        ((None, 128), (None, 4, 20, 20))
    """
    tokens = tokens_of(features, width)
    everything = Tokens.joined(tokens.values())
    asked, attention = everything.asking(everything, "self")
    parts = zip(tokens, asked.split(tokens.values()), strict=True)
    vectors = [part.vector(domain) for domain, part in parts]
    return Fused(layers.Concatenate(name="fusion")(vectors), {"attention": attention})
