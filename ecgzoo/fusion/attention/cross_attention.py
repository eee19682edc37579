"""cross_attention: each domain asks the others."""

from collections.abc import Mapping

from keras import layers

from ecgzoo.features import Features
from ecgzoo.fusion.attention.tokens import Tokens, tokens_of
from ecgzoo.fusion.fused import Fused


def cross_attention(features: Mapping[str, Features], width: int = 32) -> Fused:
    """Each domain's tokens ask those of all others, in a block of their own (arXiv 2404.15022).

    The blocks are those of the multimodal transformer (Tsai et al. 2019, section 3.1), one per
    domain.

    Returns:
        Each domain's mean token side by side, ``[batch, domains * width]``, and the weights
        ``time_attention`` ``[batch, heads, its tokens, the others' tokens]`` and so on, the others
        in the order given.

    Raises:
        ValueError: if there is only one domain.

    Example:
        >>> import keras
        >>> features = {
        ...     "time": Features((), keras.Input((16, 64)), None),
        ...     "image": Features((), keras.Input((4, 48)), None),
        ... }
        >>> fused = cross_attention(features)
        >>> fused.vector.shape, fused.weights["time_attention"].shape
        ((None, 64), (None, 4, 16, 4))
    """
    if len(features) < 2:
        raise ValueError(f"a domain asks the others, and there are none beside {list(features)}")
    tokens = tokens_of(features, width)
    vectors, attention = [], {}
    for domain, own in tokens.items():
        others = Tokens.joined(one for other, one in tokens.items() if other != domain)
        asked, attention[f"{domain}_attention"] = own.asking(others, f"{domain}_cross")
        vectors.append(asked.vector(domain))
    return Fused(layers.Concatenate(name="fusion")(vectors), attention)
