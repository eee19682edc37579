"""Saliency: how much a score changes with each part of an input."""

from __future__ import annotations

import numpy as np

from ecgzoo.explanation.gradient import Arrays, Function, gradient


def saliency(function: Function, inputs: Arrays, target: np.ndarray) -> dict[str, np.ndarray]:
    """|gradient| (Simonyan et al. 2013, arXiv 1312.6034): by input, of its shape, at least 0.

    Example:
        >>> square = lambda inputs: inputs["x"] ** 2
        >>> saliency(square, {"x": np.array([[-3.0]], "float32")}, np.array([0]))["x"].tolist()
        [[6.0]]
    """
    slopes = gradient(function, inputs, target).slopes
    return {name: np.abs(one) for name, one in slopes.items()}


def gradient_x_input(
    function: Function, inputs: Arrays, target: np.ndarray
) -> dict[str, np.ndarray]:
    """Gradient x input (Shrikumar et al. 2016, arXiv 1605.01713): by input, of its shape, signed.

    Example:
        >>> square = lambda inputs: inputs["x"] ** 2
        >>> x = {"x": np.array([[-3.0]], "float32")}
        >>> gradient_x_input(square, x, np.array([0]))["x"].tolist()
        [[18.0]]
    """
    slopes = gradient(function, inputs, target).slopes
    return {name: one * inputs[name] for name, one in slopes.items()}
