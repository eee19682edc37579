"""A linear model on numbers that are there for each record: the quickest answer, and a baseline."""

from typing import Any

import numpy as np

from tf_data.dataset import is_regression

ITERATIONS = 2000
PENALTIES = tuple(10.0**power for power in range(-2, 6))


def linear_answers(features: np.ndarray, labels: np.ndarray, of: np.ndarray, classes: int) -> Any:
    """What a linear model of some records answers for others: a logistic regression.

    Classes weigh the same; its penalty is scikit-learn's own, on standardised features. Of several
    classes at once there is a regression for each. Numbers are estimated by ridge regression, whose
    penalty leave-one-out errors choose.

    Args:
        features: of the records that it is fitted on, ``[n, width]``.
        labels: class indices ``[n]``, zeros and ones ``[n, classes]``, or numbers, float ``[n]``.
        of: features of the records that are asked about, ``[m, width]``.
        classes: how many there are; one that no label has gets a probability of zero.

    Returns:
        Probabilities, float ``[m, classes]``; of numbers, estimates ``[m, 1]``.

    Example:
        >>> features = np.array([[0.0], [1.0], [2.0], [3.0]])
        >>> found = linear_answers(features, np.array([0, 0, 1, 1]), np.array([[9.0]]), classes=2)
        >>> found.argmax(axis=1).tolist()
        [1]
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), _model_of(labels))
    model.fit(features, labels)
    if is_regression(labels):
        return model.predict(of)[:, None]
    answers = np.zeros((len(of), classes))
    answers[:, model.classes_] = model.predict_proba(of)
    return answers


def _model_of(labels: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.multiclass import OneVsRestClassifier

    if is_regression(labels):
        return RidgeCV(PENALTIES)
    regression = LogisticRegression(class_weight="balanced", max_iter=ITERATIONS)
    return OneVsRestClassifier(regression) if labels.ndim == 2 else regression
