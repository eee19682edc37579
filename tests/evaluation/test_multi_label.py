"""Several labels at once: against scikit-learn, under weights, and beside one label each."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    log_loss,
    multilabel_confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
)

from ecgzoo.evaluation import (
    bayesian_bootstrap,
    calibration,
    classification_metrics,
    corrected,
    fit_temperature,
    fit_thresholds,
    group_bootstrap,
    intervals,
    mcnemar,
    metrics_of,
    multi_label_metrics,
    non_inferiority,
    paired_difference,
    permutation_test,
    repetitions,
)
from ecgzoo.evaluation.bootstrap import bootstrap_weights
from ecgzoo.evaluation.weighted import weighted_metric

CLASSES = ("NORM", "MI", "STTC", "HYP")
F1_LIKE = ("macro_precision", "macro_recall", "macro_f1")


def draw(seed: int, n: int = 80, steps: int = 0):
    """Labels, probabilities and patients; of few steps scores are tied."""
    rng = np.random.default_rng(seed)
    labels = (rng.random((n, 4)) < [0.5, 0.3, 0.3, 0.15]).astype(int)
    labels[:2] = [[1, 1, 1, 1], [0, 0, 0, 0]]
    likely = 1 / (1 + np.exp(-(rng.normal(size=(n, 4)) + 1.5 * labels - 1)))
    return labels, np.round(likely * steps) / steps if steps else likely, rng.integers(0, 20, n)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("thresholds", [None, [0.3, 0.5, 0.2, 0.7], "each"])
def test_figures_are_scikit_learns(seed, thresholds) -> None:
    labels, likely, _ = draw(seed, steps=20)
    if thresholds == "each":
        thresholds = np.random.default_rng(seed).random(labels.shape)
    found = multi_label_metrics(labels, likely, CLASSES, thresholds)
    called = likely >= (0.5 if thresholds is None else np.asarray(thresholds))
    assert found.auc == pytest.approx(roc_auc_score(labels, likely))
    assert found.average_precision == pytest.approx(average_precision_score(labels, likely))
    expected = precision_recall_fscore_support(labels, called, zero_division=0)
    for column, name in enumerate(("precision", "recall", "f1", "support")):
        each = [row[name] for row in found.per_class.values()]
        assert each == pytest.approx(expected[column])
    macro = precision_recall_fscore_support(labels, called, average="macro", zero_division=0)
    assert (found.precision, found.recall, found.f1) == pytest.approx(macro[:3])
    assert found.accuracy == pytest.approx((called == labels).all(axis=1).mean())
    assert [row["auc"] for row in found.per_class.values()] == pytest.approx(
        roc_auc_score(labels, likely, average=None)
    )


def test_a_class_without_positives_or_negatives_is_named_and_left_out() -> None:
    labels, likely, _ = draw(0)
    labels[:, 1], labels[:, 3] = 0, 1
    found = multi_label_metrics(labels, likely, CLASSES)
    assert found.without_auc == ("MI", "HYP")
    assert found.note == (
        "No AUC of MI, HYP: all records have them, or none has; the macro AUC is without them."
    )
    assert found.auc == pytest.approx(roc_auc_score(labels[:, [0, 2]], likely[:, [0, 2]]))
    assert found.per_class["MI"]["average_precision"] is None
    assert found.per_class["HYP"]["average_precision"] == 1.0
    none = multi_label_metrics(np.ones((3, 2), int), np.full((3, 2), 0.9), "ab")
    assert none.headline == ("macro F1", 1.0)
    json.dumps(none.to_dict(), allow_nan=False)


def test_it_becomes_json_and_a_table() -> None:
    found = multi_label_metrics(*draw(1)[:2], CLASSES)
    assert found.note is None
    assert json.loads(json.dumps(found.to_dict()))["macro"]["auc"] == found.auc
    frame = found.to_frame()
    assert list(frame.index) == [*CLASSES, "macro"]
    assert frame.loc["macro", "f1"] == found.f1


def test_the_rank_of_the_labels_decides() -> None:
    labels, likely, _ = draw(2)
    assert metrics_of(labels, likely, CLASSES).to_dict() == (
        multi_label_metrics(labels, likely, CLASSES).to_dict()
    )
    single, shares = labels.argmax(axis=1), likely / likely.sum(axis=1, keepdims=True)
    assert metrics_of(single, shares, CLASSES).to_dict() == (
        classification_metrics(single, shares, CLASSES).to_dict()
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), steps=st.sampled_from([3, 10, 0]))
def test_weighted_figures_are_scikit_learns_whatever_the_weights_and_ties(seed, steps) -> None:
    labels, likely, groups = draw(seed, 40, steps)
    index = np.unique(groups, return_inverse=True)[1]
    weights = np.random.default_rng(seed).random(index.max() + 1) + 0.01
    own = weights[index]
    references = {
        "macro_auc": roc_auc_score(labels, likely, sample_weight=own),
        "macro_average_precision": average_precision_score(labels, likely, sample_weight=own),
        "macro_f1": f1_score(labels, likely >= 0.5, average="macro", sample_weight=own),
        "accuracy": np.average((labels == (likely >= 0.5)).all(axis=1), weights=own),
    }
    for metric, expected in references.items():
        measure = weighted_metric(labels, likely, groups, metric)
        assert measure(weights[None])[0] == pytest.approx(expected, abs=1e-12), metric


def test_average_precision_of_one_label_each_is_one_against_the_rest() -> None:
    rng = np.random.default_rng(0)
    labels, likely = rng.integers(0, 3, 90), rng.dirichlet(np.ones(3), 90)
    found = weighted_metric(labels, likely, np.arange(90), "macro_average_precision").estimate
    assert found == pytest.approx(average_precision_score(np.eye(3)[labels], likely))


def test_a_metric_of_ones_own_takes_the_matrices_of_each_class() -> None:
    labels, likely, groups = draw(3)
    called = likely >= 0.4

    def specificity(counts):
        return (counts[..., 0, 0] / counts[..., 0, :].sum(axis=-1)).mean(axis=-1)

    found = weighted_metric(labels, called, groups, specificity).estimate
    assert found == pytest.approx(specificity(multilabel_confusion_matrix(labels, called)))


@pytest.mark.parametrize("metric", ["macro_auc", "macro_average_precision", "macro_f1"])
def test_group_bootstrap_is_a_loop_over_resamples(metric) -> None:
    labels, likely, groups = draw(4)
    names = np.unique(groups)
    values = []
    for weights in np.vstack([*bootstrap_weights(len(names), 60, 0)]):
        times = weights[np.searchsorted(names, groups)].astype(int)
        rows = np.repeat(np.arange(len(labels)), times)
        truth, shares = labels[rows], likely[rows]
        values.append(
            {
                "macro_auc": roc_auc_score,
                "macro_average_precision": average_precision_score,
                "macro_f1": lambda a, b: f1_score(a, b >= 0.5, average="macro"),
            }[metric](truth, shares)
        )
    found = group_bootstrap(labels, likely, groups, metric, resamples=60)
    assert (found.low, found.high) == pytest.approx(np.quantile(values, [0.025, 0.975]))


def test_intervals_hold_the_figures_at_the_thresholds() -> None:
    labels, likely, groups = draw(5, 300)
    thresholds = [0.3, 0.5, 0.2, 0.7]
    found = intervals(labels, likely, groups, 200, thresholds=thresholds)
    figures = multi_label_metrics(labels, likely, CLASSES, thresholds)
    expected = {f"macro_{name}": value for name, value in figures.macro.items()}
    expected["accuracy"] = figures.accuracy
    assert set(found.to_dict()) == set(expected)
    for name, value in expected.items():
        one = getattr(found, name)
        assert one.estimate == pytest.approx(value), name
        assert one.low < value < one.high
        if name in ("macro_auc", "macro_average_precision"):
            assert one == getattr(intervals(labels, likely, groups, 200), name)


@pytest.mark.parametrize("metric", ["macro_auc", "macro_average_precision", "macro_f1", "accuracy"])
def test_every_test_tells_a_good_model_from_a_bad_one_and_none_from_itself(metric) -> None:
    labels, likely, _ = draw(6, 300)
    groups, worse = np.arange(300), np.random.default_rng(0).random(likely.shape)
    told = paired_difference(labels, likely, worse, groups, metric, 500)
    same = paired_difference(labels, likely, likely, groups, metric, 500)
    assert told.low > 0
    assert (same.estimate, same.p_value) == (0, 1)
    assert permutation_test(labels, likely, worse, groups, metric, 500).p_value < 0.01
    assert bayesian_bootstrap(labels, likely, worse, groups, metric, draws=500).better > 0.99
    repeated = non_inferiority(labels, [worse, worse], likely, groups, 0.01, metric, 500)
    assert repeated.verdict == "inferior"


def test_calls_are_compared_as_probabilities_at_a_half_are() -> None:
    labels, likely, groups = draw(7)
    other = np.random.default_rng(7).random(likely.shape)
    by_calls = paired_difference(labels, likely >= 0.5, other >= 0.5, groups, "macro_f1", 50)
    assert by_calls == paired_difference(labels, likely, other, groups, "macro_f1", 50)
    repeated = non_inferiority(labels, [likely >= 0.5] * 2, other >= 0.5, groups, 0.1, resamples=50)
    assert repeated.estimate == pytest.approx(by_calls.estimate)


def test_repetitions_are_means_and_one_alone_is_the_group_bootstrap() -> None:
    labels, likely, groups = draw(11, 200)
    other = draw(11, 200)[1][::-1]
    thresholds = [0.3, 0.5, 0.2, 0.7]
    found = repetitions(labels, [likely, other], groups, CLASSES, 50, thresholds=thresholds)
    figures = [multi_label_metrics(labels, one, CLASSES, thresholds) for one in (likely, other)]
    for name, one in found.overall.items():
        each = [vars(figure)[name.removeprefix("macro_")] for figure in figures]
        assert one.each == pytest.approx(each), name
        assert one.mean.estimate == pytest.approx(np.mean(each))
    assert len(found.overall) == 6
    for label in CLASSES:
        each = [figure.per_class[label]["recall"] for figure in figures]
        assert found.per_class[label]["recall"].each == pytest.approx(each)
    alone = repetitions(labels, likely, groups, CLASSES, 50).overall
    for name, one in alone.items():
        assert one.mean == group_bootstrap(labels, likely, groups, name, resamples=50), name
    assert found.confusion.shape == (2, 4, 2, 2)


def test_thresholds_are_each_classs_own() -> None:
    labels, likely, _ = draw(8, 200)
    found = fit_thresholds(labels, likely, CLASSES)
    for i, name in enumerate(CLASSES):
        every = [f1_score(labels[:, i], likely[:, i] >= one) for one in likely[:, i]]
        assert found.f1[name] == pytest.approx(max(every))
        assert found.values[name] == likely[np.argmax(every), i]


def test_the_temperature_is_that_of_sigmoids() -> None:
    labels, likely, _ = draw(9, 400)
    sure = 1 / (1 + (1 / likely - 1) ** 2.5)  # logits times 2.5
    found = fit_temperature(labels, sure)
    pooled = labels.ravel(), found.apply(sure).ravel()
    assert found.loss_before == pytest.approx(log_loss(labels.ravel(), sure.ravel()))
    assert found.loss_after == pytest.approx(log_loss(*pooled))
    for other in (0.97, 1.03):
        moved = 1 / (1 + (1 / sure - 1) ** (1 / (found.value * other)))
        assert log_loss(labels.ravel(), moved.ravel()) > found.loss_after
    assert fit_temperature(labels, likely).value * 2.5 == pytest.approx(found.value, rel=1e-4)


def test_calibration_pools_every_classs_own_probability() -> None:
    rng = np.random.default_rng(0)
    likely = rng.random((40_000, 3))
    found = calibration(rng.random(likely.shape) < likely, likely)
    assert found.count.sum() == likely.size
    np.testing.assert_allclose(found.accuracy, found.confidence, atol=0.02)
    assert found.error < 0.01


LABELS, LIKELY, GROUPS = draw(10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: multi_label_metrics(LABELS * 2, LIKELY, CLASSES), "zeros and ones; got 2"),
        (lambda: multi_label_metrics(LABELS, LIKELY[:, :3], CLASSES), "expected probabilities"),
        (lambda: multi_label_metrics(LABELS, LIKELY * np.nan, CLASSES), "NaN"),
        (lambda: multi_label_metrics(LABELS, LIKELY, CLASSES, [0.5]), r"thresholds \[4\]"),
        (lambda: multi_label_metrics(LABELS, LIKELY, "aabc"), "every class name once"),
        (lambda: metrics_of(LABELS, LIKELY[:5], CLASSES), "arrays of one length"),
        (lambda: group_bootstrap(LABELS, LABELS[:, :2], GROUPS), r"predictions \[n, 4\]"),
        (lambda: group_bootstrap(LABELS, LIKELY > 0, GROUPS, "macro_auc"), "needs probabilities"),
        (lambda: group_bootstrap(LABELS * 0, LIKELY, GROUPS, "macro_auc"), "others lack"),
        (lambda: group_bootstrap(LABELS, LIKELY, GROUPS, "f2"), "expected a metric among"),
        (lambda: fit_thresholds(LABELS * 0, LIKELY, CLASSES), "a threshold of NORM needs"),
        (lambda: mcnemar(LABELS, LABELS, LABELS), "knows nothing of several labels"),
        (lambda: corrected(LABELS, LIKELY, LIKELY), "knows nothing of several labels"),
    ],
)
def test_bad_input_is_told(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
