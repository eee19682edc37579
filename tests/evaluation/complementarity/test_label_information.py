"""label_information against integrals of known mixtures, and on bad input."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from ecgzoo.evaluation.complementarity import label_information
from ecgzoo.evaluation.complementarity.label_information import (
    PENALTIES,
    label_losses,
    mean_interval,
)


def information(distance):
    """I(Y; X) of a fair coin Y and X ~ N(distance * (2Y - 1), 1), in nats."""

    def term(x):
        p, q = norm.pdf(x, distance), norm.pdf(x, -distance)
        return p * np.log(2 * p / (p + q))

    return quad(term, -12, 12)[0]


def mixture(n=2000, distances=(1.0, 0.7), seed=0):
    """Labels, and a column for each distance, independent given the label."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    columns = (2 * labels[:, None] - 1) * np.array(distances) + rng.normal(size=(n, 2))
    return labels, columns[:, :1], columns[:, 1:]


@pytest.mark.whole
def test_what_one_and_the_other_tell_is_what_the_integral_says():
    labels, first, second = mixture()
    groups = np.arange(len(labels))
    alone = label_information(labels, first, groups)
    added = label_information(labels, second, groups, given=first)
    assert alone.estimate == pytest.approx(information(1.0), abs=0.04)
    both = information(np.hypot(1.0, 0.7))  # their best weighted sum is a mixture as well
    assert added.estimate == pytest.approx(both - information(1.0), abs=0.03)
    assert added.low < both - information(1.0) < added.high


def test_a_copy_adds_nothing_and_noise_harms():
    labels, first, second = mixture(n=500)
    groups = np.arange(500)
    assert label_information(labels, 3 * first, groups, first).estimate == pytest.approx(
        0, abs=0.01
    )
    noise = np.random.default_rng(5).normal(size=(500, 20))
    assert label_information(labels, noise, groups, first).high < 0.01


def test_information_that_only_both_hold_is_found_by_a_classifier_that_can():
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2, (600, 2))
    labels, features = bits[:, 0] ^ bits[:, 1], bits + 0.01 * rng.normal(size=(600, 2))
    asked = (labels, features[:, 1:], np.arange(600), features[:, :1])
    assert label_information(*asked).estimate < 0.02
    tree = DecisionTreeClassifier(min_samples_leaf=50, random_state=0)
    assert label_information(*asked, classifier=tree).estimate > 0.6


def test_without_features_the_loss_is_the_entropy():
    labels = np.repeat([0, 1, 2], [200, 100, 100])
    losses = label_losses(labels, np.empty((400, 0)), np.arange(400))
    assert losses.mean() == pytest.approx(-np.log([0.5, 0.25]) @ [0.5, 0.5])


def test_losses_are_of_groups_that_were_not_fitted_to():
    """Features that name the group tell its label, but only to who has seen the group."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 40)
    groups = np.repeat(np.arange(40), 5)
    features = np.repeat(rng.normal(size=(40, 200)), 5, axis=0)
    seen = label_losses(np.repeat(labels, 5), features, np.arange(200)).mean()
    unseen = label_losses(np.repeat(labels, 5), features, groups).mean()
    assert seen < 0.2 < 0.6 < unseen


def test_the_penalty_is_chosen_on_groups_that_were_not_fitted_to():
    """Features that name the group advise a low penalty, but only to who has seen the group."""
    rng = np.random.default_rng(0)
    labels, groups = np.repeat(rng.integers(0, 2, 60), 4), np.repeat(np.arange(60), 4)
    features = np.repeat(rng.normal(size=(60, 40)), 4, axis=0)
    mixed = rng.permutation(240)  # the splitter that knows of no groups cuts along the rows
    losses = label_losses(labels[mixed], features[mixed], groups[mixed])
    assert losses.mean() == pytest.approx(np.log(2), abs=0.02)


def test_single_records_inner_folds_are_those_of_scikit_learn():
    labels, first, second = mixture(n=200)
    features, names = np.hstack([first, second]), np.arange(200)
    by_itself = LogisticRegressionCV(
        Cs=PENALTIES,
        l1_ratios=(0.0,),
        cv=3,
        scoring="neg_log_loss",
        max_iter=1000,
        use_legacy_attributes=False,
    )
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    expected = cross_val_predict(
        make_pipeline(StandardScaler(), by_itself),
        features,
        labels,
        groups=names,
        cv=folds,
        method="predict_proba",
    )
    told = expected[names, labels]
    np.testing.assert_array_equal(label_losses(labels, features, names), -np.log(told))


def test_losses_are_those_of_scikit_learn():
    labels, first, _ = mixture(n=300)
    tree = DecisionTreeClassifier(max_depth=1, random_state=0)
    ours = label_losses(labels, first, np.arange(300), tree)
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    predicted = cross_val_predict(
        tree, first, labels, groups=np.arange(300), cv=folds, method="predict_proba"
    )
    assert ours.mean() == pytest.approx(log_loss(labels, predicted))


def test_a_class_that_is_in_no_training_part_is_charged():
    labels = np.array([0] * 15 + [1] * 15 + [2] * 2)
    losses = label_losses(labels, np.random.default_rng(0).normal(size=(32, 1)), np.arange(32))
    assert np.isfinite(losses).all()
    assert losses[-2:].min() > losses[:15].mean()


def test_the_interval_of_a_mean_is_the_closed_form():
    values = np.random.default_rng(0).normal(size=400)
    found = mean_interval(values, np.arange(400), resamples=20_000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.03)
    thrice = mean_interval(np.repeat(values, 3), np.repeat(np.arange(400), 3), resamples=20_000)
    assert (thrice.low, thrice.high) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, x, g: (y[:-1], x, g), "one length; got added: 60, given: 60, labels: 59"),
        (lambda y, x, g: (y, x, g[:-1]), "groups: 59"),
        (lambda y, x, g: (y * 0, x, g), "at least 2 classes; all 60 are of class 0"),
        (lambda y, x, g: (y, x, g * 0), "at least 2 groups.*class 0 has 1"),
        (lambda y, x, g: (y, x * np.nan, g), "row 0 .60 rows in all. holds NaN"),
        (lambda y, x, g: (y, x * 0, g), "embeddings of added are constant"),
        (lambda y, x, g: (y[:19], x[:19], g[:19]), "at least 20 records of added; got 19"),
        (lambda y, x, g: (y.astype(float), x, g), "integer class indices"),
    ],
)
def test_bad_input_is_named(change, message):
    rng = np.random.default_rng(0)
    labels, features, groups = change(np.arange(60) % 2, rng.normal(size=(60, 3)), np.arange(60))
    with pytest.raises(ValueError, match=message):
        label_information(labels, features, groups, given=np.ones((60, 1)) + rng.random((60, 1)))
