"""VerticalAverage: the paper's Algorithm 1, the mean gray level of each column of a page."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.pages.page_shape import drop_channel, page_shape

LAYOUT = PAGE_LAYOUT


@keras.saving.register_keras_serializable(package="ecgzoo")
class VerticalAverage(keras.layers.Layer):
    """Mean gray level of each column of a page, or of a part of it.

    The paper does not say whether its pages were cropped first; ``region`` does.

    Args:
        region: ``"page"``, ``"grid"`` (inside the printed frame), ``"strip"`` (the rhythm strip's
            box) or the name of a lead (its box).

    Input: pages ``[batch, 1572, 2213]`` or ``[batch, 1572, 2213, 1]``, gray levels 0 to 255, uint8
    or float. Output: float32 ``[batch, width of the region, 1]``, 0 to 255.

    Raises:
        ValueError: if the region is unknown or the pages have another shape.

    Source: arXiv 2508.00963, Algorithm 1.

    Example:
        >>> import numpy as np
        >>> pages = np.full((1, 1572, 2213), 255, "uint8")
        >>> pages[:, :786] = 0
        >>> average = VerticalAverage()(pages)
        >>> average.shape, float(average[0, 0, 0])
        (TensorShape([1, 2213, 1]), 127.5)
    """

    def __init__(self, region: str = "page", **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        kwargs.setdefault("autocast", False)
        kwargs.setdefault("trainable", False)
        super().__init__(**kwargs)
        self.region = region
        self._rows, self._columns = LAYOUT.region(region)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        page_shape(input_shape)
        self.built = True

    def call(self, pages: Any) -> Any:
        part = drop_channel(pages)[:, self._rows, self._columns]
        return ops.mean(ops.cast(part, "float32"), axis=1)[..., None]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch = page_shape(input_shape)[0]
        return batch, self._columns.stop - self._columns.start, 1

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "region": self.region}
