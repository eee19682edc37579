"""Several devices of one host, by TensorFlow's MirroredStrategy."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from ecgzoo.training.devices import PROCESSES, Devices, shared


class MirroredDevices(Devices):
    """The replicas of a strategy that keeps the weights on each of several devices.

    Args:
        strategy: the one in scope.

    Raises:
        ValueError: if it is of several hosts.
    """

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
            raise ValueError(
                "Keras' fit does not work under MultiWorkerMirroredStrategy (keras#20585); several "
                "processes or hosts train on the JAX backend: docs/scaling.md says how."
            )
        self.strategy = strategy
        self.by = f"{type(strategy).__name__} of TensorFlow"
        self.count = strategy.num_replicas_in_sync

    def prepare(self, model: keras.Model) -> None:
        """Batch normalisation takes the moments of the whole batch, not of a device's share.

        Otherwise a device would learn by other moments than one device does, and each would keep
        averages of its own.
        """
        for layer in model._flatten_layers():  # Keras has no public name for it
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True

    def shares(self, batches: tf.data.Dataset) -> Any:
        """The devices take elements in turn: the shares, one after another."""
        return self._in_turn(shared(batches, self.count).unbatch())

    def copies(self, batches: tf.data.Dataset) -> Any:
        """The devices take elements in turn: each batch, as often as there are devices."""
        several = batches.flat_map(
            lambda *one: tf.data.Dataset.from_tensors(one).repeat(self.count)
        )
        return self._in_turn(several.repeat())  # Keras draws one batch more, to look at it

    def _in_turn(self, elements: tf.data.Dataset) -> Any:
        # Were Keras given the batches, TensorFlow would cut the last one of an epoch unevenly.
        fed = elements.prefetch(tf.data.AUTOTUNE)
        return self.strategy.distribute_datasets_from_function(lambda context: fed)


def mirrored() -> contextlib.AbstractContextManager[Any]:
    """The scope of all accelerators of this host, or of its CPUs; none where there is one device.

    Raises:
        ValueError: if several processes were started.
    """
    if int(os.environ.get(PROCESSES, "1")) > 1:
        raise ValueError(
            f"{PROCESSES} is {os.environ[PROCESSES]}: several processes train on the JAX backend "
            "alone. Set KERAS_BACKEND=jax, or start one process."
        )
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    if len(devices) < 2:
        return contextlib.nullcontext()
    return tf.distribute.MirroredStrategy([one.name for one in devices]).scope()


def on_every_replica(step: Callable[[Any], None], gradient: Any, beside: keras.Variable) -> None:
    """Calls ``step`` with the whole batch's gradient, on each device and with its own variables.

    Where a step is taken by replicas of a strategy, each has the gradient of its share alone: they
    are added up first. Otherwise ``step`` is called as it is.

    Args:
        step: reads and assigns variables.
        gradient: one tensor.
        beside: a variable that ``step`` assigns; it says where the devices are.
    """
    if keras.backend.backend() != "tensorflow" or tf.distribute.in_cross_replica_context():
        return step(gradient)
    replica = tf.distribute.get_replica_context()
    if replica.num_replicas_in_sync == 1:
        return step(gradient)
    total = replica.all_reduce(tf.distribute.ReduceOp.SUM, gradient)

    def update(strategy: tf.distribute.Strategy, total: Any) -> None:
        strategy.extended.update(beside.value, lambda _, one: step(one), (total,), group=False)

    return replica.merge_call(update, (total,))
