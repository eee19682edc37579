"""The paper's claims: each verdict follows from answers that were made to earn it."""

import pytest
from finished_runs import finished_runs

from ecgzoo.evaluation import classification_metrics, paired_difference
from ecgzoo.report.compare import headline_by_fold, pairs
from ecgzoo.report.sections.comparison import claims, claims_section, comparison
from ecgzoo.report.study.cross_validation import CrossValidation, Study


@pytest.fixture
def read(tmp_path):
    def read(protocol="grouped", **right):
        for model, share in right.items():
            folder = finished_runs(tmp_path, model, share, protocol=protocol)
        return CrossValidation.read(folder)

    return read


def verdicts(one):
    return [claim.verdict for claim in claims(one)]


def test_a_clear_advantage_holds_and_a_tie_does_not(read):
    assert verdicts(read(cnn2d=0.6, hybrid1=0.95))[0] == "Holds on all four metrics."
    assert verdicts(read(cnn2d=0.95, hybrid1=0.95))[0] == "Not shown on any metric."


def test_hybrid2_above_hybrid1_contradicts_and_an_equal_one_agrees(read):
    verdict = verdicts(read(hybrid1=0.6, hybrid2=0.95))[0]
    assert verdict.startswith("Contradicted: Hybrid 2 is higher, p below 0.05, in accuracy")
    assert verdicts(read(hybrid1=0.9, hybrid2=0.9))[0] == "Agrees: Hybrid 2 is not higher in any."
    worse = verdicts(read(hybrid1=0.95, hybrid2=0.6))[0]
    assert worse.startswith("Agrees: Hybrid 2 is not higher in any. Lower with p below 0.05 in acc")


def test_a_little_above_is_within_what_chance_does(read):
    verdict = verdicts(read(hybrid1=0.90, hybrid2=0.915))[0]
    assert verdict.startswith("Not contradicted: Hybrid 2 is higher in accuracy")


@pytest.mark.parametrize(
    ("right", "expected"), [(0.5, "Not reached"), (0.96, "Within"), (1.0, "Exceeded")]
)
def test_the_papers_accuracy_stands_beside_the_interval(read, right, expected):
    (verdict,) = verdicts(read(hybrid1=right))
    assert verdict.startswith(expected)
    (leaky,) = verdicts(read("paper", hybrid1=right))
    assert leaky == f"{verdict} With copies of test pages in the training part."


def test_only_models_that_were_run_have_claims(read):
    assert claims(read(cnn1d=0.9)) == []


def test_pairs_name_the_better_first_and_hold_every_test(read):
    one = read(cnn1d=0.6, cnn2d=0.8, hybrid1=0.95)
    found = pairs(one)
    names = [str(pair) for pair in found]
    assert names == ["hybrid1 - cnn1d", "hybrid1 - cnn2d", "cnn2d - cnn1d"] or names == [
        "hybrid1 - cnn1d",
        "cnn2d - cnn1d",
        "hybrid1 - cnn2d",
    ]
    first = found[0]
    answers = {name: one.predictions[name].probabilities.argmax(1) for name in one.models}
    truth = one.predictions["cnn1d"]
    assert first.difference == paired_difference(
        truth.labels, answers["hybrid1"], answers["cnn1d"], truth.groups
    )
    assert first.permutation.estimate == pytest.approx(first.difference.estimate)
    right = answers["hybrid1"] == truth.labels, answers["cnn1d"] == truth.labels
    assert first.mcnemar.only_first == (right[0] & ~right[1]).sum()
    by_fold = headline_by_fold(one, "hybrid1") - headline_by_fold(one, "cnn1d")
    assert first.folds.estimate == pytest.approx(by_fold.mean())


def test_a_folds_f1_is_that_of_its_run(read):
    one = read(cnn1d=0.7)
    part = one.runs["cnn1d"][1].predictions()
    expected = classification_metrics(part.labels, part.probabilities, part.classes).f1
    assert headline_by_fold(one, "cnn1d")[1] == expected


def test_the_sections_show_them(read):
    study = Study((read(cnn1d=0.6, cnn2d=0.6, hybrid1=0.95, hybrid2=0.9),))
    assert "Holds on all four metrics." in claims_section(study)
    body = comparison(study)
    assert "survive Holm's correction over 6 pairs: hybrid1 - cnn" in body
    assert body.count("<figure>") == 1
