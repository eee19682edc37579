"""Fusions that are fitted to out-of-fold answers, against scipy's and scikit-learn's optimum."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from small_encoders import small_encoders

from ecgzoo import SignalSpec, build
from ecgzoo.fusion.output.stacking import Stacking
from ecgzoo.fusion.output.weighted_average import WeightedAverage
from ecgzoo.models.views import branches
from ecgzoo.registry import DOMAINS

rng = np.random.default_rng(0)
LABELS = rng.integers(0, 3, 200)
TARGETS = np.eye(3)[LABELS]


def answers(noise: float) -> np.ndarray:
    """Probabilities that know the labels, but for noise."""
    logits = 2 * TARGETS + noise * rng.normal(size=TARGETS.shape)
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


ANSWERS = np.stack([answers(1.5), answers(2.5), answers(6)], axis=1)
BY_DOMAIN = {name: ANSWERS[:, i] for i, name in enumerate("abc")}
# Each class by itself; not all rows sum to one, several may hold.
SEVERAL = np.clip(ANSWERS * rng.uniform(0.5, 1.5, (200, 1, 3)), 0.02, 0.98)
HOLD = (rng.uniform(size=(200, 3)) < SEVERAL[:, 0]).astype(int)


def log_loss(probabilities: np.ndarray) -> float:
    return -np.log(probabilities[np.arange(len(LABELS)), LABELS]).mean()


def best_on_simplex(loss) -> np.ndarray:
    ones = {"type": "eq", "fun": lambda w: w.sum() - 1}
    options = {"ftol": 1e-12, "maxiter": 500}
    start, bounds = np.full(3, 1 / 3), [(0, 1)] * 3
    return minimize(loss, start, bounds=bounds, constraints=ones, options=options).x


def test_weighted_average_finds_the_best_shares() -> None:
    expected = best_on_simplex(lambda w: log_loss(np.einsum("n,bnc->bc", w, ANSWERS)))
    layer = WeightedAverage()
    shares = layer.fit(BY_DOMAIN, LABELS)
    np.testing.assert_allclose(shares, expected, atol=1e-3)
    joined, shown = layer([ANSWERS.astype("float32"), np.ones((200, 3), "float32")])
    np.testing.assert_allclose(shown[0], shares, atol=1e-6)
    np.testing.assert_allclose(joined, np.einsum("n,bnc->bc", shares, ANSWERS), atol=1e-6)


def test_weighted_average_of_independent_classes() -> None:
    def loss(w):
        p = np.einsum("n,bnc->bc", w, SEVERAL)
        return -np.log(np.where(HOLD, p, 1 - p)).mean()

    shares = WeightedAverage(multi_label=True).fit(SEVERAL, HOLD)
    np.testing.assert_allclose(shares, best_on_simplex(loss), atol=2e-3)


def test_a_share_of_zero_is_one_where_nothing_else_is_present() -> None:
    layer = WeightedAverage()
    good, bad = np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([[0.3, 0.7], [0.7, 0.3]])
    assert layer.fit({"good": good, "bad": bad}, np.array([0, 1]))[1] < 1e-6
    found, _ = layer([np.stack([good, bad], 1), np.array([[1.0, 1.0], [0.0, 1.0]])])
    np.testing.assert_allclose(found, [good[0], bad[1]], atol=1e-6)


def test_stacking_without_a_penalty_is_logistic_regression() -> None:
    layer = Stacking()
    layer.fit(BY_DOMAIN, LABELS, l2=1e-6)
    said = np.log(np.maximum(ANSWERS, 1e-6)).reshape(200, 9)
    expected = LogisticRegression(C=1e6, max_iter=5000, tol=1e-8).fit(said, LABELS)
    found = layer([ANSWERS.astype("float32"), np.ones((200, 3), "float32")])
    np.testing.assert_allclose(found, expected.predict_proba(said), atol=5e-3)
    assert log_loss(np.asarray(found)) < log_loss(ANSWERS[:, 0])


def test_stacking_of_independent_classes_is_a_regression_for_each() -> None:
    layer = Stacking(multi_label=True)
    layer.fit(SEVERAL, HOLD, l2=1e-6)
    said = np.log(SEVERAL / (1 - SEVERAL)).reshape(200, 9)
    found = np.asarray(layer([SEVERAL.astype("float32"), np.ones((200, 3), "float32")]))
    for one in range(3):
        expected = LogisticRegression(C=1e6, max_iter=5000, tol=1e-8).fit(said, HOLD[:, one])
        np.testing.assert_allclose(found[:, one], expected.predict_proba(said)[:, 1], atol=5e-3)


def test_before_it_is_fitted_stacking_is_the_geometric_mean() -> None:
    mean = np.exp(np.log(np.maximum(ANSWERS, 1e-6)).mean(1))
    found = Stacking()([ANSWERS.astype("float32"), np.ones((200, 3), "float32")])
    np.testing.assert_allclose(found, mean / mean.sum(1, keepdims=True), atol=1e-5)


def test_a_large_penalty_leaves_all_but_the_bias() -> None:
    layer = Stacking()
    layer.fit(ANSWERS, LABELS, l2=1e6)
    np.testing.assert_allclose(layer.kernel, np.tile(np.eye(3) / 3, (3, 1, 1)), atol=1e-5)


@pytest.mark.parametrize("layer", [WeightedAverage(), Stacking()], ids=lambda one: one.name)
def test_labels_and_answers_must_match(layer) -> None:
    with pytest.raises(ValueError, match=r"expected labels \[200, 3\] or \[200\]; got \[199\]"):
        layer.fit(ANSWERS, LABELS[1:])
    with pytest.raises(ValueError, match=r"expected answers \[records, domains, classes\]"):
        layer.fit(ANSWERS[:, 0], LABELS)


def test_several_labels_need_a_column_per_class() -> None:
    with pytest.raises(ValueError, match=r"expected labels \[200, 3\]; got \[200\]"):
        WeightedAverage(multi_label=True).fit(SEVERAL, LABELS)


def small_core(spec: SignalSpec, fusion: str):
    with small_encoders():
        return build("hybrid1", spec, 3, fusion=fusion, inputs="domains")


@pytest.mark.whole
@pytest.mark.parametrize("fusion", ["weighted_average", "stacking"])
def test_a_core_is_fitted_by_its_branches_and_keeps_it_in_its_weights(fusion, tmp_path) -> None:
    spec = SignalSpec(("I",), 100, 128)
    signals = rng.normal(size=(60, 128, 1)).astype("float32")
    core = small_core(spec, fusion)
    inputs = {name: np.asarray(DOMAINS.get(name)(spec)(signals)) for name in core.input}
    shown = branches(core).predict(inputs, verbose=0)
    before = core.predict(inputs, verbose=0)
    core.get_layer("probabilities").fit(shown, LABELS[:60])
    after = core.predict(inputs, verbose=0)
    assert np.abs(after - before).max() > 1e-3
    core.save_weights(tmp_path / "model.weights.h5")
    again = small_core(spec, fusion)
    again.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(again.predict(inputs, verbose=0), after)
