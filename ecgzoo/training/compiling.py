"""compile_once: a model made ready for ``fit``, whose steps TensorFlow then traces once."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from ecgzoo.training.devices import compiled_by_xla


def compile_once(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    loss: keras.losses.Loss,
    metrics: Sequence[Any] = (),
) -> None:
    """Compiles a model, and makes the variables that training needs.

    Optimizers and metrics make theirs when first used. Were that in a step, TensorFlow would trace
    the step a second time, which takes as long as some epochs of few records.

    Args:
        model: of one output; what is frozen stays so.
        optimizer: of its trainable weights.
        loss: what is trained for.
        metrics: what is logged beside it.

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
        >>> compile_once(model, keras.optimizers.Adam(), keras.losses.MeanSquaredError(), ["mae"])
        >>> model.optimizer.built, len(model.metrics_variables)
        (True, 4)
    """
    model.compile(optimizer, loss, metrics=list(metrics), jit_compile=compiled_by_xla())
    optimizer.build(model.trainable_variables)
    answers = np.zeros((1, *model.output_shape[1:]), np.float32)
    model.compute_metrics(None, answers, answers)
    model.reset_metrics()
