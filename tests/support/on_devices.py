"""Trains on devices of the CPU, in a process of its own: FOLDER DEVICES BATCH RECORDS [MODEL].

The engine is that of ``KERAS_BACKEND``. Dropout is off: its draws differ from device to device.
Beside the run lie ``replicas-PROCESS.npz``: every variable as each device of the process has it.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np


def logical_devices(count: int) -> None:
    """Before anything is computed: so many devices of this process."""
    flags = f"--xla_force_host_platform_device_count={count} --xla_backend_optimization_level=0"
    os.environ["XLA_FLAGS"] = flags
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * count
    tf.config.set_logical_device_configuration(cpu, parts)


def copies(variable) -> list[np.ndarray]:
    """What each device of this process has."""
    import keras

    if keras.backend.backend() == "jax":
        return [np.asarray(one.data) for one in variable.value.addressable_shards]
    import tensorflow as tf

    strategy = tf.distribute.get_strategy()
    return [one.numpy() for one in strategy.experimental_local_results(variable.value)]


def watch_jobs(folder: Path) -> None:
    """Jobs train without dropout, and write what each device has in the end."""
    import keras

    from ecgzoo.training.job import Job

    compile_, train = Job._compile, Job.train

    def without_dropout(self) -> None:
        for layer in self.core._flatten_layers():
            if "dropout" in type(layer).__name__.lower():
                layer.rate = 0.0
        compile_(self)

    def watched(self, *arguments) -> None:
        train(self, *arguments)
        model = self.checkpoint.model
        found = {
            f"{number:03d}": np.stack(copies(one))
            for number, one in enumerate([*model.variables, *model.optimizer.variables])
        }
        number = os.environ.get("KERAS_DISTRIBUTION_PROCESS_ID", "0")
        np.savez(folder.parent / f"replicas-{number}.npz", **found)

    Job._compile, Job.train = without_dropout, watched
    keras.utils.set_random_seed(0)


def tune(folder: Path, model: str, batch: int, records: int) -> None:
    """Fine-tunes a new model, without dropout; the replicas lie in ``replicas-0.npz``."""
    import keras
    from small_encoders import small_encoders
    from toy_ecgs import SPEC, toy_ecgs

    import ecgzoo
    from ecgzoo.training.devices import every_device
    from ecgzoo.training.finetuning import FineTuning, finetune
    from ecgzoo.training.finetuning.tuner import Tuner

    fit_head = Tuner.fit_head

    def without_dropout(self, verbose) -> None:
        for layer in self.core._flatten_layers():
            if "dropout" in type(layer).__name__.lower():
                layer.rate = 0.0
        fit_head(self, verbose)

    Tuner.fit_head = without_dropout
    settings = FineTuning(
        head_epochs=2,
        epochs_per_group=1,
        epochs=2,
        batch_size=batch,
        oversampling="none",
        augmentation=False,
    )
    data = toy_ecgs(records)
    with every_device(), small_encoders():
        keras.utils.set_random_seed(3)
        begun = ecgzoo.build(model, SPEC, len(data.classes))
        tuned = finetune(begun, data.signals, data.labels, settings=settings, folder=folder)
        found = {
            f"{number:03d}": np.stack(copies(one))
            for number, one in enumerate(tuned.model.variables)
        }
    np.savez(folder.parent / "replicas-0.npz", **found)


def main() -> None:
    folder, devices, batch, records = sys.argv[1], *map(int, sys.argv[2:5])
    model = sys.argv[5] if len(sys.argv) > 5 else "hybrid1"
    logical_devices(devices)
    from rich.console import Console
    from small_encoders import small_encoders
    from toy_ecgs import toy_ecgs

    from ecgzoo.cli.devices import all_devices
    from ecgzoo.training.fit import fit
    from ecgzoo.training.recipe import Recipe

    if model.startswith("tuned "):
        return tune(Path(folder), model.removeprefix("tuned "), batch, records)
    watch_jobs(Path(folder))
    device = os.environ.get("DOMAINS", "cpu")
    recipe = Recipe(
        model,
        epochs=int(os.environ.get("EPOCHS", "3")),
        batch_size=batch,
        oversampling="none",
        device=device,
    )
    with all_devices(Console()) as found, small_encoders():
        run = fit(recipe, Path(folder), toy_ecgs(records), verbose=0)
    print(json.dumps({"count": found.count, "folder": str(run.folder)}))


if __name__ == "__main__":
    main()
