"""fit_temperature against closed forms and scikit-learn's loss, and on bad input."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss

from ecgzoo.evaluation import fit_temperature


def draw(seed=0, n=400, sharpness=1.0):
    """Labels drawn from known probabilities, and these, made sharper or blunter."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, 4))
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    return labels, softmax(logits * sharpness, axis=1)


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_the_sharpness(sharpness):
    labels, probabilities = draw(n=20_000, sharpness=sharpness)
    found = fit_temperature(labels, probabilities)
    assert found.value == pytest.approx(sharpness, rel=0.04)
    assert found.loss_before == pytest.approx(log_loss(labels, probabilities))
    assert found.loss_after == pytest.approx(log_loss(labels, found.apply(probabilities)))
    assert found.loss_after <= found.loss_before


def test_the_temperature_of_two_answers_is_a_ratio_of_log_odds():
    labels, sure = np.repeat([0, 1], [70, 30]), np.tile([0.95, 0.05], (100, 1))
    expected = np.log(0.95 / 0.05) / np.log(0.7 / 0.3)
    assert fit_temperature(labels, sure).value == pytest.approx(expected, rel=1e-4)


def test_the_temperature_is_where_the_loss_is_flat():
    labels, probabilities = draw(3, sharpness=2.0)
    value = fit_temperature(labels, probabilities).value

    def loss(temperature):
        logs = log_softmax(np.log(probabilities) / temperature, axis=1)
        return -logs[np.arange(len(labels)), labels].mean()

    assert loss(value) < min(loss(value * 1.01), loss(value / 1.01))


def test_predicted_classes_stay():
    labels, probabilities = draw()
    cooled = fit_temperature(labels, probabilities).apply(probabilities)
    np.testing.assert_array_equal(cooled.argmax(1), probabilities.argmax(1))
    np.testing.assert_allclose(cooled.sum(1), 1)


@pytest.mark.parametrize(
    ("labels", "probabilities"),
    [
        ([0, 0, 0], [[0.8, 0.2]] * 3),  # all right: the colder the better
        ([1, 1, 1], [[0.8, 0.2]] * 3),  # all wrong: the hotter the better
        ([0, 1, 0], [[0.5, 0.5]] * 3),  # all the same: any will do
    ],
)
def test_records_of_which_no_temperature_is_best_are_refused(labels, probabilities):
    with pytest.raises(ValueError, match="no temperature is best for these 3 records"):
        fit_temperature(labels, probabilities)
