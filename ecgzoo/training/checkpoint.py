"""What a killed run needs to go on as if nothing happened: a checkpoint per epoch, and one seed."""

import io
import json
import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR
from keras.src.utils.rng_utils import GLOBAL_RANDOM_SEED
from tensorflow.python.eager import context
from tensorflow.python.framework import config

from ecgzoo.errors import RunError
from ecgzoo.files.atomic import write_atomically
from ecgzoo.training.devices import Devices

RECORDS = "records"  # the array of a checkpoint that holds their digest
KERAS_STATES = (GLOBAL_RANDOM_SEED, GLOBAL_SEED_GENERATOR)


def check_same(folder: Path, there: str, asked: str) -> None:
    """Checks that a killed run goes on with its own records.

    Of others the parts are others: what was trained on would be tested on.

    Args:
        folder: the run's.
        there: digest of the records that it began with; empty if an earlier version wrote none.
        asked: digest of those that it is to go on with.

    Raises:
        RunError: if they are others.
    """
    if there and asked and there != asked:
        raise RunError(
            f"{folder} holds a killed run of another data set: its records, their labels or their "
            "patients are no longer the same. Choose another folder, or remove this one."
        )


@contextmanager
def seeded(seed: int, deterministic: bool = False) -> Iterator[None]:
    """Sets the seeds of Python, NumPy, Keras and TensorFlow, and gives the states of before back.

    TensorFlow's determinism of operations is given back too. What stays changed is one thing: an
    operation such as ``tf.random.normal(shape, seed=3)``, which counts its calls by itself, begins
    to count anew, as after any ``tf.random.set_seed``.

    Args:
        seed: of all four.
        deterministic: whether every operation must give the same bits each time (slower).

    Example:
        >>> random.seed(7)
        >>> first, second = random.random(), random.random()
        >>> random.seed(7)
        >>> with seeded(0):
        ...     _ = random.random() == first, random.random()
        >>> random.random() == first
        True
        >>> with seeded(0):
        ...     drawn = float(keras.random.uniform(()))
        >>> with seeded(0):
        ...     float(keras.random.uniform(())) == drawn
        True
    """
    python, numpy = random.getstate(), np.random.get_state()
    kept = {name: global_state.get_global_attribute(name) for name in KERAS_STATES}
    eager = context.context()
    tensorflow = {name: getattr(eager, name, None) for name in ("_seed", "_rng")}
    same_bits = config.is_op_determinism_enabled()
    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for name, value in kept.items():
            global_state.set_global_attribute(name, value)
        vars(eager).update(tensorflow)
        if not same_bits:
            config.disable_op_determinism()


def check_loss(name: str, epoch: int, loss: float) -> None:
    """Checks an epoch's loss.

    Args:
        name: of the loss, as Keras logs it.
        epoch: its number, from 1 on.
        loss: its value.

    Raises:
        RunError: if it is not finite.

    Example:
        >>> check_loss("loss", 3, float("nan"))
        Traceback (most recent call last):
        ...
        ecgzoo.errors.RunError: the loss of epoch 3 is nan: training diverged. Look ...
    """
    if not math.isfinite(loss):
        raise RunError(
            f"the {name} of epoch {epoch} is {loss}: training diverged. "
            "Look for extreme samples in the records, or lower the learning rate."
        )


@dataclass
class Progress:
    """How far a run is, and what early stopping knows.

    Attributes:
        epoch: epochs done.
        best: lowest smoothed validation loss so far.
        waited: epochs since.
        history: one dictionary of logs per epoch.
    """

    epoch: int = 0
    best: float = float("inf")
    waited: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


