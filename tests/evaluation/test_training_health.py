"""training_health on curves whose reading is known."""

import json

import numpy as np
import pytest

from ecgzoo.evaluation import health_of_history, training_health

EPOCHS = np.arange(30.0)
FALLING = np.exp(-EPOCHS / 10)


def test_a_run_whose_losses_fall_is_sound():
    found = training_health(FALLING, FALLING + 0.1)
    assert (found.overfitted, found.best) == (False, 30)
    np.testing.assert_allclose(found.gap, 0.1)
    assert "lowest, 0.168, in the last epoch" in found.reason


def test_a_validation_loss_that_rises_while_training_goes_on_is_overfitting():
    validation = 1 + (EPOCHS - 10) ** 2 / 200
    found = training_health(FALLING, validation, window=1)
    assert (found.overfitted, found.best) == (True, 11)
    assert "rose by 180% from its lowest, 1 in epoch 11, to 2.8 in epoch 30" in found.reason
    assert "training loss fell from 0.368 to 0.055" in found.reason


def test_smoothing_is_over_the_epochs_before():
    validation = np.r_[5.0, 3.0, 1.0, 3.0, 1.0, 1.0]
    assert training_health(FALLING[:6], validation, window=1).best == 3
    assert training_health(FALLING[:6], validation, window=2).best == 6


def test_a_small_rise_and_one_with_the_training_loss_are_not():
    up = 1 + EPOCHS / 400
    assert not training_health(FALLING, up).overfitted
    assert training_health(FALLING, up, rise=0.02).overfitted
    diverging = training_health(1 + EPOCHS, 1 + EPOCHS)
    assert not diverging.overfitted
    assert "did not fall" in diverging.reason


def test_a_history_is_read_as_training_leaves_it():
    history = [
        {"loss": float(a), "val_loss": float(b), "accuracy": 0.5}
        for a, b in zip(FALLING, FALLING + 0.1, strict=True)
    ]
    found = health_of_history(history)
    assert found.to_dict() == training_health(FALLING, FALLING + 0.1).to_dict()
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    frame = found.to_frame()
    assert (frame.index[0], frame.index[-1], len(frame.columns)) == (1, 30, 3)
    with pytest.raises(ValueError, match="epoch 2 lacks val_loss"):
        health_of_history([history[0], {"loss": 1.0}])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((FALLING[:-1], FALLING), "loss: 29, validation_loss: 30"),
        ((FALLING[:1], FALLING[:1]), "at least 2 epochs"),
        ((FALLING, np.where(EPOCHS == 7, np.nan, 1)), "that of epoch 8 is nan"),
        ((FALLING, FALLING, -1), "a rise from 0"),
        ((FALLING, FALLING, 0.1, 0), "a window from 1"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        training_health(*arguments)
