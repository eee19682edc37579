"""Callbacks of Keras' own kind see each epoch once, and TensorBoard shows what they were told."""

import importlib.util
import json

import keras
import pytest
import tensorflow as tf
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs

from ecgzoo.errors import MissingExtraError
from ecgzoo.models.weights import load_preset
from ecgzoo.training.finetuning import FineTuning, finetune
from ecgzoo.training.fit import fit
from ecgzoo.training.from_scratch import train
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.tensorboard import tensorboard

RECIPE = Recipe("cnn1d", epochs=4, batch_size=16, augmentation=False)


class Noted(keras.callbacks.Callback):
    """Notes each epoch and what it was told; at the end of one of them it is interrupted."""

    def __init__(self, last: int | None = None) -> None:
        super().__init__()
        self.epochs, self.last = {}, last

    def on_epoch_end(self, epoch, logs=None):
        self.epochs[epoch] = logs
        if epoch == self.last:
            raise KeyboardInterrupt


@pytest.mark.whole
def test_of_a_run_that_goes_on_they_see_what_is_left(tmp_path) -> None:
    first, second = Noted(last=1), Noted()
    with small_encoders():
        with pytest.raises(KeyboardInterrupt):
            fit(RECIPE, tmp_path / "run", toy_ecgs(), verbose=0, callbacks=[first])
        run = fit(RECIPE, tmp_path / "run", toy_ecgs(), verbose=0, callbacks=[second])
    assert (list(first.epochs), list(second.epochs)) == ([0, 1], [2, 3])
    history = json.loads(run.history_file.read_text())
    for told, kept in zip((first.epochs | second.epochs).values(), history, strict=True):
        assert told == pytest.approx(kept)


def test_of_a_fine_tuning_they_see_head_and_body_as_one(preset) -> None:
    data, noted = toy_ecgs(), Noted()
    short = FineTuning(head_epochs=2, epochs_per_group=1, epochs=1, augmentation=False, mixup=0)
    with small_encoders():
        model = load_preset(preset)[0]
        tuned = finetune(model, data, settings=short, callbacks=[noted])
    assert list(noted.epochs) == list(range(len(tuned.history)))
    phases = [epoch["phase"] for epoch in tuned.history]
    assert (phases[:3], phases[-1]) == (["head alone", "head alone", "down to stage2"], "all")
    for told, kept in zip(noted.epochs.values(), tuned.history, strict=True):
        assert told == pytest.approx({name: kept[name] for name in told})


def test_tensorboard_is_told_each_epochs_loss(tmp_path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with small_encoders():
        folder, board = tmp_path / "run", tensorboard(tmp_path / "logs")
        run = train("cnn1d", toy_ecgs(), folder=folder, epochs=2, verbose=0, callbacks=[board])
    history = json.loads(run.history_file.read_text())
    for part, name in (("train", "loss"), ("validation", "val_loss")):
        written = EventAccumulator(str(tmp_path / "logs" / part)).Reload()
        points = written.Tensors("epoch_loss")
        losses = [float(tf.make_ndarray(one.tensor_proto)) for one in points]
        assert losses == pytest.approx([epoch[name] for epoch in history])
        assert [one.step for one in points] == [0, 1]


def test_without_tensorboard_a_sentence_says_what_brings_it(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as caught:
        tensorboard(tmp_path)
    assert str(caught.value) == (
        "what TensorBoard shows is written through tensorboard, which is not installed: "
        "`pip install 'ecgzoo[tensorboard]'` brings it"
    )
