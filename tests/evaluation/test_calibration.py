"""Calibration against scikit-learn and by simulation, and on bad input, temperature too."""

import json

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.calibration import calibration_curve

from ecgzoo.evaluation import calibration, fit_temperature


def draw(seed=0, n=400, sharpness=1.0):
    """Labels drawn from known probabilities, and these, made sharper or blunter."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, 4))
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    return labels, softmax(logits * sharpness, axis=1)


@pytest.mark.parametrize(("binning", "strategy"), [("width", "uniform"), ("adaptive", "quantile")])
@pytest.mark.parametrize("bins", [1, 7, 15])
def test_the_curve_is_that_of_scikit_learn(binning, strategy, bins):
    labels, probabilities = draw(n=390)  # 389 is prime: no record stands on a quantile's edge
    found = calibration(labels, probabilities, bins, binning)
    right, sure = probabilities.argmax(1) == labels, probabilities.max(1)
    accuracy, confidence = calibration_curve(right, sure, n_bins=bins, strategy=strategy)
    np.testing.assert_allclose(found.accuracy, accuracy)
    np.testing.assert_allclose(found.confidence, confidence)
    assert found.count.sum() == len(labels)
    expected = (found.count * abs(accuracy - confidence)).sum() / len(labels)
    assert found.error == pytest.approx(expected)


def test_adaptive_bins_hold_as_many_records_each():
    assert set(calibration(*draw(), 8, "adaptive").count) == {50}


def test_a_calibrated_classifiers_error_is_small_and_a_sure_ones_is_the_gap():
    labels, probabilities = draw(n=20_000)
    assert calibration(labels, probabilities).error < 0.015
    sharper = softmax(3 * np.log(probabilities), axis=1)
    gap = sharper.max(1).mean() - (probabilities.argmax(1) == labels).mean()
    assert calibration(labels, sharper).error == pytest.approx(gap, abs=1e-3)


def test_an_edge_belongs_to_the_bin_below():
    found = calibration([0, 1], [[0.5, 0.5], [0.0, 1.0]], bins=2)
    assert found.confidence.tolist() == [0.5, 1.0]


def test_records_of_one_class_and_equal_answers_make_one_bin():
    found = calibration(np.zeros(30, int), [[0.7, 0.3]] * 30, binning="adaptive")
    assert (found.count.tolist(), found.error) == ([30], pytest.approx(0.3))


def test_dictionaries_survive_json_and_frames_hold_the_curve():
    found, fitted = calibration(*draw()), fit_temperature(*draw())
    for one in (found, fitted):
        assert json.loads(json.dumps(one.to_dict())) == one.to_dict()
    assert found.to_frame()["count"].sum() == 400
    assert fitted.to_frame()["value"][0] == fitted.value


@pytest.mark.parametrize("function", [calibration, fit_temperature])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, p: (y[:-1], p), r"expected probabilities \[399, 4\]"),
        (lambda y, p: (y, p * np.nan), "row 0 .400 rows in all. holds NaN"),
        (lambda y, p: (y, p * 9), "softmax"),
        (lambda y, p: (y, p[:, 0]), "2 classes or more; got shape"),
        (lambda y, p: (y[:0], p[:0]), "empty"),
    ],
)
def test_bad_arrays_are_named(function, change, message):
    with pytest.raises(ValueError, match=message):
        function(*change(*draw()))


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="at least 1 bin"):
        calibration(*draw(), bins=0)
    with pytest.raises(ValueError, match="'width' or 'adaptive'; got 'equal'"):
        calibration(*draw(), binning="equal")
