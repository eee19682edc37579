"""Devices: what a run is trained on, and what it must do otherwise where there are several."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

PROCESSES = "KERAS_DISTRIBUTION_NUM_PROCESSES"
"""The variable by which Keras is told how many processes there are."""


class Devices:
    """One device, where nothing is done otherwise; several, of one process or more, derive from it.

    Several devices share every batch: a step has the gradient of the whole batch, as one device
    would compute it, and every device makes the same step.

    Attributes:
        count: devices, in all processes together.
        processes: how many train this run.
        leads: whether this one reads and writes the run's folder.

    Example:
        >>> devices = Devices()
        >>> devices.check(batch_size=32, records=100)
        >>> devices.whole(101), devices.to_dict()
        (101, {'count': 1, 'processes': 1, 'by': 'one device'})
    """

    by = "one device"
    count = 1
    processes = 1
    leads = True

    def to_dict(self) -> dict[str, Any]:
        """What a preset tells of it."""
        return {"count": self.count, "processes": self.processes, "by": self.by}

    def check(self, batch_size: int, records: int) -> None:
        """Checks that every device has a share of every batch, before anything is trained.

        Args:
            batch_size: records in a batch, of all devices together.
            records: in the training part.

        Raises:
            ValueError: if the devices do not divide the batch, or are more than the records.
        """
        if batch_size % self.count:
            fitting = (batch_size // self.count or 1) * self.count
            raise ValueError(
                f"{self.count} devices cannot share a batch of {batch_size} evenly: take a batch "
                f"size that they divide, such as {fitting}, or other devices."
            )
        if records < self.count:
            raise ValueError(
                f"{self.count} devices are more than the {records} records of the training part: "
                "take fewer devices or processes."
            )

    def whole(self, records: int) -> int:
        """How many of the records an epoch takes: the last batch is cut to even shares."""
        return records - records % self.count

    def prepare(self, model: keras.Model) -> None:
        """Makes a model's layers answer in training as on one device."""

    def shares(self, batches: tf.data.Dataset) -> Any:
        """Batches to train on, of which each device gets its share."""
        return batches

    def copies(self, batches: tf.data.Dataset) -> Any:
        """Batches to validate on, of which each device gets all, so that none need be cut.

        Those of several devices may come again and again: Keras must be told the steps.
        """
        return batches

    def drawn(
        self, inputs: Sequence[np.ndarray], targets: np.ndarray, batch_size: int, seed: int
    ) -> dict[str, Any]:
        """What Keras' ``fit`` is given to draw batches from arrays, anew in each epoch."""
        if self.count == 1:
            return {"x": inputs, "y": targets, "batch_size": batch_size}
        records = len(targets)
        rows = tf.data.Dataset.range(records).shuffle(records, seed).batch(batch_size).repeat()
        stored = tf.nest.map_structure(tf.convert_to_tensor, (tuple(inputs), targets))
        batches = rows.map(lambda some: tf.nest.map_structure(lambda a: tf.gather(a, some), stored))
        steps = -(-self.whole(records) // batch_size)
        return {"x": self.shares(batches), "steps_per_epoch": steps, "shuffle": False}

    def agreed(self, decide: Callable[[], bool | None]) -> bool | None:
        """What the leading process decides, in all of them; what it raises, all raise."""
        return decide()

    def sent(self, content: bytes) -> bytes:
        """The leading process's bytes, in all of them."""
        return content

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is done in all processes at once; that one drops out meanwhile is an error.

        Raises:
            ProcessLostError: if another process is gone.
        """
        yield

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """What is built meanwhile lies on one device of this process."""
        yield


def even(batch: Any, parts: int) -> Any:
    """A batch as ``parts`` of even size, one after another along a new axis; the rest is left out.

    Example:
        >>> even((tf.range(5), tf.zeros((5, 3))), 2)[0].numpy().tolist()
        [[0, 1], [2, 3]]
    """

    def cut(one: tf.Tensor) -> tf.Tensor:
        each = tf.shape(one)[0] // parts
        return tf.reshape(one[: each * parts], [parts, each, *one.shape[1:]])

    return tf.nest.map_structure(cut, batch)


def shared(batches: tf.data.Dataset, parts: int) -> tf.data.Dataset:
    """Each batch as :func:`even` parts; those of fewer records than parts are left out."""
    enough = batches.filter(lambda *batch: tf.shape(tf.nest.flatten(batch)[0])[0] >= parts)
    return enough.map(lambda *batch: even(batch, parts), tf.data.AUTOTUNE, deterministic=True)


def current() -> Devices:
    """The devices of the scope that this is called in: a ``tf.distribute`` strategy's, or Keras'.

    Raises:
        ValueError: if it is a strategy under which Keras does not train.

    Example:
        >>> current().count
        1
    """
    if keras.backend.backend() == "jax":
        from ecgzoo.training.data_parallel import DataParallelDevices

        distribution = keras.distribution.distribution()
        if distribution and distribution.num_model_replicas > 1:
            return DataParallelDevices(distribution)
    elif keras.backend.backend() == "tensorflow" and tf.distribute.has_strategy():
        from ecgzoo.training.mirrored import MirroredDevices

        strategy = tf.distribute.get_strategy()
        if strategy.num_replicas_in_sync > 1:
            return MirroredDevices(strategy)
    return Devices()


def compiled_by_xla() -> bool:
    """Whether Keras compiles a training's steps by XLA.

    On TensorFlow that takes longer than these short trainings gain. On JAX each operation would
    otherwise be run by itself.
    """
    return keras.backend.backend() == "jax"


@contextlib.contextmanager
def every_device() -> Iterator[Devices]:
    """A scope of all devices there are, of this process or of all that were started together.

    On the TensorFlow backend they are those of this host; on JAX, those of every process that was
    started with ``KERAS_DISTRIBUTION_JOB_ADDRESSES``, ``KERAS_DISTRIBUTION_NUM_PROCESSES`` and
    ``KERAS_DISTRIBUTION_PROCESS_ID``, on this host or others. What ``fit``, ``train`` and
    ``finetune`` do in the scope is done on all of them. With one device it is no scope at all.

    Raises:
        ValueError: if the backend has no data parallelism here, or not over several processes.
        RunError: if the other processes are not found.

    Example:
        >>> with every_device() as devices:
        ...     devices.count >= 1
        True
    """
    backend = keras.backend.backend()
    if backend == "jax":
        from ecgzoo.training.data_parallel import data_parallel

        scope = data_parallel()
    elif backend == "tensorflow":
        from ecgzoo.training.mirrored import mirrored

        scope = mirrored()
    else:
        raise ValueError(
            f"several devices train on the tensorflow and jax backends of Keras; got {backend}. "
            "Set KERAS_BACKEND to one of them."
        )
    with scope:
        yield current()
