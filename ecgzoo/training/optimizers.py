"""AdamW in few operations, with a share of the learning rate for each variable, and schedules."""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.training.mirrored import on_every_replica


def rising_cosine(
    highest: float, steps: int, warmup: float = 0.0
) -> keras.optimizers.schedules.CosineDecay:
    """A learning rate that rises from zero over a share of the steps, then falls as a cosine does.

    Source: Loshchilov and Hutter (2017), SGDR, arXiv 1608.03983; Goyal et al. (2017), Accurate,
    Large Minibatch SGD, arXiv 1706.02677, for the rise.

    Args:
        highest: the rate where it falls from.
        steps: in all.
        warmup: the share; 0 begins with the highest.

    Example:
        >>> rate = rising_cosine(1.0, 100, warmup=0.2)
        >>> [round(float(rate(step)), 3) for step in (0, 10, 20, 60, 100)]
        [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    rising = round(warmup * steps)
    if not rising:
        return keras.optimizers.schedules.CosineDecay(highest, steps)
    return keras.optimizers.schedules.CosineDecay(
        0.0, steps - rising, warmup_target=highest, warmup_steps=rising
    )


@keras.saving.register_keras_serializable(package="ecgzoo")
class FlatAdamW(keras.optimizers.Optimizer):
    """AdamW in a handful of operations, with the same bits as ``keras.optimizers.AdamW``.

    Keras updates variables one by one, which for a hundred small ones takes longer to trace, and on
    a CPU longer to run, than the rest of a step. Here gradients and variables are joined to one
    vector, updated and cut apart again. Everything is elementwise and in Keras' order, so each
    number is rounded as Keras rounds it.

    It leaves out clipping, averages of weights, accumulation of gradients, loss scales and
    exclusion from weight decay. Every variable must have a gradient. Under a strategy of
    TensorFlow the replicas' gradients are added up as one vector, and every replica makes the same
    step.

    Source: Loshchilov and Hutter (2019), Decoupled Weight Decay Regularization, arXiv 1711.05101.

    Args:
        learning_rate: a number or a schedule.
        weight_decay: share of a weight that is taken off in a step, times the learning rate.
        beta_1: how much of the mean gradient is kept from step to step.
        beta_2: how much of the mean squared gradient is kept.
        epsilon: added to the root of the latter.
        name: of the optimizer.

    Raises:
        ValueError: if variables differ in dtype, are others than those it was built for, or have
            no gradient.

    Example:
        >>> weights = [keras.Variable([1.0, 2.0]), keras.Variable([[3.0]])]
        >>> optimizer = FlatAdamW(0.5, weight_decay=0.0)
        >>> optimizer.apply([ops.array([1.0, -1.0]), ops.array([[0.0]])], weights)
        >>> [variable.numpy().round(3).tolist() for variable in weights]
        [[0.5, 2.5], [[3.0]]]
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "flat_adamw",
    ) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay, name=name)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Makes the two moments, each as long as all variables together."""
        if self.built:
            return
        dtypes = {variable.dtype for variable in variables}
        if len(dtypes) > 1:
            raise ValueError(
                f"FlatAdamW joins variables, so they must share a dtype; got {sorted(dtypes)}. "
                "Use keras.optimizers.AdamW for these."
            )
        super().build(list(variables))
        shape, dtype = (sum(map(_size, variables)),), next(iter(dtypes), None)
        self._momentum = self.add_variable(shape, dtype=dtype, name="momentum")
        self._velocity = self.add_variable(shape, dtype=dtype, name="velocity")

    def apply(
        self, grads: Sequence[Any], trainable_variables: Iterable[keras.Variable] | None = None
    ) -> None:
        """Updates the variables by their gradients, ``None`` meaning those it was built for."""
        if trainable_variables is not None:
            self.build(trainable_variables := list(trainable_variables))
        variables = self._trainable_variables
        _check(grads, variables, trainable_variables or variables)
        on_every_replica(self._step, _joined(grads), beside=self._momentum)

    def _step(self, gradient: Any) -> None:
        """Updates the variables by the joined gradient."""
        variables = self._trainable_variables
        updated = self._updated(_joined(variables), gradient)
        parts = ops.split(updated, list(itertools.accumulate(map(_size, variables))))
        for variable, part in zip(variables, parts, strict=False):  # the last part is empty
            value = ops.reshape(part, variable.shape)
            variable.assign(variable.constraint(value) if variable.constraint else value)
        self.iterations.assign_add(1)

    def _updated(self, weights: Any, gradient: Any) -> Any:
        """The formulas of Keras' AdamW in its order, on which the last bits depend."""
        dtype = self._momentum.dtype
        rate = ops.cast(self.learning_rate, dtype)
        step = ops.cast(self.iterations + 1, dtype)
        power_1 = ops.power(ops.cast(self.beta_1, dtype), step)
        power_2 = ops.power(ops.cast(self.beta_2, dtype), step)
        alpha = rate * ops.sqrt(1 - power_2) / (1 - power_1)
        m, v = ops.convert_to_tensor(self._momentum), ops.convert_to_tensor(self._velocity)
        m = m + (gradient - m) * (1 - self.beta_1)
        v = v + (ops.square(gradient) - v) * (1 - self.beta_2)
        self._momentum.assign(m)
        self._velocity.assign(v)
        # The rate is asked for anew, as Keras does: were it shared with the step, TensorFlow's
        # graph optimizer would multiply a schedule's factors and the decay in another order.
        weights = weights - weights * self.weight_decay * ops.cast(self.learning_rate, dtype)
        return weights - m * alpha / (ops.sqrt(v) + self.epsilon)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        known = super().get_config()
        return {name: known[name] for name in ("learning_rate", "weight_decay", "name")} | {
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


def _size(variable: keras.Variable) -> int:
    return math.prod(variable.shape)


def _joined(tensors: Iterable[Any]) -> Any:
    return ops.concatenate([ops.reshape(tensor, (-1,)) for tensor in tensors])


def _check(
    grads: Sequence[Any],
    built: Sequence[keras.Variable],
    given: Sequence[keras.Variable],
) -> None:
    if len(grads) != len(built) or list(map(id, given)) != list(map(id, built)):
        raise ValueError(
            f"FlatAdamW was built for {len(built)} variables and takes these, in order; got "
            f"{len(grads)} gradients for {len(given)}. Compile anew after freezing layers."
        )
    missing = [variable.path for variable, grad in zip(built, grads, strict=True) if grad is None]
    if missing:
        raise ValueError(
            f"every variable needs a gradient; the loss does not depend on {', '.join(missing)}. "
            "Make them trainable=False."
        )


@keras.saving.register_keras_serializable(package="ecgzoo")
class DiscriminativeAdamW(FlatAdamW):
    """FlatAdamW whose steps and decay are shortened by a factor per variable.

    A factor of 0 freezes a variable, to the bit, without a new graph: its moments go on, so that it
    starts with good ones when it is unfrozen. Source of the idea: Howard and Ruder (2018),
    arXiv 1801.06146, section 3.2, discriminative fine-tuning.

    Args:
        learning_rate: of a variable with the factor 1.
        **settings: as of :class:`~ecgzoo.training.optimizers.FlatAdamW`.

    Raises:
        ValueError: as FlatAdamW does.

    Example:
        >>> fast, slow, frozen = (keras.Variable([1.0]) for _ in range(3))
        >>> optimizer = DiscriminativeAdamW(0.5, weight_decay=0.0)
        >>> optimizer.build([fast, slow, frozen])
        >>> optimizer.set_factors([1.0, 0.5, 0.0])
        >>> optimizer.apply([keras.ops.ones(1)] * 3)
        >>> [round(float(variable.numpy()[0]), 3) for variable in (fast, slow, frozen)]
        [0.5, 0.75, 1.0]
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.001,
        **settings: Any,
    ) -> None:
        super().__init__(learning_rate, **{"name": "discriminative_adamw", **settings})

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Makes the factors, 1 at first, beside the moments."""
        if self.built:
            return
        super().build(variables)
        self._sizes = [math.prod(variable.shape) for variable in variables]
        self._factors = self.add_variable(
            (sum(self._sizes),), initializer="ones", dtype=self._momentum.dtype, name="factors"
        )

    def set_factors(self, factors: Sequence[float]) -> None:
        """Sets the factor of each variable that the optimizer was built for, in order.

        Raises:
            ValueError: if there are not as many as variables, or one is negative.
        """
        if len(factors) != len(self._sizes) or min(factors, default=0) < 0:
            raise ValueError(
                f"expected {len(self._sizes)} factors from 0 up, one per variable; got {factors}"
            )
        self._factors.assign(np.repeat(factors, self._sizes).astype("float32"))

    def _updated(self, weights: Any, gradient: Any) -> Any:
        return weights + self._factors * (super()._updated(weights, gradient) - weights)
