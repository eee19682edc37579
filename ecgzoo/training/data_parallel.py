"""Several devices of one process or of several, on one host or more, by Keras' DataParallel on JAX.

The processes run the same program on the same records. The first one leads: it alone reads and
writes the run's folder, and tells the others what they cannot see.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.utils.module_utils import jax  # imported when it is asked for something

from ecgzoo.errors import ProcessLostError, RunError
from ecgzoo.training.devices import PROCESSES, Devices, shared

ADDRESSES, PROCESS = "KERAS_DISTRIBUTION_JOB_ADDRESSES", "KERAS_DISTRIBUTION_PROCESS_ID"
# What JAX says, in errors of several kinds, where another process is gone.
LOST = ("Gloo", "NCCL", "UNAVAILABLE", "heartbeat", "DEADLINE_EXCEEDED")


class DataParallelDevices(Devices):
    """The devices of a distribution, which keeps the weights on each.

    Args:
        distribution: the one in scope.
    """

    by = "DataParallel on JAX"

    def __init__(self, distribution: keras.distribution.DataParallel) -> None:
        self.distribution = distribution
        self.count = distribution.num_model_replicas
        self.processes = jax.process_count()
        self.leads = jax.process_index() == 0
        distribution.auto_shard_dataset = False  # each process feeds its share, as cut here

    def shares(self, batches: tf.data.Dataset) -> tf.data.Dataset:
        """This process's part of each batch; JAX cuts it among the process's devices."""
        each, first = self.count // self.processes, jax.process_index()
        rows = slice(first * each, (first + 1) * each)
        parts = shared(batches, self.count)
        return _joined(parts, lambda one: one[rows]).prefetch(tf.data.AUTOTUNE)

    def copies(self, batches: tf.data.Dataset) -> tf.data.Dataset:
        """Each batch once for each device of this process."""
        each = self.count // self.processes
        return _joined(batches, lambda one: tf.stack([one] * each)).prefetch(tf.data.AUTOTUNE)

    def agreed(self, decide: Callable[[], bool | None]) -> bool | None:
        """What the leading process decides, in all of them; what it raises, all raise."""
        said: dict[str, Any] = {}
        raised: Exception | None = None
        if self.leads:
            try:
                said["value"] = decide()
            except Exception as error:
                said["error"], raised = str(error), error
        told = json.loads(self.sent(json.dumps(said).encode()))
        if raised:
            raise raised
        if "error" in told:
            raise RunError(told["error"])
        return told["value"]

    def sent(self, content: bytes) -> bytes:
        """The leading process's bytes, in all of them."""
        if self.processes == 1:
            return content
        from jax.experimental import multihost_utils

        size = int(multihost_utils.broadcast_one_to_all(np.int32(len(content))))
        own = np.frombuffer(content, np.uint8) if self.leads else np.zeros(size, np.uint8)
        return np.asarray(multihost_utils.broadcast_one_to_all(own)).tobytes()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is done in all processes at once; that one drops out meanwhile is an error."""
        try:
            yield
        except (jax.errors.JaxRuntimeError, ValueError) as error:
            if self.processes == 1 or not any(one in str(error) for one in LOST):
                raise
            raise ProcessLostError(
                f"another of the {self.processes} processes dropped out, or cannot be reached: "
                f"{str(error).splitlines()[0]}. Start all of them again by the same command: they "
                "go on after the last epoch that was done."
            ) from error

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """What is built meanwhile lies on one device of this process."""
        keras.distribution.set_distribution(None)
        try:
            yield
        finally:
            keras.distribution.set_distribution(self.distribution)


def _joined(batches: tf.data.Dataset, parts: Callable[[tf.Tensor], tf.Tensor]) -> tf.data.Dataset:
    """Batches of the parts of each tensor, one part after another."""

    def joined(one: tf.Tensor) -> tf.Tensor:
        some = parts(one)
        return tf.reshape(some, [-1, *some.shape[2:]])

    return batches.map(
        lambda *batch: tf.nest.map_structure(joined, batch), tf.data.AUTOTUNE, deterministic=True
    )


def data_parallel() -> contextlib.AbstractContextManager[Any]:
    """The scope of all devices of all processes; none where there is one device.

    Raises:
        RunError: if the other processes are not found.
    """
    tf.config.set_visible_devices([], "GPU")  # JAX has them; TensorFlow feeds records alone
    if int(os.environ.get(PROCESSES, "1")) > 1:
        _join()
    if jax.device_count() < 2:
        return contextlib.nullcontext()
    return keras.distribution.DataParallel(devices=keras.distribution.list_devices()).scope()


def _join() -> None:
    if jax.distributed.is_initialized():
        return
    missing = [name for name in (ADDRESSES, PROCESS) if not os.environ.get(name)]
    if missing:
        raise ValueError(
            f"{PROCESSES} is {os.environ[PROCESSES]}, and {' and '.join(missing)} not set: each "
            "process must know the first one's host:port, and its own number, from 0 on."
        )
    address = os.environ[ADDRESSES].partition(",")[0]
    if os.environ[PROCESS] != "0":
        reach(address)
    keras.distribution.initialize()


def reach(address: str, seconds: float = 240.0) -> None:
    """Waits for the first process: JAX would end this one without a word to Python.

    Args:
        address: its host:port.
        seconds: how long; less than JAX waits for all.

    Raises:
        RunError: if nothing answers there.
    """
    host, _, port = address.rpartition(":")
    last = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
        except OSError as error:
            if time.monotonic() > last:
                raise RunError(
                    f"process {os.environ[PROCESS]} of {os.environ[PROCESSES]} did not find the "
                    f"first one at {address} within {seconds:g} seconds: {error}. Start all of "
                    "them, with the address of the first and a free port there."
                ) from error
            time.sleep(0.5)
        else:
            return
