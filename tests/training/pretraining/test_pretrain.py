"""Pretraining: a preset that serves other leads, lengths and classes; killed, it goes on."""

import dataclasses

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import heartbeats
from two_corpora import two_corpora

import ecgzoo
from ecgzoo.artifact.preset import read_preset
from ecgzoo.errors import PresetError, RunBusyError, RunError
from ecgzoo.report.cards.artifact import read_artifact
from ecgzoo.report.cards.card import card_of
from ecgzoo.training.finetuning import FineTuning
from ecgzoo.training.pretraining import Pretraining, pretrain
from ecgzoo.training.run import Run

QUICK = Pretraining(steps=4, batch_size=8)
SHORT = FineTuning(head_epochs=1, epochs_per_group=0, epochs=1, augmentation=False)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    import importlib

    module = importlib.import_module("ecgzoo.training.pretraining.pretrain")
    monkeypatch.setattr(module, "ROUND", 2)
    monkeypatch.setattr(module, "source_of", lambda name: {"name": name, "licence": "CC0"})
    with small_encoders():
        yield


@pytest.fixture
def folder(tmp_path):
    pretrain("cnn1d", two_corpora(), tmp_path / "general", QUICK, verbose=0)
    return tmp_path / "general"


def test_the_preset_says_what_it_learned(folder):
    preset = read_preset(folder)
    assert preset.classes == ("wide:all:AFIB", "wide:all:NORM", "wide:super:MI", "narrow:rhythm:A")
    assert preset.multi_label
    assert preset.data == {"name": "wide; narrow", "licence": "CC0; CC0"}
    assert preset.training["pretraining"]["tasks"] == ["wide:all", "wide:super", "narrow:rhythm"]
    assert set(preset.metrics["tasks"]) == {"wide:all", "wide:super", "narrow:rhythm"}
    assert set(preset.thresholds) == set(preset.classes)
    assert str(card_of(read_artifact(folder)))  # nothing that a card needs is missing
    assert [path.name for path in sorted(folder.iterdir())] == ["model.weights.h5", "preset.json"]


@pytest.mark.whole
@pytest.mark.parametrize(("leads", "seconds"), [(("V1",), 2.56), (("II", "I"), 1.28)])
def test_it_is_tuned_on_other_leads_and_lengths(folder, leads, seconds):
    spec = ecgzoo.SignalSpec(leads, 100, round(100 * seconds))
    signals, labels = heartbeats(spec, 16), [0, 1] * 8
    tuned = ecgzoo.finetune(
        "cnn1d",
        signals,
        labels,
        weights=folder,
        classes=["a", "b"],
        leads=leads,
        seconds=seconds,
        settings=SHORT,
    )
    assert tuned.preset.spec == spec
    assert tuned.model.input_shape == (None, *spec.shape)
    assert tuned.model.output_shape == (None, 2)


def test_windows_of_another_length_get_the_same_body(folder):
    whole = ecgzoo.build("cnn1d", weights=folder)
    spec = dataclasses.replace(whole.preset.spec, samples=256)
    longer = ecgzoo.build("cnn1d", spec, weights=folder)
    for ours, theirs in zip(longer.core.get_weights(), whole.core.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert longer.input_shape == (None, 256, 3)


def test_of_a_spectrum_another_length_is_refused(tmp_path):
    pretrain("cnn1d_transformer", two_corpora(), tmp_path / "f", QUICK, verbose=0)
    spec = dataclasses.replace(two_corpora().spec, samples=256)
    with pytest.raises(PresetError, match="the domain frequency shows other frequencies"):
        ecgzoo.build("cnn1d_transformer", spec, weights=tmp_path / "f")


class KilledError(Exception):
    pass


class KilledAfterOneRound(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KilledError


@pytest.mark.whole
def test_killed_it_goes_on_where_it_was(folder, tmp_path):
    again = tmp_path / "again"
    with pytest.raises(KilledError):
        pretrain("cnn1d", two_corpora(), again, QUICK, verbose=0, callbacks=[KilledAfterOneRound()])
    resumed = pretrain("cnn1d", two_corpora(), again, QUICK, verbose=0)
    through = ecgzoo.build("cnn1d", weights=folder)
    for ours, theirs in zip(resumed.core.get_weights(), through.core.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_killed_training_of_other_patients_is_not_taken_up(tmp_path):
    with pytest.raises(KilledError):
        pretrain(
            "cnn1d", two_corpora(), tmp_path, QUICK, verbose=0, callbacks=[KilledAfterOneRound()]
        )
    other = dataclasses.replace(QUICK, seed=1)
    with pytest.raises(RunError, match="a killed training with other seed"):
        pretrain("cnn1d", two_corpora(), tmp_path, other, verbose=0)
    with pytest.raises(RunError, match="a killed training with other records"):
        pretrain("cnn1d", two_corpora(24), tmp_path, QUICK, verbose=0)


def test_what_is_there_is_not_lost(folder):
    with pytest.raises(RunError, match="holds a preset already"):
        pretrain("cnn1d", two_corpora(), folder, QUICK)


def test_what_cannot_be_built_leaves_nothing_behind(tmp_path):
    with pytest.raises(TypeError, match="no_such"):
        pretrain("cnn1d", two_corpora(), tmp_path / "a", QUICK, no_such=1)
    assert not (tmp_path / "a").exists()


def test_two_do_not_train_in_one_folder(tmp_path):
    folder = tmp_path / "a"
    with Run(folder).locked(), pytest.raises(RunBusyError) as caught:
        pretrain("cnn1d", two_corpora(), folder, QUICK)
    assert str(caught.value) == f"another process is training in {folder}; wait for it"


class Steps(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.of = {}

    def on_epoch_begin(self, epoch, logs=None):
        self.of[epoch] = 0

    def on_train_batch_end(self, batch, logs=None):
        self.of[max(self.of)] += 1


@pytest.mark.whole
@pytest.mark.parametrize(("asked", "of"), [(1, {0: 1}), (3, {0: 2, 1: 1}), (4, {0: 2, 1: 2})])
def test_there_are_as_many_steps_as_are_asked_for(tmp_path, asked, of):
    steps, settings = Steps(), dataclasses.replace(QUICK, steps=asked)
    pretrain("cnn1d", two_corpora(), tmp_path / "a", settings, verbose=0, callbacks=[steps])
    assert steps.of == of


class Stopped(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = True


def test_a_callback_that_stops_it_stops_the_shorter_last_round_too(tmp_path):
    steps, settings = Steps(), dataclasses.replace(QUICK, steps=3)
    callbacks = [steps, Stopped()]
    pretrain("cnn1d", two_corpora(), tmp_path / "a", settings, verbose=0, callbacks=callbacks)
    assert steps.of == {0: 2}


def test_no_step():
    with pytest.raises(ValueError, match="one step or more; got 0"):
        Pretraining(steps=0)
