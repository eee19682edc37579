"""complementarity and relation: all pairs, folds, advice, and bad input."""

import json

import numpy as np
import pytest

from ecgzoo.evaluation.complementarity import Complementarity, complementarity, relation, relations
from ecgzoo.evaluation.complementarity.relations import MEASURES

N = 120
GROUPS = np.arange(N) // 2


def draw(seed=0):
    """Labels of three classes; two domains that each know one class, and one that knows none."""
    rng = np.random.default_rng(seed)
    labels = np.arange(N) // 2 % 3
    knows = [3.0 * (labels == one)[:, None] + rng.normal(size=(N, 3)) for one in (0, 1)]
    return {"time": knows[0], "other": knows[1], "noise": rng.normal(size=(N, 2))}, labels


@pytest.fixture(autouse=True, scope="module")
def few_shuffles():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relations, "SHUFFLES", 4)
        yield


@pytest.fixture(scope="module")
def found():
    embeddings, labels = draw()
    return complementarity(embeddings, labels, GROUPS, resamples=10)


@pytest.mark.whole
def test_domains_are_ordered_by_what_they_add(found):
    assert [step.given for step in found.steps] == [
        (),
        (found.steps[0].domain,),
        (found.steps[0].domain, found.steps[1].domain),
    ]
    assert found.steps[2].domain == "noise"
    assert found.steps[1].information.low > 0
    total = sum(step.information.estimate for step in found.steps)
    assert total < found.entropy == pytest.approx(np.log(3), abs=0.02)


def test_every_pair_is_related_and_adds_both_ways(found):
    pairs = [(one.first, one.second) for one in found.relations]
    assert pairs == [("time", "other"), ("time", "noise"), ("other", "noise")]
    alone = [step.domain for step in found.added if not step.given]
    assert alone == ["time", "other", "noise"]
    both = [(step.domain, *step.given) for step in found.added if step.given]
    assert both == [pair for a, b in pairs for pair in ((a, b), (b, a))]
    frame = found.to_frame()
    assert len(frame) == 3 * len(MEASURES)
    assert (frame["low"] <= frame["estimate"]).all()


def test_the_advice_names_figures_and_doubts(found):
    first, second, third = found.steps
    assert found.advice.startswith(f"{first.domain} alone tells most about the label: ")
    assert f"Beyond {first.domain}, {second.domain} adds {second.information} nats" in found.advice
    assert "seems worth fusing" in found.advice
    assert f"{third.domain} adds {third.information}" in found.advice
    assert "chosen on these records" in found.advice


def test_it_survives_json(found):
    assert isinstance(found, Complementarity)
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_order_of_records_and_names_of_groups_do_not_matter_to_the_estimates():
    embeddings, _ = draw()
    first, second = embeddings["time"], embeddings["other"]
    order = np.random.default_rng(0).permutation(N)
    one = relation(first, second, GROUPS, resamples=4)
    other = relation(first[order], second[order], [f"p{g}" for g in GROUPS[order]], resamples=4)
    for name in MEASURES:
        expected = one.figures[name].estimate
        assert other.figures[name].estimate == pytest.approx(expected, abs=1e-6), name


def test_shuffled_records_give_what_there_is_by_chance():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, 4))
    found = relation(x, x, GROUPS, resamples=4)
    assert found.figures["linear CKA"].estimate == pytest.approx(1)
    assert abs(found.by_chance["linear CKA"]) < 0.05
    assert 0 < found.by_chance["canonical correlation"] < 0.4


def test_embeddings_of_other_axes_in_each_fold_are_related_within_the_folds():
    rng = np.random.default_rng(0)
    x, folds = rng.normal(size=(N, 4)), GROUPS % 2
    turns = [np.linalg.qr(rng.normal(size=(4, 4)))[0] for _ in range(2)]
    y = np.stack([row @ turns[fold] for row, fold in zip(x, folds, strict=True)])
    within = relation(x, y, GROUPS, folds, resamples=4)
    across = relation(x, y, GROUPS, resamples=4)
    for name in ("canonical correlation", "linear CKA"):
        assert within.figures[name].estimate == pytest.approx(1)
        assert across.figures[name].estimate < 0.9
    measure = MEASURES["mutual information"]
    parts = [measure(x[folds == fold], y[folds == fold]) for fold in (0, 1)]
    assert within.figures["mutual information"].estimate == pytest.approx(np.mean(parts))


@pytest.mark.whole
def test_with_folds_the_label_is_told_by_the_probabilities():
    embeddings, labels = draw()
    sure = np.eye(3)[labels] * 0.94 + 0.02
    unsure = np.random.default_rng(0).dirichlet(np.ones(3), N)
    probabilities = {"time": unsure, "other": sure, "noise": unsure[::-1]}
    found = complementarity(embeddings, labels, GROUPS, GROUPS % 3, probabilities, resamples=4)
    assert found.steps[0].domain == "other"
    assert found.steps[0].information.estimate > 0.8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e, y: {"embeddings": {"time": e["time"]}}, "two domains or more; got .'time'."),
        (lambda e, y: {"embeddings": e | {"other": e["other"][:-1]}}, "one length.*other: 119"),
        (lambda e, y: {"embeddings": e | {"other": e["other"] * np.nan}}, "finite other; row 0"),
        (lambda e, y: {"embeddings": e | {"other": e["other"] * 0 + 3}}, "of other are constant"),
        (lambda e, y: {"labels": y[:-1]}, "labels: 119"),
        (lambda e, y: {"labels": y * 0}, "at least 2 classes"),
        (lambda e, y: {"groups": GROUPS * 0}, "at least 2 groups.*class 0 has 1"),
        (lambda e, y: {"folds": GROUPS % 2}, "give probabilities, too"),
        (
            lambda e, y: {"folds": GROUPS % 2, "probabilities": {"time": e["time"]}},
            "expected probabilities of time, other, noise; got time",
        ),
        (
            lambda e, y: {"embeddings": {k: v[:19] for k, v in e.items()}},
            "at least 20 records of time; got 19",
        ),
    ],
)
def test_bad_input_is_named(change, message):
    embeddings, labels = draw()
    given = {"embeddings": embeddings, "labels": labels, "groups": GROUPS}
    with pytest.raises(ValueError, match=message):
        complementarity(**given | change(embeddings, labels), resamples=2)


@pytest.mark.parametrize(
    ("groups", "folds", "message"),
    [
        (np.zeros(N, int), None, "at least 4 groups; got 1"),
        (GROUPS, np.arange(N) // 10, "fold 0 has 10"),
        (GROUPS[:-1], None, "groups: 119"),
        (GROUPS, GROUPS[:-1], "folds: 119"),
    ],
)
def test_groups_and_folds_that_will_not_do_are_named(groups, folds, message):
    embeddings, _ = draw()
    with pytest.raises(ValueError, match=message):
        relation(embeddings["time"], embeddings["other"], groups, folds, resamples=2)
