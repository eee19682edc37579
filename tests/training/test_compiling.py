"""compile_once: TensorFlow traces the step of a training once, whatever is trained and measured."""

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs

import ecgzoo
from ecgzoo.training import optimizers
from ecgzoo.training.compiling import compile_once
from ecgzoo.training.finetuning import FineTuning, finetune

INPUTS, TARGETS = np.ones((8, 2), np.float32), np.eye(8, 3, dtype=np.float32)


class Counted(keras.losses.Loss):
    """Counts how often Python is asked for it: in a graph, once for each trace."""

    asked = 0

    def call(self, y_true, y_pred):
        self.asked += 1
        return keras.losses.categorical_crossentropy(y_true, y_pred)


@pytest.mark.parametrize("make", [optimizers.FlatAdamW, optimizers.DiscriminativeAdamW])
def test_the_step_is_traced_once_and_measures_begin_at_zero(make) -> None:
    model, loss = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "softmax")]), Counted()
    compile_once(model, make(0.0), loss, ["accuracy"])
    history = model.fit(INPUTS, TARGETS, epochs=2, batch_size=4, verbose=0).history
    assert loss.asked == 1
    hits = np.asarray(model(INPUTS)).argmax(1) == TARGETS.argmax(1)
    np.testing.assert_allclose(history["accuracy"], [hits.mean()] * 2)


def test_fine_tuning_traces_the_head_s_step_and_the_body_s_once(monkeypatch) -> None:
    loss, data = Counted(), toy_ecgs(24)
    monkeypatch.setattr("ecgzoo.training.finetuning.tuner.loss_of", lambda *_: loss)
    settings = FineTuning(head_epochs=1, epochs_per_group=0, epochs=1, augmentation=False)
    with small_encoders():
        begun = ecgzoo.build("cnn1d", data.spec, len(data.classes))
        finetune(begun, data.signals, data.labels, settings=settings)
    assert loss.asked == 2