class Checkpoint:
    """Saves and restores a model, its optimizer, its random states, the best weights and progress.

    ``model.variables`` holds the dropout generators' states beside the weights, so a resumed run
    drops what the uninterrupted one would have dropped.

    Args:
        path: the ``.npz`` file.
        model: the compiled model that is trained.
        core: the part of it that owns the weights worth keeping.
        devices: which it is trained on; of several processes the leading one has the file.
        records: a digest of the data set, without which any may go on.
    """

    def __init__(
        self,
        path: Path,
        model: keras.Model,
        core: keras.Model,
        devices: Devices | None = None,
        records: str = "",
    ) -> None:
        self.path = path
        self.records = records
        self.devices = devices or Devices()
        self.model = model
        self.core = core
        model.optimizer.build(model.trainable_variables)
        self.progress = Progress()
        self.best_weights: list[np.ndarray] = core.get_weights()

    def save(self) -> None:
        """Writes the file, atomically."""
        if not self.devices.leads:
            return
        arrays: dict[str, Any] = {
            f"{kind}_{index:04d}": np.asarray(value)
            for kind, values in self._parts().items()
            for index, value in enumerate(values)
        }
        arrays[RECORDS] = np.array(self.records)
        arrays["state"] = np.array(json.dumps(asdict(self.progress)))
        write_atomically(self.path, lambda draft: np.savez(draft, **arrays))

    def restore(self) -> None:
        """Takes up what the file holds, if there is one.

        Raises:
            RunError: if the file is of other records, of another model, or of an earlier version's
                optimizer.
        """
        there = self.devices.leads and self.path.exists()
        content = self.devices.sent(self.path.read_bytes() if there else b"")
        if not content:
            return
        with np.load(io.BytesIO(content)) as saved:
            arrays = {name: saved[name] for name in saved.files}
        check_same(self.path.parent, str(arrays.pop(RECORDS, "")), self.records)
        self.progress = Progress(**json.loads(str(arrays.pop("state"))))
        parts = self._parts()
        if len(arrays) != sum(map(len, parts.values())):
            raise RunError(
                f"{self.path} holds {len(arrays)} arrays and this run has "
                f"{sum(map(len, parts.values()))}: it is of another model, or of "
                "an earlier version of ecgzoo, whose optimizer kept others. Remove it, and the run "
                "starts anew."
            )
        for kind in ("model", "optimizer"):
            for index, variable in enumerate(parts[kind]):
                variable.assign(arrays[f"{kind}_{index:04d}"])
        count = len(self.best_weights)
        self.best_weights = [arrays[f"best_{index:04d}"] for index in range(count)]

    def _parts(self) -> dict[str, Any]:
        return {
            "model": self.model.variables,
            "optimizer": self.model.optimizer.variables,
            "best": self.best_weights,
        }


SMOOTHING = 5


class EarlyStopping(keras.callbacks.Callback):
    """Stops at a validation loss that no longer falls, keeps the best weights, and checkpoints.

    The loss is smoothed over the last five epochs: that of a few dozen validation records jumps,
    and its lowest jump says little about the weights. Without validation the last weights are kept.

    Keras' own EarlyStopping and BackupAndRestore do not know of each other: a restored run forgets
    the best weights and how long it has waited.
    """

    def __init__(self, checkpoint: Checkpoint, patience: int) -> None:
        super().__init__()
        self.checkpoint = checkpoint
        self.patience = patience

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Notes the epoch, saves, and stops if it waited long enough."""
        progress = self.checkpoint.progress
        progress.epoch = epoch + 1
        progress.history.append({name: float(value) for name, value in (logs or {}).items()})
        watched = "val_loss" if "val_loss" in progress.history[-1] else "loss"
        recent = [logs[watched] for logs in progress.history[-SMOOTHING:]]
        loss = float(np.mean(recent))
        check_loss(watched, epoch + 1, recent[-1])
        if watched == "loss" or loss < progress.best:
            progress.best, progress.waited = loss, 0
            self.checkpoint.best_weights = self.checkpoint.core.get_weights()
        else:
            progress.waited += 1
        self.checkpoint.save()
        if progress.waited >= self.patience:
            self.model.stop_training = True
