"""group_bootstrap against an explicit loop, a closed form, and its own invariances."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from ecgzoo.evaluation import group_bootstrap
from ecgzoo.evaluation.bootstrap import bootstrap_weights
from ecgzoo.evaluation.metrics import METRICS
from ecgzoo.evaluation.weighted import group_index


def draw(seed: int = 0, n: int = 80, groups: int = 30) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    predictions = np.where(rng.random(n) < 0.7, labels, rng.integers(0, 3, n))
    return labels, predictions, rng.integers(0, groups, n)


def test_equals_a_loop_over_resamples() -> None:
    labels, predictions, groups = draw()
    names = np.unique(groups)
    scores = []
    for weights in np.vstack([*bootstrap_weights(len(names), resamples=50, seed=3)]).astype(int):
        rows = [
            np.flatnonzero(groups == g)
            for g, k in zip(names, weights, strict=True)
            for _ in range(k)
        ]
        picked = np.concatenate(rows)
        scores.append(f1_score(labels[picked], predictions[picked], average="macro"))
    interval = group_bootstrap(labels, predictions, groups, resamples=50, seed=3, level=0.9)
    assert interval.estimate == pytest.approx(f1_score(labels, predictions, average="macro"))
    np.testing.assert_allclose(
        [interval.low, interval.high], np.quantile(scores, [0.05, 0.95]), rtol=1e-12
    )


def test_one_record_per_group_gives_the_binomial_error() -> None:
    labels = np.zeros(400, int)
    predictions = (np.arange(400) >= 320).astype(int)  # accuracy 0.8
    interval = group_bootstrap(labels, predictions, np.arange(400), "accuracy", resamples=20_000)
    error = np.sqrt(0.8 * 0.2 / 400)
    assert interval.low == pytest.approx(0.8 - 1.96 * error, abs=0.004)
    assert interval.high == pytest.approx(0.8 + 1.96 * error, abs=0.004)


@pytest.mark.parametrize("metric", list(METRICS))
def test_copies_inside_a_group_add_no_certainty(metric: str) -> None:
    arrays = draw(1)
    once = group_bootstrap(*arrays, metric)
    thrice = group_bootstrap(*(np.repeat(array, 3) for array in arrays), metric)
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high))


def test_seed_decides() -> None:
    arrays = draw(2)
    state = np.random.get_state()[1].copy()
    assert group_bootstrap(*arrays, seed=5) == group_bootstrap(*arrays, seed=5)
    assert group_bootstrap(*arrays, seed=5) != group_bootstrap(*arrays, seed=6)
    np.testing.assert_array_equal(state, np.random.get_state()[1])


def test_perfect_predictions_and_own_metric() -> None:
    labels, _, groups = draw(3)
    interval = group_bootstrap(labels, labels, groups)
    assert (interval.low, interval.estimate, interval.high) == (1, 1, 1)
    errors = group_bootstrap(labels, labels, groups, lambda c: 1 - METRICS["accuracy"](c))
    assert errors.to_dict()["high"] == 0
    assert list(errors.to_frame()) == ["estimate", "low", "high", "resamples", "level"]


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA, ""])
@pytest.mark.parametrize("kind", [list, pd.Series, lambda cells: pd.Series(cells, dtype="string")])
def test_a_missing_group_is_named_whatever_holds_it(kind, gap) -> None:
    message = (
        "expected a group for every record; row 1 (2 rows in all) has none. A record that stands "
        "alone is a group of its own."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        group_index(kind(["p1", gap, gap, "p2"]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"predictions": [0, 1]}, "labels: 4, predictions: 2, groups: 4"),
        ({"groups": [0, 0, 0, 0]}, "at least 2 groups"),
        ({"metric": "f2"}, "macro_average_precision; got 'f2'"),
        ({"resamples": 1}, "at least 2 resamples"),
        ({"level": 95}, "between 0 and 1"),
        ({"labels": [0.0, 1.0, 0.0, np.nan]}, "integer"),
        ({"labels": [0, 1, -1, 1]}, "got -1"),
        ({"labels": [], "predictions": [], "groups": []}, "empty"),
    ],
)
def test_bad_input_is_named(changes: dict, message: str) -> None:
    given = {"labels": [0, 1, 0, 1], "predictions": [0, 1, 1, 1], "groups": [0, 0, 1, 1]}
    with pytest.raises(ValueError, match=message):
        group_bootstrap(**(given | changes))
