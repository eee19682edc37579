"""paired_difference against scipy, simulations and its own symmetries; holm by hand."""

import numpy as np
import pytest
from scipy import stats
from simulated_answers import labels_and_groups, probabilities_of
from sklearn.metrics import roc_auc_score

from ecgzoo.evaluation import group_bootstrap, holm, paired_difference
from ecgzoo.evaluation.bootstrap import bootstrap_weights


def draw(seed=0, n=300, ours=0.8, theirs=0.7):
    """Labels of three classes, and two classifiers that are right about as often as told."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    hard = rng.random(n)  # what is hard for one is hard for the other
    answers = [
        np.where(
            0.5 * hard + 0.5 * rng.random(n) < stats.triang.ppf(p, 0.5), labels, (labels + 1) % 3
        )
        for p in (ours, theirs)
    ]
    return labels, *answers


def test_accuracy_of_single_records_is_a_paired_mean_as_scipy_bootstraps_it():
    labels, ours, theirs = draw()
    found = paired_difference(labels, ours, theirs, np.arange(300), "accuracy", 20_000)
    gains = (ours == labels) * 1.0 - (theirs == labels)
    expected = stats.bootstrap(
        (gains,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert found.estimate == pytest.approx(gains.mean())
    assert found.low == pytest.approx(expected.low, abs=0.004)
    assert found.high == pytest.approx(expected.high, abs=0.004)
    normal = 2 * stats.norm.sf(abs(gains.mean()) / (gains.std() / np.sqrt(300)))
    assert found.p_value == pytest.approx(normal, abs=0.01)


def test_macro_f1_equals_a_loop_of_two_bootstraps_with_one_seed():
    labels, ours, theirs = draw(1)
    groups = np.arange(300) // 2
    found = paired_difference(labels, ours, theirs, groups, resamples=500, seed=4)
    apart = [group_bootstrap(labels, one, groups).estimate for one in (ours, theirs)]
    assert found.estimate == pytest.approx(apart[0] - apart[1])
    assert found.low < found.estimate < found.high


def test_auc_equals_a_loop_over_resampled_groups():
    labels, groups = labels_and_groups(120, 40)
    ours, theirs = (probabilities_of(labels, groups, one, seed=int(one)) for one in (3, 1))
    found = paired_difference(labels, ours, theirs, groups, "macro_auc", 50, level=0.9, seed=3)
    differences = []
    for weights in np.vstack([*bootstrap_weights(40, 50, seed=3)]).astype(int):
        rows = np.repeat(np.arange(120), weights[groups])
        one, other = (
            roc_auc_score(labels[rows], likely[rows], multi_class="ovr")
            for likely in (ours, theirs)
        )
        differences.append(one - other)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(differences, [0.05, 0.95])))
    assert found.p_value == pytest.approx(2 / 51)
    assert str(found).endswith("p 0.039")


def test_probabilities_stand_for_their_most_probable_class():
    labels, groups = labels_and_groups(60, 20)
    ours, theirs = (probabilities_of(labels, groups, one, seed=int(one)) for one in (3, 1))
    by_class = paired_difference(labels, ours.argmax(1), theirs.argmax(1), groups, resamples=200)
    assert paired_difference(labels, ours, theirs, groups, resamples=200) == by_class


def test_auc_of_predictions_without_probabilities_is_refused():
    with pytest.raises(ValueError, match="macro_auc needs probabilities"):
        paired_difference([0, 1], [0, 1], [0, 1], [0, 1], "macro_auc")


def test_turning_the_pair_round_turns_the_sign():
    labels, ours, theirs = draw(2)
    one = paired_difference(labels, ours, theirs, np.arange(300))
    other = paired_difference(labels, theirs, ours, np.arange(300))
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.p_value == other.p_value


def test_the_same_predictions_do_not_differ():
    labels, ours, _ = draw(3)
    found = paired_difference(labels, ours, ours, np.arange(300))
    assert (found.estimate, found.low, found.high, found.p_value) == (0, 0, 0, 1)


def test_copies_within_a_group_add_no_certainty():
    labels, ours, theirs = draw(4)
    groups = np.arange(300)
    once = paired_difference(labels, ours, theirs, groups)
    thrice = paired_difference(*(np.repeat(one, 3) for one in (labels, ours, theirs, groups)))
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high))


def test_intervals_cover_a_known_difference_and_p_values_hold_their_level():
    covered, rejected = [], []
    for seed in range(200):
        found = paired_difference(*draw(seed, 200), np.arange(200), "accuracy", 500)
        covered.append(found.low <= 0.1 <= found.high)
        null = paired_difference(*draw(seed, 200, 0.75, 0.75), np.arange(200), resamples=500)
        rejected.append(null.p_value < 0.05)
    assert 0.90 <= np.mean(covered) <= 0.99
    assert np.mean(rejected) <= 0.09


def test_holm_by_hand():
    # Sorted .005 .01 .03 .04 times 4 3 2 1: .02 .03 .06 .04, the last raised to .06.
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])


def test_holm_never_exceeds_one_nor_lowers_and_takes_any_number():
    given = np.random.default_rng(0).random(20)
    corrected = holm(given)
    assert (corrected >= given).all()
    assert (corrected <= 1).all()
    assert holm([]).tolist() == []
    assert holm([0.2]).tolist() == [0.2]


@pytest.mark.parametrize("given", [[0.5, np.nan], [-0.1], [1.1], [[0.1]], 0.1])
def test_holm_refuses_what_is_no_p_value(given):
    with pytest.raises(ValueError, match="p-values"):
        holm(given)


def test_lengths_are_checked_by_name():
    with pytest.raises(ValueError, match="baseline: 1"):
        paired_difference([0, 1], [0, 1], [0], [0, 1])
