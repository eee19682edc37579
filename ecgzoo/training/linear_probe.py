"""A linear model on numbers that are there for each record: the quickest answer, and a baseline."""

from typing import Any

import numpy as np

ITERATIONS = 2000


def linear_answers(features: np.ndarray, labels: np.ndarray, of: np.ndarray, classes: int) -> Any:
    """What a logistic regression on some records answers for others.

    Classes weigh the same; its penalty is scikit-learn's own, on standardised features. Of several
    classes at once there is a regression for each.

    Args:
        features: of the records that it is fitted on, ``[n, width]``.
        labels: class indices ``[n]``, or zeros and ones ``[n, classes]``.
        of: features of the records that are asked about, ``[m, width]``.
        classes: how many there are; one that no label has gets a probability of zero.

    Returns:
        Probabilities, float ``[m, classes]``.

    Example:
        >>> features = np.array([[0.0], [1.0], [2.0], [3.0]])
        >>> found = linear_answers(features, np.array([0, 0, 1, 1]), np.array([[9.0]]), classes=2)
        >>> found.argmax(axis=1).tolist()
        [1]
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), _regression(several=labels.ndim == 2))
    model.fit(features, labels)
    answers = np.zeros((len(of), classes))
    answers[:, model.classes_] = model.predict_proba(of)
    return answers


def _regression(several: bool) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    regression = LogisticRegression(class_weight="balanced", max_iter=ITERATIONS)
    return OneVsRestClassifier(regression) if several else regression
