"""Repeated cross-validations: against group_bootstrap, scikit-learn and a loop over resamples."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

from ecgzoo.evaluation import group_bootstrap, repetitions
from ecgzoo.evaluation.bootstrap import bootstrap_weights
from ecgzoo.evaluation.metrics import METRICS

CLASSES = ("Normal", "MI", "HB")
RNG = np.random.default_rng(3)
LABELS = np.repeat([0, 1, 2], (40, 15, 20))
GROUPS = RNG.integers(0, 30, len(LABELS))


def answers(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(LABELS)) < 0.7, LABELS, rng.integers(0, 3, len(LABELS)))


SEVERAL = np.stack([answers(seed) for seed in range(3)])


@pytest.mark.parametrize("metric", METRICS)
def test_a_single_one_is_the_group_bootstrap(metric) -> None:
    found = repetitions(LABELS, SEVERAL[0], GROUPS, CLASSES).overall[metric]
    assert found.mean == group_bootstrap(LABELS, SEVERAL[0], GROUPS, metric)
    assert found.each == (found.mean.estimate,)
    assert found.spread is None


def test_per_class_figures_are_scikit_learn_s() -> None:
    found = repetitions(LABELS, SEVERAL, GROUPS, CLASSES)
    each = np.array([precision_recall_fscore_support(LABELS, one)[:3] for one in SEVERAL])
    for i, label in enumerate(CLASSES):
        for j, name in enumerate(("precision", "recall", "f1")):
            one = found.per_class[label][name]
            assert one.each == pytest.approx(each[:, j, i])
            assert one.mean.estimate == pytest.approx(each[:, j, i].mean())
            assert one.spread == pytest.approx(each[:, j, i].std(ddof=1))


def test_each_resample_draws_the_same_groups_in_every_repetition() -> None:
    found = repetitions(LABELS, SEVERAL, GROUPS, CLASSES, resamples=50)
    names, index = np.unique(GROUPS, return_inverse=True)
    accuracies, recalls = [], []
    for weights in np.vstack([*bootstrap_weights(len(names), 50, 0)]):
        own = weights[index]
        right = (SEVERAL == LABELS) * own
        accuracies.append((right.sum(axis=1) / own.sum()).mean())
        member = LABELS == 1
        recalls.append((right[:, member].sum(axis=1) / own[member].sum()).mean())
    for one, values in (
        (found.overall["accuracy"], accuracies),
        (found.per_class["MI"]["recall"], recalls),
    ):
        assert (one.mean.low, one.mean.high) == pytest.approx(np.quantile(values, [0.025, 0.975]))


def test_resamples_without_a_class_are_left_out_of_its_intervals() -> None:
    labels, groups = np.array([0, 0, 0, 1]), list("abcd")
    found = repetitions(labels, labels, groups, "xy").per_class
    without = (np.vstack([*bootstrap_weights(4, 2000, 0)])[:, 3] == 0).sum()
    assert found["y"]["recall"].mean.resamples == 2000 - without
    assert found["y"]["recall"].mean.low == 1.0


@given(st.integers(1, 4))
def test_equal_repetitions_have_no_spread_and_the_interval_of_one(times) -> None:
    one, many = (
        repetitions(LABELS, np.tile(SEVERAL[0], (k, 1)), GROUPS, CLASSES, resamples=20).overall
        for k in (1, times + 1)
    )
    for metric, expected in one.items():
        assert many[metric].spread == pytest.approx(0, abs=1e-12)
        assert many[metric].mean.low == pytest.approx(expected.mean.low)
        assert many[metric].mean.high == pytest.approx(expected.mean.high)


def test_it_becomes_json_and_a_table() -> None:
    found = repetitions(LABELS, SEVERAL, GROUPS, CLASSES, resamples=20)
    told = json.loads(json.dumps(found.to_dict()))
    assert np.sum(told["confusion"]) == 3 * len(LABELS)
    frame = found.to_frame()
    assert len(frame) == 4 + 9
    assert frame.loc[("MI", "f1"), "estimate"] == told["per_class"]["MI"]["f1"]["mean"]["estimate"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"labels": LABELS[1:]}, "arrays of one length; got labels: 74, predictions: 75"),
        ({"labels": np.minimum(LABELS, 1)}, "there is none of HB"),
        ({"predictions": SEVERAL + 1}, "expected predictions from 0 to 2; got 3"),
        ({"groups": ["a"] * len(LABELS)}, "at least 2 groups"),
        ({"resamples": 1}, "at least 2 resamples"),
        ({"level": 1.0}, "a level between 0 and 1"),
    ],
)
def test_bad_input_is_told(changed, message) -> None:
    good = {"labels": LABELS, "predictions": SEVERAL, "groups": GROUPS, "classes": CLASSES}
    with pytest.raises(ValueError, match=message):
        repetitions(**(good | changed))


def test_of_several_labels_each_class_has_its_areas() -> None:
    members = RNG.random((60, 3)) < [0.5, 0.3, 2.0]  # every record is of the third
    told = np.clip(members * 0.3 + RNG.random((2, 60, 3)) * 0.7, 0, 1)
    found = repetitions(members.astype(int), told, np.arange(60) // 2, CLASSES, resamples=50)
    for column, label in enumerate(CLASSES[:2]):
        for name, of in (("auc", roc_auc_score), ("average_precision", average_precision_score)):
            each = [of(members[:, column], one[:, column]) for one in told]
            assert found.per_class[label][name].each == pytest.approx(each)
            mean = found.per_class[label][name].mean
            assert mean.low < mean.estimate < mean.high
    assert set(found.per_class[CLASSES[2]]) == {"precision", "recall", "f1"}
