"""Thresholds that are judged on other groups than they were fitted on."""

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.training import thresholds
from ecgzoo.training.thresholds import FOLDS, cross_fitted, fitted


def answers(labels, shares, groups=None):
    names = np.arange(len(labels)).astype(str)
    classes = ("AF", "MI")
    return Predictions(names, names if groups is None else groups, labels, shares, classes)


def test_a_class_that_all_have_or_none_has_gets_no_threshold() -> None:
    shares = np.array([[0.4, 0.2], [0.1, 0.3]])
    assert fitted(answers(np.array([[1, 0], [1, 1]]), shares)) == {"MI": 0.3}
    assert fitted(answers(np.array([[1, 0], [1, 0]]), shares)) == {}


def test_each_group_is_called_from_a_threshold_of_the_others(monkeypatch) -> None:
    rng = np.random.default_rng(0)
    fitted_on = []

    def noted(found):
        fitted_on.append({*found.groups})
        return {"AF": len(fitted_on) / 10}

    monkeypatch.setattr(thresholds, "fitted", noted)
    groups = np.arange(60) // 2
    found = cross_fitted(answers(rng.integers(0, 2, (60, 2)), rng.random((60, 2)), groups))
    assert len(fitted_on) == FOLDS
    for number, others in enumerate(fitted_on, start=1):
        ours = {*groups[found.thresholds[:, 0] == number / 10]}
        assert ours | others == {*groups}
        assert not ours & others
    assert (found.thresholds[:, 1] == 0.5).all()


def test_chance_is_flattered_by_the_records_that_chose_the_threshold_alone() -> None:
    rng = np.random.default_rng(1)
    gains = []
    for _ in range(30):
        labels, shares = (rng.random((100, 2)) < 0.1).astype(int), rng.random((100, 2))
        told = answers(labels, shares)
        gains.append(told.at(fitted(told)).metrics().f1 - cross_fitted(told).metrics().f1)
    assert np.mean(gains) > 0.04
