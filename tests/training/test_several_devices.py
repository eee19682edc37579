"""Several devices learn what one learns from the same batches, and all of them the same weights.

Two devices of a CPU, in one process or in two, against one. Losses agree to 1e-5 of their value:
sums over halves of a batch are rounded otherwise. Replicas agree to the bit.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs

import ecgzoo
from ecgzoo.errors import ExportError, RunError
from ecgzoo.training import job
from ecgzoo.training.data_parallel import reach
from ecgzoo.training.devices import Devices, every_device
from ecgzoo.training.fit import fit
from ecgzoo.training.mirrored import MirroredDevices
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run

HOUSE, TRAIN = Path(__file__).parents[2], Path(__file__).parents[1] / "support" / "on_devices.py"
RECORDS = 61  # batches of 16 of 43, cut to 42: the last one of an epoch is not whole
LOSSES, PROBABILITIES = 1e-5, 1e-4


class Trainings:
    """Trainings at work, each in processes of its own, and what they gave."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = settings
        self.started: list[subprocess.Popen] = []

    def start(self, name, devices=1, model="cnn1d", batch=16, records=RECORDS, **settings):
        """One process; returns it."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        paths = os.pathsep.join(filter(None, [str(HOUSE), os.environ.get("PYTHONPATH")]))
        asked = {"PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3", "EPOCHS": "2"}
        words = [str(folder / "run"), *map(str, (devices, batch, records)), model]
        process = subprocess.Popen(
            [sys.executable, str(TRAIN), *words],
            env=os.environ | asked | self.settings | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def start_two(self, name, **settings):
        """Two processes of one device each, which train together."""
        with socket.socket() as free:
            free.bind(("localhost", 0))
            address = f"localhost:{free.getsockname()[1]}"
        together = {"JOB_ADDRESSES": address, "NUM_PROCESSES": "2"}
        return [
            self.start(name, **settings, **_told(together | {"PROCESS_ID": str(number)}))
            for number in range(2)
        ]

    def end(self) -> None:
        for process in self.started:
            _, said = process.communicate()
            assert process.returncode == 0, said
        self.started.clear()

    def losses(self, name) -> np.ndarray:
        history = json.loads((self.folder / name / "run" / "history.json").read_text())
        return np.array([[epoch["loss"], epoch.get("val_loss", 0)] for epoch in history])

    def replicas(self, name) -> list[np.ndarray]:
        """Each variable, ``[devices, ...]``."""
        files = sorted((self.folder / name).glob("replicas-*.npz"))
        parts = [np.load(file) for file in files]
        return [np.concatenate([part[one] for part in parts]) for one in parts[0].files]


def _told(facts):
    return {f"KERAS_DISTRIBUTION_{name}": value for name, value in facts.items()}


def assert_as_one_device(trainings, several, one="one"):
    losses = trainings.losses(several)
    np.testing.assert_allclose(losses, trainings.losses(one), rtol=LOSSES)
    # Of the same records each time, where there are some: the training ones are other variants.
    same = losses[:, 1] if losses[:, 1].any() else losses[:, 0]
    assert same[-1] < same[0], "nothing was learnt"
    replicas = trainings.replicas(several)
    assert {len(variable) for variable in replicas} == {2}
    for variable in replicas:
        np.testing.assert_array_equal(variable[1], variable[0])
    by = json.loads((trainings.folder / several / "run" / "preset.json").read_text())
    return by["training"]["devices"]


MODELS = [
    ("cnn1d", "cpu"),
    pytest.param(("hybrid1", "cpu"), marks=pytest.mark.slow),
    pytest.param(("hybrid1", "accelerator"), marks=pytest.mark.slow),
]


@pytest.mark.whole
@pytest.mark.parametrize("what", MODELS, ids="-".join)
def test_two_mirrored_devices_learn_what_one_learns(tmp_path, what) -> None:
    model, domains = what
    trainings = Trainings(tmp_path, KERAS_BACKEND="tensorflow", DOMAINS=domains)
    trainings.start("one", 1, model)
    trainings.start("two", 2, model)
    trainings.end()
    told = assert_as_one_device(trainings, "two")
    assert told == {"count": 2, "processes": 1, "by": "MirroredStrategy of TensorFlow"}


@pytest.mark.whole
@pytest.mark.parametrize("what", MODELS, ids="-".join)
def test_two_processes_on_jax_learn_what_one_learns_and_tensorflow_takes_it(tmp_path, what) -> None:
    pytest.importorskip("jax")
    model, domains = what
    trainings = Trainings(tmp_path, KERAS_BACKEND="jax", DOMAINS=domains)
    trainings.start("one", 1, model)
    trainings.start_two("two", model=model)
    trainings.end()
    told = assert_as_one_device(trainings, "two")
    assert told == {"count": 2, "processes": 2, "by": "DataParallel on JAX"}
    run, data = Run(tmp_path / "two" / "run"), toy_ecgs(RECORDS)
    answered = run.predictions()
    rows = [data.names.tolist().index(name) for name in answered.names]
    with small_encoders():
        found = ecgzoo.load(run.folder).predict(data.signals[rows])
    assert len(rows) > 5
    np.testing.assert_allclose(found.probabilities, answered.probabilities, atol=PROBABILITIES)


@pytest.mark.slow
def test_two_devices_of_one_process_on_jax_learn_what_one_learns(tmp_path) -> None:
    pytest.importorskip("jax")
    trainings = Trainings(tmp_path, KERAS_BACKEND="jax")
    trainings.start("one")
    trainings.start("two", 2)
    trainings.end()
    told = assert_as_one_device(trainings, "two")
    assert told == {"count": 2, "processes": 1, "by": "DataParallel on JAX"}


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_fine_tuning_on_two_devices_goes_as_on_one(tmp_path, backend) -> None:
    """All 48 records of the training part are one batch: the head's order, drawn, is no matter."""
    pytest.importorskip(backend)
    trainings = Trainings(tmp_path, KERAS_BACKEND=backend)
    for devices, name in ((1, "one"), (2, "two")):
        trainings.start(name, devices, "tuned hybrid1", batch=48, records=60)
    trainings.end()
    assert assert_as_one_device(trainings, "two")["count"] == 2


