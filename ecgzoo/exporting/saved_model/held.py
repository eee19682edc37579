"""Held: the weights that a version holds, of which its model can be built again.

The graph reads some of them, among these kernels with their normalizations in them. The rest, such
as the moments of those normalizations, lie in one variable: each more costs loaders operations.
"""

from collections.abc import Collection, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.exporting.signatures.batch_norm_folding import Folded, folded, unfold
from ecgzoo.models.weights import scalogram_kernels


def hold(module: tf.Module, model: keras.Model, made: Folded, read: Collection[Any]) -> None:
    """Attaches a model's weights to what is saved.

    Args:
        module: what is saved.
        model: the model.
        made: its core as the graph has it.
        read: the variables that the graph reads.
    """
    kernels, known = made.kernels(), {id(one) for one in read}
    weights = [kernels.get(id(one), one) for one in _weights(model)]
    module.held = [one.value for one in weights if id(one.value) in known]
    rest = [np.ravel(one) for one in weights if id(one.value) not in known]
    module.rest = tf.Variable(np.concatenate([*rest, np.zeros(0, "float32")]), trainable=False)
    module.read = tf.Variable([id(one.value) in known for one in weights], trainable=False)
    of_model = {id(one) for one in module.held}
    module.made = [one for one in read if id(one) not in of_model]  # biases, with offsets in them


def restore(model: keras.Model, loaded: Any) -> None:
    """Gives a model, as ``build`` makes it, the weights of a version that is loaded.

    Raises:
        ValueError: if the version holds weights of another model.
    """
    if not hasattr(loaded, "rest"):  # written before normalizations were folded
        held, weights = list(getattr(loaded, "held", [])), _without_kernels(model)
        return _assign(weights, held[-len(weights) :])
    weights = _weights(model)
    _assign(weights, _told_apart(weights, loaded))
    for plain, norm, _ in folded(model.core).pairs:
        unfold(plain, norm)


def _told_apart(weights: Sequence[Any], loaded: Any) -> list[np.ndarray]:
    """What each weight is to hold, of the variables that were read and of the rest."""
    read = loaded.read.numpy().tolist()
    kernels = max(0, len(read) - len(weights))  # of scalograms: older versions held them, in front
    held, rest, found = list(loaded.held)[kernels:], loaded.rest.numpy(), []
    for weight, is_read in zip(weights, read[kernels:], strict=True):
        if is_read:
            found.append(held.pop(0).numpy())
        else:
            size = int(np.prod(weight.shape))
            found.append(rest[:size].reshape(weight.shape))
            rest = rest[size:]
    if held or rest.size:
        raise ValueError(f"{len(held)} tensors and {rest.size} numbers too many")
    return found


def _assign(weights: Sequence[Any], values: Sequence[Any]) -> None:
    for weight, value in zip(weights, values, strict=True):
        if tuple(weight.shape) != tuple(value.shape):
            raise ValueError(f"{weight.path} of shape {weight.shape}; got {tuple(value.shape)}")
        weight.assign(value)


def _weights(model: keras.Model) -> list[Any]:
    """Weights without the states of random numbers, which no answer depends on."""
    return [
        one
        for one in _without_kernels(model)
        if keras.backend.standardize_dtype(one.dtype) == "float32"
    ]


def _without_kernels(model: keras.Model) -> list[Any]:
    """Variables without a scalogram's kernels, which its configuration tells."""
    kernels = {id(kernel) for kernel in scalogram_kernels(model)}
    return [one for one in model.variables if id(one) not in kernels]
