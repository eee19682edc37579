"""PlacedLeads: a signal with some of the leads, among zeros for the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ecgzoo")
class PlacedLeads(keras.layers.Layer):
    """Puts each lead in its place, and zeros in the places without one.

    Args:
        places: for each lead that comes out, which that goes in; None for zeros.

    Input shape:
        ``[batch, samples, leads]``.

    Output shape:
        float32 ``[batch, samples, len(places)]``.

    Example:
        >>> import numpy as np
        >>> np.asarray(PlacedLeads([1, None, 0])(np.array([[[7.0, 8.0]]]))).tolist()
        [[[8.0, 0.0, 7.0]]]
    """

    def __init__(self, places: Sequence[int | None], **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})
        self.places = list(places)

    def call(self, signal: Any) -> Any:
        zeros = ops.zeros_like(signal[..., :1])
        columns = [zeros if i is None else signal[..., i : i + 1] for i in self.places]
        return ops.concatenate(columns, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], len(self.places))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"places": self.places}
