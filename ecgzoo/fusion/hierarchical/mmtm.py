"""mmtm: squeeze and excite across domains, at every stage."""

from collections.abc import Mapping

from keras import layers

from ecgzoo.features import Features, Tensor
from ecgzoo.fusion.fused import Fused, Masked
from ecgzoo.fusion.hierarchical.hierarchical import pooled
from ecgzoo.fusion.single_level.concat import concat


class mmtm:  # noqa: N801  the name of the fusion
    r"""Multimodal transfer modules between the stages, then concatenation (Joze et al. 2020).

    After each stage, as in arXiv 1911.08670, section 3.2: every domain's feature map ``A_i`` is
    squeezed to its channels' means ``S_i``; these are joined, ``Z = relu(W [S_1, ..., S_n] + b)``
    with a quarter of the channels, and excite each map's channels: its encoder goes on with
    ``2 sigmoid(W_i Z + b_i) * A_i``. An absent domain's means are zero.

    Called on features, it gives ``[batch, sum of channels]`` and, as weights, each domain's gates
    of each stage, ``time_gates1`` ``[batch, channels]`` in 0 to 2 and so on.

    Example:
        >>> import keras
        >>> fusion, present = mmtm(), {name: keras.Input((1,)) for name in ("time", "image")}
        >>> maps = {"time": keras.Input((16, 8)), "image": keras.Input((6, 8, 24))}
        >>> [tensor.shape for tensor in fusion.exchange(maps, 1, present).values()]
        [(None, 16, 8), (None, 6, 8, 24)]
        >>> fusion.gates["image_gates1"].shape
        (None, 24)
    """

    def __init__(self) -> None:
        self.gates: dict[str, Tensor] = {}

    def exchange(
        self, maps: Mapping[str, Tensor], depth: int, present: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        """The feature maps of a stage, each excited by all."""
        squeezed = layers.Concatenate()(
            [
                Masked(name=f"{domain}_squeezed{depth}")([pooled(one), present[domain]])
                for domain, one in maps.items()
            ]
        )
        units = max(1, squeezed.shape[-1] // 4)
        joined = layers.Dense(units, "relu", name=f"mmtm_squeeze{depth}")(squeezed)
        return {domain: self._excited(domain, one, joined, depth) for domain, one in maps.items()}

    def __call__(self, features: Mapping[str, Features]) -> Fused:
        """The embeddings side by side, and the gates that formed them."""
        return Fused(concat(features), self.gates)

    def _excited(self, domain: str, feature_map: Tensor, joined: Tensor, depth: int) -> Tensor:
        channels, axes = feature_map.shape[-1], len(feature_map.shape) - 2
        excite = layers.Dense(channels, "sigmoid", name=f"{domain}_excite{depth}")
        gates = self.gates[f"{domain}_gates{depth}"] = 2 * excite(joined)
        return layers.Multiply()([feature_map, layers.Reshape((1,) * axes + (channels,))(gates)])
