"""The networks with the weights that ship."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from ecgzoo.pages.networks.unet import DIVISOR, print_network, row_network

WEIGHTS = "print.weights.h5", "row.weights.h5"


@cache
def _networks() -> tuple[Any, Any]:
    networks = print_network(), row_network()
    for network, file in zip(networks, WEIGHTS, strict=True):
        with resources.as_file(resources.files("ecgzoo.pages.networks") / file) as path:
            network.load_weights(path)
    return networks


def row_reader() -> Any:
    """The network that follows a row's trace."""
    return _networks()[1]


def kinds_of_print(plane: np.ndarray) -> np.ndarray:
    """What is printed where: float ``[rows / 2, columns / 4, kinds]``, probabilities.

    Args:
        plane: uint8 ``[rows, columns, 2]``, as of ``reading_plane``.
    """
    height, width = plane.shape[0], plane.shape[1] // 2
    shown = plane[:, : 2 * width].reshape(height, width, 2, 2).mean(axis=2) / 255
    padded = np.pad(shown, ((0, -height % DIVISOR), (0, -width % DIVISOR), (0, 0)))
    logits = np.asarray(_networks()[0](padded[None].astype(np.float32), training=False))[0]
    logits = logits[: height // 2, : width // 2]
    chances = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return chances / chances.sum(axis=-1, keepdims=True)
