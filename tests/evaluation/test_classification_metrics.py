"""classification_metrics against scikit-learn, and on bad input."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as reference

from ecgzoo.evaluation import ClassificationMetrics, classification_metrics, confusion_matrix
from ecgzoo.evaluation.metrics import from_confusion

CLASSES = ("Normal", "HB", "MI", "PMI")


def draw(seed: int, n: int = 60, present: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Labels of the first ``present`` classes and probabilities over all."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, present, n), rng.dirichlet(np.ones(len(CLASSES)), n)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("present", [1, 3, 4])
def test_equals_scikit_learn(seed: int, present: int) -> None:
    labels, probabilities = draw(seed, present=present)
    ours = classification_metrics(labels, probabilities, CLASSES)
    predicted = probabilities.argmax(1)
    theirs = {"average": "macro", "zero_division": 0}
    assert ours.accuracy == pytest.approx(reference.accuracy_score(labels, predicted))
    assert ours.precision == pytest.approx(reference.precision_score(labels, predicted, **theirs))
    assert ours.recall == pytest.approx(reference.recall_score(labels, predicted, **theirs))
    assert ours.f1 == pytest.approx(reference.f1_score(labels, predicted, **theirs))
    np.testing.assert_array_equal(
        ours.confusion, reference.confusion_matrix(labels, predicted, labels=range(4))
    )
    columns = reference.precision_recall_fscore_support(
        labels, predicted, labels=range(4), zero_division=0
    )
    for name, column in zip(("precision", "recall", "f1", "support"), columns, strict=True):
        np.testing.assert_allclose([ours.per_class[c][name] for c in CLASSES], column)


def test_macro_leaves_out_a_class_that_does_not_occur() -> None:
    metrics = from_confusion(np.array([[2, 0, 0], [0, 2, 0], [0, 0, 0]]), ("a", "b", "c"))
    assert (metrics.f1, metrics.per_class["c"]["f1"]) == (1.0, 0.0)


def test_sum_of_folds_is_the_pooled_matrix() -> None:
    labels, probabilities = draw(0)
    predicted = probabilities.argmax(1)
    halves = [confusion_matrix(labels[h], predicted[h], 4) for h in (slice(30), slice(30, None))]
    pooled = from_confusion(sum(halves), CLASSES)
    whole = classification_metrics(labels, probabilities, CLASSES)
    area = reference.roc_auc_score(labels, probabilities, multi_class="ovr")
    assert whole.auc == pytest.approx(area)
    assert pooled.to_dict() == replace(whole, auc=None).to_dict()  # counts know no ranks


def test_to_dict_survives_json_and_to_frame_has_a_row_per_class() -> None:
    metrics = classification_metrics(*draw(1), CLASSES)
    assert isinstance(metrics, ClassificationMetrics)
    assert json.loads(json.dumps(metrics.to_dict())) == metrics.to_dict()
    frame = metrics.to_frame()
    assert list(frame.index) == [*CLASSES, "macro"]
    assert frame.loc["macro", "f1"] == metrics.f1
    assert frame.loc["macro", "support"] == frame.loc[list(CLASSES), "support"].sum() == 60


def with_nan(probabilities: np.ndarray) -> np.ndarray:
    broken = probabilities.copy()
    broken[7, 2] = np.nan
    return broken


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, p: (y[:-1], p, CLASSES), r"probabilities \[59, 4\].*\[60, 4\]"),
        (lambda y, p: (y, with_nan(p), CLASSES), r"row 7 \(1 rows in all\)"),
        (lambda y, p: (y, p * 10, CLASSES), "softmax"),
        (lambda y, p: (y + 1, p, CLASSES), "labels from 0 to 3; got 4"),
        (lambda y, p: (y - 1, p, CLASSES), "labels from 0 to 3; got -1"),
        (lambda y, p: (y.astype(float), p, CLASSES), "integer class indices; got float64"),
        (lambda y, p: (np.eye(4, dtype=int)[y], p, CLASSES), "argmax"),
        (lambda y, p: (y[:0], p[:0], CLASSES), "empty"),
        (lambda y, p: (y % 3, p, CLASSES[:3]), r"\[60, 3\]"),
        (lambda y, p: (y, p, ("a", "b", "a", "c")), "every class name once"),
    ],
)
def test_bad_input_is_named(change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classification_metrics(*change(*draw(2)))


def test_evaluation_imports_no_framework() -> None:
    import subprocess
    import sys

    code = (
        "import sys, ecgzoo.evaluation; "
        "assert not {'tensorflow', 'keras', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
