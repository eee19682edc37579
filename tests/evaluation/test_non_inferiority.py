"""non_inferiority against direct computations, its siblings, a normal law and simulations."""

import json

import numpy as np
import pytest
from scipy import stats
from simulated_answers import labels_and_groups, probabilities_of
from sklearn.metrics import f1_score, roc_auc_score

from ecgzoo.evaluation import non_inferiority, paired_difference, repetitions
from ecgzoo.evaluation.bootstrap import bootstrap_weights

LABELS, GROUPS = labels_and_groups(120, 40)


def answers(strength: float, seeds: range) -> np.ndarray:
    """Probabilities of several repetitions."""
    return np.stack([probabilities_of(LABELS, GROUPS, strength, seed) for seed in seeds])


OURS, THEIRS = answers(2, range(2)), answers(2.5, range(2, 5))


def macro_f1(rows: np.ndarray, side: np.ndarray) -> float:
    return float(np.mean([f1_score(LABELS[rows], one[rows], average="macro") for one in side]))


def test_repetitions_against_a_loop_over_resampled_groups() -> None:
    ours, theirs = OURS.argmax(2), THEIRS.argmax(2)
    found = non_inferiority(LABELS, ours, theirs, GROUPS, 0.1, resamples=60, level=0.8, seed=2)
    differences = []
    for weights in np.vstack([*bootstrap_weights(40, 60, seed=2)]).astype(int):
        rows = np.repeat(np.arange(120), weights[GROUPS])
        differences.append(macro_f1(rows, ours) - macro_f1(rows, theirs))
    everything = np.arange(120)
    assert found.estimate == pytest.approx(
        macro_f1(everything, ours) - macro_f1(everything, theirs)
    )
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(differences, [0.1, 0.9])))
    losses = int(np.sum(np.array(differences) <= -0.1))
    assert 0 < losses < 60
    assert found.p_value == pytest.approx((1 + losses) / 61)


def test_auc_of_repetitions_is_the_mean_of_theirs() -> None:
    found = non_inferiority(LABELS, OURS, THEIRS, GROUPS, 0.1, "macro_auc", resamples=50)
    means = [
        np.mean([roc_auc_score(LABELS, one, multi_class="ovr") for one in side])
        for side in (OURS, THEIRS)
    ]
    assert found.estimate == pytest.approx(means[0] - means[1])


def test_of_one_repetition_it_has_the_interval_of_the_paired_difference() -> None:
    found = non_inferiority(LABELS, OURS[0], THEIRS[0], GROUPS, 0.05, resamples=300)
    pair = paired_difference(LABELS, OURS[0], THEIRS[0], GROUPS, resamples=300, level=0.9)
    assert found.estimate == pytest.approx(pair.estimate)
    assert (found.low, found.high) == pytest.approx((pair.low, pair.high))


def test_estimates_are_the_difference_of_the_repetitions_means() -> None:
    ours, theirs = OURS.argmax(2), THEIRS.argmax(2)
    found = non_inferiority(LABELS, ours, theirs, GROUPS, 0.05, "accuracy", resamples=50)
    means = [
        repetitions(LABELS, side, GROUPS, "abc", resamples=50).overall["accuracy"].mean.estimate
        for side in (ours, theirs)
    ]
    assert found.estimate == pytest.approx(means[0] - means[1])


def test_accuracy_of_single_records_follows_the_normal_law() -> None:
    rng = np.random.default_rng(0)
    labels = np.zeros(2000, int)
    ours, theirs = (rng.random((2, 2000)) < 0.15).astype(int)
    found = non_inferiority(labels, ours, theirs, np.arange(2000), 0.02, "accuracy")
    gains = theirs - ours
    normal = stats.norm.cdf((-0.02 - gains.mean()) / (gains.std() / np.sqrt(2000)))
    assert 0.001 < normal < 0.5
    assert found.p_value == pytest.approx(normal, abs=0.01)


