"""Which phase's weights a fine-tuning keeps: the last one's, unless the head alone had more right."""

import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

import ecgzoo
from ecgzoo.training.finetuning.settings import FineTuning
from ecgzoo.training.finetuning.tuner import Tuner

DATA = toy_ecgs(24)


@pytest.mark.parametrize(
    ("head", "body", "kept"),
    [
        ([0.5, 0.5], [0.9, 0.75], 4),  # more right
        ([0.5, 0.5], [0.9, 0.5], 4),  # as many
        ([0.5, 0.5], [0.9, 0.25], 2),  # fewer at the end, whatever came before
        ([0.9, 0.5], [0.75], 3),  # the head's best epoch is no candidate
    ],
)
def test_the_last_phase_is_kept_unless_the_first_had_more_right(head, body, kept) -> None:
    with small_encoders():
        core = ecgzoo.build("cnn1d", SPEC, 2, inputs="domains")
    tuner = Tuner(core, DATA, DATA, FineTuning(seed=0))
    epoch = 0
    for phase, accuracies in (("head alone", head), ("all", body)):
        callback = tuner.kept.during([phase] * len(accuracies))
        for number, accuracy in enumerate(accuracies):
            epoch += 1
            core.set_weights([np.full_like(one, epoch) for one in core.get_weights()])
            callback.on_epoch_end(number, {"val_loss": 1 - accuracy, "val_accuracy": accuracy})
    tuner.kept.restore()
    assert tuner.kept.epoch == kept
    assert all((one == kept).all() for one in core.get_weights())
    assert len(tuner.kept.history) == len(head + body)
