"""A run that was killed ends with the same weights, bit for bit, as one that was not."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs

from ecgzoo.errors import RunError
from ecgzoo.training.checkpoint import Checkpoint
from ecgzoo.training.fit import fit
from ecgzoo.training.optimizers import FlatAdamW
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run

RECIPE = Recipe("cnn1d", epochs=2, augmentation=False, oversampling="none", batch_size=8)
TRAIN = Path(__file__).parents[1] / "support" / "toy_ecgs.py"


def command(folder, model, device, encoders):
    return [sys.executable, str(TRAIN), str(folder), model, device, encoders]


def train(folder, model, device="cpu", encoders="own"):
    subprocess.run(command(folder, model, device, encoders), check=True, capture_output=True)


def kill_after_epoch(folder, model, device="cpu", encoders="own"):
    """Starts the run and kills it as soon as its first checkpoint stands."""
    process = subprocess.Popen(command(folder, model, device, encoders), stderr=subprocess.DEVNULL)
    checkpoint = folder / "checkpoint.npz"
    while not checkpoint.exists() and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert checkpoint.exists(), "the run was over before it could be killed"
    assert not (folder / "preset.json").exists()


def weights(folder):
    found = {}
    with h5py.File(folder / "model.weights.h5") as file:
        file.visititems(
            lambda name, item: (
                found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None
            )
        )
    return found


@pytest.mark.whole
@pytest.mark.parametrize(
    "how",
    [
        ("hybrid2", "cpu", "small"),
        pytest.param(("hybrid2", "cpu", "own"), marks=pytest.mark.slow),
        pytest.param(("cnn1d_transformer", "accelerator", "own"), marks=pytest.mark.slow),
        pytest.param(("cnn2d", "cpu", "own"), marks=pytest.mark.slow),
    ],
    ids="-".join,
)
def test_a_killed_run_ends_with_the_same_weights(tmp_path, how):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    train(whole, *how)
    kill_after_epoch(cut, *how)
    train(cut, *how)
    expected, found = weights(whole), weights(cut)
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
    for file in ("history.json", "metrics.json", "predictions.csv"):
        assert (cut / file).read_text() == (whole / file).read_text()
    assert not (cut / "checkpoint.npz").exists()


def test_the_checkpoint_of_another_optimizer_is_refused_with_a_remedy(tmp_path):
    core = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    core.compile(keras.optimizers.AdamW(), "mse")
    Checkpoint(tmp_path / "old.npz", core, core).save()
    core.compile(FlatAdamW(), "mse")
    with pytest.raises(RunError, match="an earlier version .* Remove it"):
        Checkpoint(tmp_path / "old.npz", core, core).restore()


class Killed(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


def begun_and_killed(folder, data):
    with pytest.raises(KeyboardInterrupt):
        fit(RECIPE, folder, data, verbose=0, callbacks=[Killed()])


def without_digest(checkpoint):
    """The checkpoint as an earlier version wrote it."""
    with np.load(checkpoint) as saved:
        kept = {name: saved[name] for name in saved.files if name != "records"}
    np.savez(checkpoint, **kept)


@pytest.mark.whole
def test_a_killed_run_does_not_go_on_with_other_records(tmp_path):
    data, run = toy_ecgs(40), Run(tmp_path / "run")
    with small_encoders():
        begun_and_killed(run.folder, data)
        for other in (
            toy_ecgs(50),
            replace(data, labels=data.labels[::-1].copy()),
            replace(data, groups=np.roll(data.groups, 1)),
        ):
            with pytest.raises(RunError) as caught:
                fit(RECIPE, run.folder, other, verbose=0)
            assert str(caught.value) == (
                f"{run.folder} holds a killed run of another data set: its records, their labels "
                "or their patients are no longer the same. Choose another folder, or remove this "
                "one."
            )
        without_digest(run.checkpoint_file)
        fit(RECIPE, run.folder, data, verbose=0)
    assert run.finished
    assert len(json.loads(run.history_file.read_text())) == RECIPE.epochs


@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost(tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    train(whole, "cnn1d")
    rng = np.random.default_rng(0)
    for _ in range(6):
        process = subprocess.Popen(command(cut, "cnn1d", "cpu", "own"), stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(4, 9))
        process.kill()
        process.wait()
    train(cut, "cnn1d")
    assert json.loads((cut / "history.json").read_text()) == json.loads(
        (whole / "history.json").read_text()
    )
    assert (cut / "predictions.csv").read_text() == (whole / "predictions.csv").read_text()
