"""Two models: each figure is the evaluation's own, and the verdict says what they say."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_answers import labels_and_groups, probabilities_of

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import (
    bayesian_bootstrap,
    intervals,
    mcnemar,
    paired_difference,
    paired_outcomes_posterior,
    permutation_test,
)
from ecgzoo.report.compare import METRICS, two_models, verdict


def predictions(n=90, groups=30, strengths=(3.0, 1.0)):
    labels, index = labels_and_groups(n, groups)
    names = np.arange(n).astype(str)
    return [
        Predictions(names, index, labels, probabilities_of(labels, index, one, seed), tuple("abc"))
        for seed, one in enumerate(strengths)
    ]


@pytest.fixture(scope="module")
def found():
    return two_models(*predictions(), resamples=300, seed=2)


def test_every_figure_is_the_evaluations_own(found):
    ours, theirs = predictions()
    pair = (ours.labels, ours.probabilities, theirs.probabilities, ours.groups)
    assert found.first == intervals(ours.labels, ours.probabilities, ours.groups, 300, seed=2)
    assert found.second == intervals(ours.labels, theirs.probabilities, ours.groups, 300, seed=2)
    assert list(found.contrasts) == list(METRICS)
    for name, one in found.contrasts.items():
        assert one.difference == paired_difference(*pair, name, 300, seed=2)
        assert one.permutation == permutation_test(*pair, name, 300, seed=2)
        assert one.posterior == bayesian_bootstrap(*pair, name, draws=300, seed=2)
        assert one.p_value == max(one.difference.p_value, one.permutation.p_value)
    assert (found.records, found.groups) == (90, 30)


def test_mcnemar_and_paired_outcomes_take_single_records_only(found):
    assert found.mcnemar is None
    assert found.outcomes is None
    ours, theirs = (replace(one, groups=one.names) for one in predictions())
    alone = two_models(ours, theirs, resamples=20)
    given = (ours.labels, ours.probabilities.argmax(1), theirs.probabilities.argmax(1))
    assert alone.mcnemar == mcnemar(*given)
    assert alone.outcomes == paired_outcomes_posterior(*given)


def test_the_better_model_is_named_whichever_stands_first(found):
    one = found.contrasts["macro_f1"]
    gap = one.difference
    assert verdict(found) == (
        f"A is better than B: its macro F1 is higher by {gap.estimate:.3f} (95% interval "
        f"{gap.low:.3f} to {gap.high:.3f}, p {one.p_value:.4f})."
    )
    turned = two_models(*predictions()[::-1], resamples=300, seed=2)
    assert verdict(turned) == verdict(found, "B", "A")


def with_(found, p=0.3, swapped=0.3, equivalent=0.5):
    one = found.contrasts["macro_f1"]
    changed = replace(
        one,
        difference=replace(one.difference, estimate=-0.01, low=-0.03, high=0.02, p_value=p),
        permutation=replace(one.permutation, p_value=swapped),
        posterior=replace(one.posterior, equivalent=equivalent),
    )
    return replace(found, contrasts=found.contrasts | {"macro_f1": changed})


def test_what_is_not_shown_is_said_so(found):
    gap = "the macro F1 of B is higher by 0.010 (95% interval -0.020 to 0.030, p 0.30)"
    assert verdict(with_(found)) == f"Not shown that A and B differ: {gap}."
    one_test_alone = with_(found, p=0.0004, swapped=0.3)
    assert verdict(one_test_alone) == verdict(with_(found))
    assert verdict(with_(found, equivalent=0.97)) == (
        f"A and B are equal in practice: {gap}, and with probability 0.970 they differ by at most "
        "0.01."
    )
    assert "p < 0.0001)" in verdict(with_(found, 1e-5, 1e-6))


def test_a_model_and_itself_are_equal_in_practice():
    one, _ = predictions()
    assert verdict(two_models(one, one, resamples=100)).startswith("A and B are equal in practice")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"metric": "f1"}, "accuracy, macro_f1, macro_auc; got 'f1'"),
        ({"resamples": 1}, "at least 2 resamples"),
        ({"rope": -1}, "equal in practice"),
    ],
)
def test_bad_settings_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        two_models(*predictions(), **({"resamples": 10} | changes))