@pytest.mark.slow
def test_a_process_that_drops_out_is_told_and_the_run_goes_on_when_all_are_back(tmp_path) -> None:
    pytest.importorskip("jax")
    trainings = Trainings(tmp_path, KERAS_BACKEND="jax", EPOCHS="12")
    trainings.start("whole")
    first, second = trainings.start_two("cut")
    while not (tmp_path / "cut" / "run" / "checkpoint.npz").exists():
        assert first.poll() is None
    second.kill()
    second.communicate()
    said = first.communicate(timeout=60)[1]
    assert "another of the 2 processes dropped out, or cannot be reached: " in said
    assert "Start all of them again by the same command" in said
    assert "Traceback" not in said
    assert first.returncode == 1
    trainings.started = trainings.started[:1]
    trainings.start_two("cut")
    trainings.end()
    np.testing.assert_allclose(trainings.losses("cut"), trainings.losses("whole"), rtol=1e-3)


def test_uneven_batches_and_too_few_records_are_refused_before_anything_is_trained(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(job, "current", lambda: _several(2))
    with pytest.raises(ValueError, match="2 devices") as refused:
        fit(Recipe("cnn1d", batch_size=15), tmp_path / "run", toy_ecgs())
    assert str(refused.value) == (
        "2 devices cannot share a batch of 15 evenly: take a batch size that they divide, such as "
        "14, or other devices."
    )
    assert not (tmp_path / "run").exists()
    with pytest.raises(ValueError, match=r"^8 devices are more than the 7 records of the training"):
        _several(8).check(batch_size=16, records=7)
    with pytest.raises(ValueError, match=r"batch of 3 evenly: .* such as 8"):
        _several(8).check(batch_size=3, records=70)


def _several(count):
    devices = Devices()
    devices.count = count
    return devices


def test_an_epoch_leaves_out_fewer_records_than_there_are_devices() -> None:
    batches = tf.data.Dataset.from_tensor_slices(np.arange(35)).batch(16)
    whole = _several(4).whole(35)
    shares = MirroredDevices.__new__(MirroredDevices)
    shares.count, shares._in_turn = 4, lambda elements: elements
    found = [one[0].numpy().tolist() for one in shares.shares(batches.map(lambda one: (one,)))]
    assert whole == 32
    assert found == np.arange(32).reshape(8, 4).tolist()


def test_where_there_is_nothing_to_share_with_it_is_said(monkeypatch) -> None:
    with every_device() as devices:
        assert devices.to_dict() == {"count": 1, "processes": 1, "by": "one device"}
    monkeypatch.setenv("KERAS_DISTRIBUTION_NUM_PROCESSES", "3")
    with pytest.raises(ValueError, match=r"NUM_PROCESSES is 3: several processes .* JAX"):
        every_device().__enter__()
    workers = object.__new__(tf.distribute.MultiWorkerMirroredStrategy)
    with pytest.raises(ValueError, match=r"\(keras#20585\); several processes or hosts train on"):
        MirroredDevices(workers)
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(ValueError, match="several devices train on .* jax backends .* got torch"):
        every_device().__enter__()


def test_a_first_process_that_is_not_there_is_a_sentence(monkeypatch) -> None:
    for name, value in _told({"NUM_PROCESSES": "2", "PROCESS_ID": "1"}).items():
        monkeypatch.setenv(name, value)
    with socket.socket() as silent:  # bound, but nobody listens
        silent.bind(("localhost", 0))
        address = f"localhost:{silent.getsockname()[1]}"
        with pytest.raises(RunError) as refused:
            reach(address, seconds=0)
    said = str(refused.value)
    assert said.startswith(f"process 1 of 2 did not find the first one at {address} within 0 sec")
    assert said.endswith("Start all of them, with the address of the first and a free port there.")


def test_exporting_on_another_backend_is_a_sentence_with_the_command(monkeypatch, preset) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ExportError) as refused:
        ecgzoo.export(preset)
    assert str(refused.value) == (
        "exporting needs the TensorFlow backend, and Keras runs on jax; the weights are the same: "
        f"KERAS_BACKEND=tensorflow ecgzoo export {preset}"
    )
