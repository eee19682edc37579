"""The two-way bootstrap: against a loop over resamples, closed forms, and simulated trainings.

    python -m pytest -m slow tests/evaluation/test_two_way.py -s

prints the table of docs/statistics.md.
"""

import functools

import numpy as np
import pytest

from ecgzoo.evaluation import (
    group_bootstrap,
    paired_difference,
    repeated_difference,
    repeated_interval,
    repetitions,
)
from ecgzoo.evaluation.bootstrap import bootstrap_weights
from ecgzoo.evaluation.two_way import _draws
from ecgzoo.evaluation.weighted import weighted_metric

SIMULATIONS, RESAMPLES = 300, 400  # a share near 5% is sure to 2.5 points
SHARES = (0.5, 0.3, 0.2)
PATIENTS = 300


def trained(strengths, labels, shared, rng):
    """Answers ``[repetitions, n]`` of one model, trained as often as there are strengths."""
    own = rng.normal(size=(len(strengths), *shared.shape))
    shown = np.multiply.outer(strengths, np.eye(3)[labels]) + 0.8 * shared + 0.4 * own
    return shown.argmax(axis=-1)


def simulated(repeats, noise, rng, patients=PATIENTS):
    """Labels and two equally good models' answers; each training is as good as it happens to be.

    What is hard for one model is hard for the other and in every training.
    """
    labels = rng.choice(3, patients, p=SHARES)
    shared = rng.normal(size=(patients, 3))
    both = [trained(1.9 + noise * rng.normal(size=repeats), labels, shared, rng) for _ in range(2)]
    return labels, *both


@functools.cache
def truth(noise):
    """The macro F1 that is met on average: over trainings, of very many patients."""
    rng = np.random.default_rng(0)
    labels, ours, _ = simulated(400, noise, rng, patients=5000)
    return np.mean([weighted_metric(labels, one, range(5000), "macro_f1").estimate for one in ours])


def measured(repeats, noise, simulations, resamples=RESAMPLES):
    """How often intervals hold the truth, and how often two equal models are told apart."""
    held = {"patients": [], "two-way": []}
    alarms = {"one training each": [], "two-way, paired": [], "two-way, unpaired": []}
    for seed in range(simulations):
        labels, ours, theirs = simulated(repeats, noise, np.random.default_rng([seed, repeats]))
        groups, settings = np.arange(PATIENTS), {"resamples": resamples, "seed": seed}
        alone = repetitions(labels, ours, groups, "abc", **settings).overall["macro_f1"].mean
        both = repeated_interval(labels, ours, groups, **settings)
        for name, one in (("patients", alone), ("two-way", both)):
            held[name].append(one.low <= truth(noise) <= one.high)
        found = {
            "one training each": paired_difference(labels, ours[0], theirs[0], groups, **settings)
        } | {
            f"two-way, {name}": repeated_difference(
                labels, ours, theirs, groups, paired=paired, **settings
            )
            for name, paired in (("paired", True), ("unpaired", False))
        }
        for name, one in found.items():
            alarms[name].append(one.p_value < 0.05)
    shares = {f"holds, {k}": np.mean(v) for k, v in held.items()}
    shares |= {f"alarm, {k}": np.mean(v) for k, v in alarms.items()}
    print(f"\n{repeats} repetitions, noise {noise}:", *(f"{k} {v:.1%};" for k, v in shares.items()))
    return shares


LABELS, OURS, THEIRS = simulated(4, 0.3, np.random.default_rng(0), patients=90)
GROUPS = np.arange(90) // 2


def loop(answers, weights, metric):
    """The metric of every repetition in every resample, by rows drawn as often as they weigh."""
    found = np.empty((len(weights), len(answers)))
    for place, row in enumerate(weights.astype(int)):
        rows = np.repeat(np.arange(90), row[GROUPS])
        for which, one in enumerate(answers):
            measure = weighted_metric(LABELS[rows], one[rows], np.arange(len(rows)), metric)
            found[place, which] = measure.estimate
    return found


