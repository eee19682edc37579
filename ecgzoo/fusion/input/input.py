"""input: the domains on a common grid, as channels of one encoder."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ecgzoo.fusion.fused import Masked

BANDS = 8


def input_(domains: Mapping[str, Any], present: Mapping[str, Any]) -> Any:
    """Input fusion: the domains as channels, before a single encoder (arXiv 2404.15022).

    The grid has as many steps as the longest domain. Each domain is normalised, stretched over it,
    and zero where it is absent. An image's rows are averaged to a few bands, each a channel; its
    columns are the steps. A spectrum is stretched likewise: its bins then run along with time,
    and mean something else.

    Args:
        domains: ``[batch, steps, channels]`` or ``[batch, rows, steps, channels]`` each.
        present: ``[batch, 1]`` of each.

    Returns:
        ``[batch, steps, sum of channels]``.

    Example:
        >>> import keras
        >>> domains = {"time": keras.Input((500, 2)), "image": keras.Input((48, 64, 2))}
        >>> input_(domains, dict.fromkeys(domains, keras.Input((1,)))).shape
        (None, 500, 18)
    """
    steps = max(tensor.shape[-2] for tensor in domains.values())
    channels = []
    for domain, tensor in domains.items():
        x = layers.BatchNormalization(name=f"{domain}_norm")(tensor)
        x = Masked(name=f"{domain}_present")([x, present[domain]])
        channels.append(OnGrid(steps, name=f"{domain}_on_grid")(x))
    return layers.Concatenate(name="fusion")(channels)


@keras.saving.register_keras_serializable(package="ecgzoo")
class OnGrid(keras.layers.Layer):
    """Stretches sequences and images over a number of steps, by linear interpolation.

    Step ``i`` shows the middle of the ``i``-th of that many equal parts; beyond the middle of the
    first and the last step of the input nothing changes.

    Args:
        steps: how many.
        bands: most bands that an image's rows are averaged to.

    Input shape:
        ``[batch, steps, channels]`` or ``[batch, rows, steps, channels]``.

    Output shape:
        ``[batch, steps, channels]``; for an image with each band's channels side by side.

    Example:
        >>> import numpy as np
        >>> np.asarray(OnGrid(4)(np.array([[[0.0], [4.0]]])))[0, :, 0].tolist()
        [0.0, 1.0, 3.0, 4.0]
    """

    def __init__(self, steps: int, bands: int = BANDS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.steps = steps
        self.bands = bands

    def call(self, tensor: Any) -> Any:
        if len(tensor.shape) == 4:
            tensor = self._banded(tensor)
        place = (np.arange(self.steps) + 0.5) * tensor.shape[1] / self.steps - 0.5
        place = place.clip(0, tensor.shape[1] - 1)
        before = np.floor(place).astype("int32")
        after = np.minimum(before + 1, tensor.shape[1] - 1)
        share = ops.cast((place - before)[:, None], tensor.dtype)
        rows = [ops.take(tensor, indices, axis=1) for indices in (before, after)]
        return rows[0] * (1 - share) + rows[1] * share

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        batch, *rows, _, channels = input_shape
        bands = min(self.bands, rows[0]) if rows else 1
        return batch, self.steps, bands * channels

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"steps": self.steps, "bands": self.bands}

    def _banded(self, image: Any) -> Any:
        _, rows, steps, channels = image.shape
        edges = np.linspace(0, rows, min(self.bands, rows) + 1).round().astype(int)
        bands = [ops.mean(image[:, a:b], axis=1) for a, b in zip(edges, edges[1:], strict=False)]
        return ops.reshape(ops.stack(bands, axis=2), (-1, steps, len(bands) * channels))
