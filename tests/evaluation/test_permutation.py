"""permutation_test against all swaps there are, and against scipy on single records."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from simulated_answers import labels_and_groups, probabilities_of
from sklearn.metrics import f1_score, roc_auc_score

from ecgzoo.evaluation import permutation_test


def pair(n=40, groups=8, strengths=(2.0, 1.2)):
    labels, index = labels_and_groups(n, groups)
    ours, theirs = (
        probabilities_of(labels, index, one, seed) for seed, one in enumerate(strengths, 1)
    )
    return labels, ours, theirs, index


def macro_f1(labels, likely):
    return f1_score(labels, likely.argmax(axis=1), average="macro")


def macro_auc(labels, scores):
    return np.mean([roc_auc_score(labels == one, scores[:, one]) for one in range(3)])


@pytest.mark.whole
@pytest.mark.parametrize("metric", [macro_f1, macro_auc])
def test_approaches_the_share_of_all_swaps_that_are_as_extreme(metric):
    labels, ours, theirs, groups = pair()
    given = labels, ours, theirs, groups
    if metric is macro_auc:  # each model's own ranks change places
        ours, theirs = (stats.rankdata(one, axis=0) for one in (ours, theirs))
    differences = []
    for swap in product([False, True], repeat=8):
        swapped = np.array(swap)[groups][:, None]
        one, other = np.where(swapped, theirs, ours), np.where(swapped, ours, theirs)
        differences.append(metric(labels, one) - metric(labels, other))
    expected = np.mean(np.abs(differences) >= abs(differences[0]) - 1e-9)
    found = permutation_test(*given, metric.__name__, swaps=20_000)
    assert found.estimate == pytest.approx(differences[0])
    assert found.p_value == pytest.approx(expected, abs=0.012)


def test_single_records_accuracy_is_scipys_permutation_of_paired_samples():
    labels, ours, theirs, _ = pair(60)
    hits = [(one.argmax(axis=1) == labels) * 1.0 for one in (ours, theirs)]
    expected = stats.permutation_test(
        hits,
        lambda one, other, axis: one.mean(axis=axis) - other.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    )
    found = permutation_test(labels, ours, theirs, np.arange(60), "accuracy", swaps=20_000)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.012)


def test_the_scale_of_a_models_probabilities_does_not_matter_for_the_auc():
    labels, groups = labels_and_groups(60, 20, classes=2)
    ours, theirs = (
        probabilities_of(labels, groups, one, seed=int(one), classes=2) for one in (2, 1)
    )
    sharp = theirs**4 / (theirs**4).sum(axis=1, keepdims=True)
    one, other = (
        permutation_test(labels, ours, likely, groups, "macro_auc", swaps=500)
        for likely in (theirs, sharp)
    )
    assert one == other
    assert 0.002 < one.p_value < 1


def test_turning_the_pair_round_turns_the_sign_only():
    labels, ours, theirs, groups = pair()
    one = permutation_test(labels, ours, theirs, groups, swaps=500)
    other = permutation_test(labels, theirs, ours, groups, swaps=500)
    assert one.estimate == -other.estimate
    assert one.p_value == other.p_value


def test_the_same_answers_do_not_differ_and_copies_add_no_certainty():
    labels, ours, theirs, groups = pair()
    for metric in ("macro_f1", "macro_auc"):
        assert permutation_test(labels, ours, ours, groups, metric, swaps=100).p_value == 1
    once = permutation_test(labels, ours, theirs, groups, swaps=500)
    thrice = (np.repeat(one, 3, axis=0) for one in (labels, ours, theirs, groups))
    assert permutation_test(*thrice, swaps=500).p_value == once.p_value


def test_indices_do_as_well_as_probabilities():
    labels, ours, theirs, groups = pair()
    by_index = permutation_test(labels, ours.argmax(axis=1), theirs.argmax(axis=1), groups)
    assert by_index == permutation_test(labels, ours, theirs, groups)
    assert str(by_index).startswith(f"{by_index.estimate:+.3f}, p ")
    assert list(by_index.to_frame()) == ["estimate", "p_value", "swaps"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"groups": [0, 0, 0]}, "at least 2 groups"),
        ({"baseline": [0, 1]}, "baseline: 2"),
        ({"baseline": [[0.5, 0.5]] * 3}, "class indices of both"),
        ({"metric": "macro_auc"}, "macro_auc needs probabilities"),
        ({"swaps": 1}, "at least 2"),
    ],
)
def test_bad_input_is_named(changes, message):
    given = {"labels": [0, 1, 1], "predictions": [0, 1, 0], "baseline": [1, 1, 0]}
    with pytest.raises(ValueError, match=message):
        permutation_test(**(given | {"groups": [0, 1, 2]} | changes))