@pytest.mark.parametrize("paired", [True, False])
def test_it_is_a_loop_over_patients_and_repetitions(paired):
    settings = {"resamples": 40, "seed": 3}
    weights = np.vstack([*bootstrap_weights(45, 40, 3)])
    ours, theirs = (loop(one, weights, "macro_f1") for one in (OURS, THEIRS))
    draws = [_draws(4, 40, np.random.default_rng([3, one])) for one in (1, 1 if paired else 2)]
    expected = (ours * draws[0]).sum(axis=1) - (theirs * draws[1]).sum(axis=1)
    found = repeated_difference(LABELS, OURS, THEIRS, GROUPS, paired=paired, **settings)
    assert (found.low, found.high) == pytest.approx(np.quantile(expected, [0.025, 0.975]))
    estimates = [
        [group_bootstrap(LABELS, one, GROUPS, resamples=2).estimate for one in side]
        for side in (OURS, THEIRS)
    ]
    assert found.estimate == pytest.approx(np.mean(estimates[0]) - np.mean(estimates[1]))
    first, second = np.array(estimates)
    spread = (
        np.std(first - second, ddof=1)
        if paired
        else np.hypot(np.std(first, ddof=1), np.std(second, ddof=1))
    )
    assert found.spread == pytest.approx(spread)
    alone = repeated_interval(LABELS, OURS, GROUPS, **settings)
    expected = (ours * draws[0]).sum(axis=1)
    assert (alone.low, alone.high) == pytest.approx(np.quantile(expected, [0.025, 0.975]))


@pytest.mark.parametrize("repeats", [2, 3, 10])
def test_drawn_repetitions_vary_as_the_mean_of_independent_ones_does(repeats):
    draws = _draws(repeats, 200_000, np.random.default_rng(0))
    values = np.random.default_rng(repeats).normal(size=repeats)
    drawn = draws @ values
    assert draws.sum(axis=1) == pytest.approx(1)
    assert drawn.mean() == pytest.approx(values.mean(), abs=0.01)
    assert drawn.var() == pytest.approx(values.var(ddof=1) / repeats, rel=0.02)


def test_equal_repetitions_leave_the_interval_of_patients_alone():
    twice, settings = np.stack([OURS[0], OURS[0]]), {"resamples": 50, "seed": 1}
    found = repeated_interval(LABELS, twice, GROUPS, **settings)
    alone = group_bootstrap(LABELS, OURS[0], GROUPS, **settings)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))
    assert (found.spread, found.repetitions) == (0, 2)


def test_several_labels_at_once_are_ranked():
    rng = np.random.default_rng(0)
    labels = (rng.random((90, 3)) < 0.4).astype(int)
    ours, theirs = (np.clip(labels * k + rng.random((3, 90, 3)) - k / 2, 0, 1) for k in (0.6, 0.1))
    found = repeated_difference(labels, ours, theirs, GROUPS, "macro_auc", resamples=200)
    assert found.low > 0
    assert found.to_dict()["repetitions"] == [3, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: repeated_interval(LABELS, OURS[0], GROUPS), "at least 2 repetitions"),
        (lambda: repeated_difference(LABELS, OURS, THEIRS[:3], GROUPS), "as many repetitions"),
        (lambda: repeated_interval(LABELS, OURS[:, 1:], GROUPS), "arrays of one length"),
        (lambda: repeated_interval(LABELS, OURS, GROUPS, resamples=1), "at least 2 resamples"),
    ],
)
def test_bad_input_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_more_is_counted_than_patients_where_trainings_differ():
    found = measured(3, 0.3, simulations=12, resamples=200)
    assert found["holds, two-way"] >= found["holds, patients"]
    assert found["alarm, two-way, unpaired"] <= found["alarm, one training each"]


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.12, 0.3])
@pytest.mark.parametrize("repeats", [3, 5, 10])
def test_what_it_covers(repeats, noise):
    found = measured(repeats, noise, SIMULATIONS)
    assert found["holds, two-way"] >= found["holds, patients"]
    if noise <= 0.12 or repeats == 10:
        assert found["holds, two-way"] >= 0.91
        assert max(found["alarm, two-way, paired"], found["alarm, two-way, unpaired"]) <= 0.10
