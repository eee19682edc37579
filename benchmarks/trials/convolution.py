"""Convolution as one matrix product.

With many models side by side a convolution has other weights for each, which JAX turns into a
grouped convolution; accelerators are slow at these, and fast at batched matrix products. So the
shifted views of the input are laid side by side and multiplied by the kernel as a matrix.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import keras.src.backend as backend
import numpy as np


def use_matrix_products() -> None:
    """Makes Keras convolve so. There is no public place to say it, hence the private module."""
    backend.nn.conv = convolve


def convolve(
    inputs: Any,
    kernel: Any,
    strides: int | tuple[int, ...] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Any:
    """What ``keras.ops.conv`` does with channels last and without dilation.

    Args:
        inputs: ``[batch, ..., channels]``.
        kernel: ``[..., channels, filters]``.
        strides: of each dimension, or of all.
        padding: ``"same"`` or ``"valid"``.
        data_format: not used: channels are last.
        dilation_rate: not used: there is none.
    """
    kernel = getattr(kernel, "value", kernel)
    sizes = kernel.shape[:-2]
    steps = (strides,) * len(sizes) if isinstance(strides, int) else tuple(strides)
    if padding == "same":
        inputs = _padded(inputs, sizes, steps)
    lengths = [
        (inputs.shape[1 + axis] - size) // step + 1
        for axis, (size, step) in enumerate(zip(sizes, steps, strict=True))
    ]
    views = [inputs[_places(start, lengths, steps)] for start in np.ndindex(*sizes)]
    return jnp.concatenate(views, -1) @ kernel.reshape(-1, kernel.shape[-1])


def _padded(inputs: Any, sizes: tuple[int, ...], steps: tuple[int, ...]) -> Any:
    """With zeros on both sides, so that the output has a step for every ``step`` samples."""
    widths = [(0, 0)]
    for length, size, step in zip(inputs.shape[1:-1], sizes, steps, strict=True):
        lacking = max((-(-length // step) - 1) * step + size - length, 0)
        widths.append((lacking // 2, lacking - lacking // 2))
    return jnp.pad(inputs, [*widths, (0, 0)])


def _places(
    start: tuple[int, ...], lengths: list[int], steps: tuple[int, ...]
) -> tuple[slice, ...]:
    """What one weight of the kernel meets: every ``step`` samples from ``start`` on."""
    return (
        slice(None),
        *(
            slice(first, first + (length - 1) * step + 1, step)
            for first, length, step in zip(start, lengths, steps, strict=True)
        ),
    )
