"""intervals against a loop over scikit-learn, BCa against scipy, and what they refuse."""

import numpy as np
import pytest
from scipy import stats
from simulated_answers import labels_and_groups, probabilities_of
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from ecgzoo.evaluation import Intervals, intervals
from ecgzoo.evaluation.bootstrap import bootstrap_weights, percentile_interval
from ecgzoo.evaluation.intervals import acceleration, bca_interval
from ecgzoo.evaluation.weighted import weighted_metric

METRICS = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "macro_auc")


def draw(n=120, groups=40, strength=1.5):
    labels, index = labels_and_groups(n, groups)
    return labels, probabilities_of(labels, index, strength, seed=1), index


def by_scikit_learn(labels, likely):
    answers = likely.argmax(axis=1)
    settings = {"average": "macro", "zero_division": 0}
    return (
        accuracy_score(labels, answers),
        precision_score(labels, answers, **settings),
        recall_score(labels, answers, **settings),
        f1_score(labels, answers, **settings),
        roc_auc_score(labels, likely, multi_class="ovr"),
    )


def test_percentiles_equal_a_loop_over_resampled_groups():
    labels, likely, groups = draw()
    found = intervals(labels, likely, groups, 50, level=0.9, method="percentile", seed=3)
    values = []
    for weights in np.vstack([*bootstrap_weights(40, 50, seed=3)]).astype(int):
        rows = np.concatenate(
            [np.flatnonzero(groups == g) for g, k in enumerate(weights) for _ in range(k)]
        )
        values.append(by_scikit_learn(labels[rows], likely[rows]))
    ends = np.quantile(values, [0.05, 0.95], axis=0).T
    for name, estimate, end in zip(METRICS, by_scikit_learn(labels, likely), ends, strict=True):
        one = getattr(found, name)
        assert one.estimate == pytest.approx(estimate)
        assert (one.low, one.high) == pytest.approx(tuple(end))


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("name", ["accuracy", "macro_f1", "macro_auc"])
def test_bca_equals_scipys_on_scipys_own_resamples(name, level):
    labels, likely, _ = draw(60)
    alone = np.arange(60)
    measure = weighted_metric(labels, likely, alone, name)

    def statistic(rows):
        return measure(np.bincount(rows, minlength=60)[None].astype(float))[0]

    expected = stats.bootstrap(
        (alone,),
        statistic,
        vectorized=False,
        n_resamples=400,
        confidence_level=level,
        method="BCa",
        rng=np.random.default_rng(0),
    )
    found = bca_interval(
        expected.bootstrap_distribution, measure.estimate, measure.jackknife(), level
    )
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval))


def test_bca_of_single_records_accuracy_is_as_scipy_bootstraps_the_mean():
    labels, likely, _ = draw(300)
    found = intervals(labels, likely, np.arange(300), 20_000).accuracy
    hits = (likely.argmax(axis=1) == labels) * 1.0
    expected = stats.bootstrap(
        (hits,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    assert found.low == pytest.approx(expected.low, abs=0.004)
    assert found.high == pytest.approx(expected.high, abs=0.004)


def test_acceleration_is_a_sixth_of_the_jackknifes_skewness():
    values = np.random.default_rng(0).exponential(size=50)
    leave_one_out = (values.sum() - values) / 49
    expected = stats.skew(-leave_one_out) / (6 * np.sqrt(50))
    assert acceleration(leave_one_out) == pytest.approx(expected)


def test_bca_ends_at_the_outermost_resample_when_all_lie_on_one_side():
    values = np.linspace(0.5, 0.6, 200)
    found = bca_interval(values, 0.9, np.array([0.9, 0.9, 0.2]), 0.95)
    assert (found.low, found.high) == (pytest.approx(0.6, abs=0.01), 0.6)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_perfect_answers_are_sure(method):
    labels, groups = labels_and_groups(60, 20)
    found = intervals(labels, np.eye(3)[labels], groups, 200, method=method)
    assert all(
        one["low"] == one["estimate"] == one["high"] == 1 for one in found.to_dict().values()
    )


def test_copies_inside_a_group_add_no_certainty():
    arrays = draw()
    once = intervals(*arrays, 200).to_frame()
    thrice = intervals(*(np.repeat(one, 3, axis=0) for one in arrays), 200).to_frame()
    np.testing.assert_allclose(once, thrice, rtol=1e-10)


def test_a_resample_of_one_class_counts_for_all_but_the_auc():
    likely = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
    found = intervals([0, 0, 1], likely, ["a", "b", "c"], 1000, method="percentile")
    assert found.accuracy.resamples == 1000
    # No 1 among three draws: (2/3)^3 of them; nothing but 1: (1/3)^3.
    assert found.macro_auc.resamples == pytest.approx(1000 * (1 - 9 / 27), abs=60)
    assert found.macro_auc.low == 1
    assert np.isfinite(found.to_frame().to_numpy()).all()


def test_the_frame_has_a_row_per_metric_and_the_seed_decides():
    arrays = draw()
    found = intervals(*arrays, 100)
    assert isinstance(found, Intervals)
    assert tuple(found.to_frame().index) == METRICS
    assert list(found.to_frame()) == ["estimate", "low", "high", "resamples", "level"]
    assert intervals(*arrays, 100) == found
    assert intervals(*arrays, 100, seed=1) != found


GOOD = {
    "labels": [0, 1, 0, 1],
    "probabilities": [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6]],
    "groups": ["a", "a", "b", "b"],
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"groups": ["a"] * 4}, "at least 2 groups; got 1"),
        ({"groups": ["a", None, "b", "b"]}, r"row 1 \(1 rows in all\) has none"),
        ({"groups": [1.0, 2.0, 3.0, np.nan]}, r"row 3 \(1 rows in all\) has none"),
        ({"labels": [1, 1, 1, 1]}, "at least 2 classes; all are of class 1"),
        ({"labels": [0, 1, 2, 1]}, "labels from 0 to 1; got 2"),
        ({"labels": [0, 1]}, "labels: 2, predictions: 4, groups: 4"),
        ({"probabilities": [[0.9, 0.1]] * 3}, "predictions: 3"),
        ({"probabilities": [[0.9, 0.2]] * 4}, "sum to 1; those of row 0 .* sum to 1.1"),
        ({"probabilities": [*GOOD["probabilities"][:3], [0.0, 0.0]]}, "row 3 .* sum to 0"),
        ({"probabilities": [*GOOD["probabilities"][:3], [np.nan, 1]]}, "row 3 .* NaN"),
        ({"probabilities": [[2.0, -1.0]] * 4}, "from 0 to 1; got -1 to 2"),
        ({"probabilities": [0.9, 0.1, 0.2, 0.3]}, r"\[n, classes\]; got shape \[4\]"),
        ({"resamples": 1}, "at least 2 resamples"),
        ({"level": 95}, "between 0 and 1"),
        ({"method": "BC"}, "bca, percentile; got 'BC'"),
    ],
)
def test_bad_input_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        intervals(**(GOOD | changes))


def test_intervals_of_resamples_that_have_no_auc_are_refused():
    values = np.array([np.nan, np.nan, 0.5])
    for interval in (
        lambda: percentile_interval(values, 0.5, 0.95),
        lambda: bca_interval(values, 0.5, values, 0.95),
    ):
        with pytest.raises(ValueError, match="2 of 3 have one class only"):
            interval()
