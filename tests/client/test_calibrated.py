"""A contract's temperature and thresholds, applied to answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from ecgzoo.client import Contract, Prediction
from ecgzoo.evaluation.calibration import Temperature

CLASSES = ("a", "b", "c")


def contract(**fields) -> Contract:
    spec = ("m", ("I",), 250.0, 500, "mV", True, CLASSES)
    return Contract(
        *spec, **({"multi_label": False, "takes_pages": False, "leaky": False} | fields)
    )


def prediction(shares) -> Prediction:
    named = dict(zip(CLASSES, map(float, shares), strict=True))
    label = max(named, key=named.__getitem__)
    return Prediction(named, label, named[label])


weights = st.lists(st.floats(1e-6, 1), min_size=3, max_size=3)
temperatures = st.floats(0.05, 20)


@given(weights, temperatures)
def test_a_softmax_is_that_of_divided_logits(weights, temperature) -> None:
    shares = np.array(weights) / sum(weights)
    asked = prediction(shares)
    found = contract(temperature=temperature).calibrated(asked)
    expected = Temperature(temperature, 0.0, 0.0).apply(shares[None])[0]
    np.testing.assert_allclose(list(found.probabilities.values()), expected, atol=1e-9)
    assert found.label == asked.label
    assert found.score == found.probabilities[found.label]


@given(st.lists(st.floats(1e-6, 1 - 1e-6), min_size=3, max_size=3), temperatures)
def test_where_classes_hold_together_each_is_one_of_two(shares, temperature) -> None:
    found = contract(temperature=temperature, multi_label=True).calibrated(prediction(shares))
    expected = expit(logit(shares) / temperature)
    np.testing.assert_allclose(list(found.probabilities.values()), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("shares", [(1, 0, 0), (1e-300, 1 - 1e-9, 1e-9)])
@pytest.mark.parametrize("temperature", [0.05, 1, 20])
def test_the_surest_answers_stay_numbers(multi_label, shares, temperature) -> None:
    found = contract(temperature=temperature, multi_label=multi_label).calibrated(
        prediction(shares)
    )
    assert np.isfinite(list(found.probabilities.values())).all()
    if not multi_label:
        assert sum(found.probabilities.values()) == pytest.approx(1)


def test_what_was_applied_or_not_answered_stays() -> None:
    asked = prediction((0.5, 0.3, 0.2))
    assert contract(temperature=2.0, applied=("temperature",)).calibrated(asked) is asked
    bad = Prediction(dict.fromkeys(CLASSES, 0.0), "", 0.0, "expected millivolts")
    limits = contract(temperature=2.0, thresholds=dict.fromkeys(CLASSES, 0.0))
    assert limits.calibrated(bad) is bad
    assert limits.above_thresholds(bad) == ()


def test_a_class_is_called_from_its_threshold_on() -> None:
    limits = contract(thresholds={"a": 0.5, "b": 0.31})
    assert limits.above_thresholds(prediction((0.5, 0.3, 0.2))) == ("a",)
    assert contract().above_thresholds(prediction((0.5, 0.3, 0.2))) == ()