def simulated(rng: np.random.Generator, loss: float, n: int = 300) -> tuple[np.ndarray, ...]:
    """Labels of two classes, and two models of which the first is right less often by ``loss``."""
    labels = rng.integers(0, 2, n)
    hard = stats.norm.ppf(rng.random(n))  # what is hard for one is hard for the other
    wrong = [
        (hard + stats.norm.ppf(rng.random(n))) / np.sqrt(2) > stats.norm.ppf(right)
        for right in (0.85 - loss, 0.85)
    ]
    return labels, *(np.where(one, 1 - labels, labels) for one in wrong)


@pytest.mark.whole
def test_at_the_margin_it_errs_in_one_of_twenty_and_a_better_model_passes() -> None:
    rng, at_margin, better = np.random.default_rng(1), [], []
    for _ in range(1000):
        for loss, verdicts in ((0.1, at_margin), (-0.02, better)):
            labels, ours, theirs = simulated(rng, loss)
            found = non_inferiority(
                labels, ours, theirs, np.arange(300), 0.1, "accuracy", resamples=300
            )
            verdicts.append(found.verdict == "non-inferior")
    assert 0.03 <= np.mean(at_margin) <= 0.07  # three standard errors of 1,000 draws at 5%
    assert np.mean(better) > 0.95


def test_verdicts() -> None:
    labels, groups = np.tile([0, 1], 100), np.arange(200)
    right, wrong = labels, np.where(groups < 60, 1 - labels, labels)
    few = np.where(groups < 4, 1 - labels, labels)
    for ours, verdict in ((right, "non-inferior"), (wrong, "inferior"), (few, "undecided")):
        found = non_inferiority(labels, ours, right, groups, 0.02, "accuracy", resamples=500)
        assert found.verdict == verdict
        assert (found.low > -0.02) == (verdict == "non-inferior")


def test_the_same_answers_are_not_inferior_by_any_margin() -> None:
    found = non_inferiority(LABELS, OURS, OURS, GROUPS, 1e-9, resamples=99)
    assert (found.estimate, found.low, found.high, found.p_value) == (0, 0, 0, 0.01)


def test_it_is_written_as_json_and_as_a_table() -> None:
    found = non_inferiority(LABELS, OURS, THEIRS, GROUPS, 0.1, resamples=50)
    assert json.loads(json.dumps(found.to_dict())) == {**vars(found), "verdict": found.verdict}
    assert found.to_frame().to_dict("records") == [found.to_dict()]
    assert str(found).endswith(f"for a margin of 0.1: {found.verdict}")


@pytest.mark.parametrize("margin", [0.0, -0.02, float("nan"), float("inf")])
def test_the_margin_must_be_positive(margin) -> None:
    with pytest.raises(ValueError, match="margin above 0"):
        non_inferiority(LABELS, OURS, THEIRS, GROUPS, margin)


def test_lengths_are_checked_by_name() -> None:
    with pytest.raises(ValueError, match="labels: 120, baseline: 119, groups: 120"):
        non_inferiority(LABELS, OURS, THEIRS[:, 1:], GROUPS, 0.1)
    with pytest.raises(ValueError, match="groups: 119"):
        non_inferiority(LABELS, OURS, THEIRS, GROUPS[1:], 0.1)


@pytest.mark.parametrize("shape", [(120,), (2, 120, 3, 1), (0, 120, 3)])
def test_other_shapes_are_refused(shape) -> None:
    with pytest.raises(ValueError, match="expected predictions as class indices"):
        non_inferiority(LABELS, np.zeros(shape), THEIRS, GROUPS, 0.1)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        non_inferiority(LABELS, OURS, THEIRS, GROUPS, 0.1, level=1.0)
    with pytest.raises(ValueError, match="resamples"):
        non_inferiority(LABELS, OURS, THEIRS, GROUPS, 0.1, resamples=1)
