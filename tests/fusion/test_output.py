"""Output fusions against the same in numpy, record by record; records lack domains."""

import numpy as np
import pytest
from fused_by_hand import (
    PRESENT,
    branches_like,
    close,
    features_like,
    run,
    shares_among,
    sigmoid,
)

from ecgzoo.fusion.output.average import average
from ecgzoo.fusion.output.mixture_of_experts import mixture_of_experts
from ecgzoo.fusion.output.product_of_experts import product_of_experts
from ecgzoo.fusion.output.stacking import stacking
from ecgzoo.fusion.output.vote import vote
from ecgzoo.fusion.output.weighted_average import weighted_average

FEATURES = features_like()
A, B = FEATURES["a"], FEATURES["b"]
ROWS = range(len(PRESENT))


BRANCHES = branches_like()
ANSWERS = np.stack([one.probabilities for one in BRANCHES.values()], axis=1)
MEAN = [
    shares_among(np.zeros(2), there) @ answers
    for there, answers in zip(PRESENT, ANSWERS, strict=True)
]


def test_average() -> None:
    close(run(average, BRANCHES).vector, MEAN)


def test_weighted_average() -> None:
    found = run(weighted_average, BRANCHES)
    (scores,) = found.weights("probabilities")
    for row in ROWS:
        share = shares_among(scores, PRESENT[row])
        close(found.shown["shares"][row], share)
        close(found.vector[row], share @ ANSWERS[row])
    assert not found.model.trainable_weights


def test_product_of_experts() -> None:
    product = [ANSWERS[0, 0] * ANSWERS[0, 1], ANSWERS[1, 0], ANSWERS[2, 1], np.ones(3)]
    expected = [one / one.sum() for one in product]
    close(run(product_of_experts, BRANCHES).vector, expected)


def test_product_of_experts_of_independent_classes() -> None:
    several = branches_like(multi_label=True)
    a, b = (one.probabilities for one in several.values())
    both = a[0] * b[0] / (a[0] * b[0] + (1 - a[0]) * (1 - b[0]))
    expected = [both, a[1], b[2], np.full(3, 0.5)]
    close(run(product_of_experts, several).vector, expected)


def test_mixture_of_experts() -> None:
    found = run(mixture_of_experts, BRANCHES)
    kernel, bias = found.weights("gate")
    for row in ROWS:
        share = shares_among(np.append(A.vector[row], B.vector[row]) @ kernel + bias, PRESENT[row])
        close(found.shown["experts"][row], share)
        close(found.vector[row], share @ ANSWERS[row])


@pytest.mark.parametrize("multi_label", [False, True])
def test_stacking(multi_label) -> None:
    several = branches_like(multi_label)
    found = run(stacking, several)
    kernel, bias = found.weights("probabilities")
    answers = np.stack([one.probabilities for one in several.values()], axis=1)
    said = np.log(answers / (1 - answers)) if multi_label else np.log(answers)
    said[1, 1], said[2, 0] = said[1, 0], said[2, 1]  # what is absent says what the other says
    said[3] = said[3].mean(0)
    for row in ROWS:
        logits = said[row, 0] @ kernel[0] + said[row, 1] @ kernel[1] + bias
        expected = sigmoid(logits) if multi_label else np.exp(logits) / np.exp(logits).sum()
        close(found.vector[row], expected)
    assert not found.model.trainable_weights


def test_vote() -> None:
    votes = np.eye(3)[ANSWERS.argmax(-1)]
    found = run(vote, BRANCHES).vector
    for row in ROWS:
        share = shares_among(np.zeros(2), PRESENT[row]) @ votes[row]
        close(found[row], (share + 1e-3 * MEAN[row]) / 1.001)
