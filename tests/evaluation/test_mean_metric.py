"""mean_metric against sklearn on resamples that are written out, and against the plain metric."""

import numpy as np
import pytest
from simulated_answers import probabilities_of
from sklearn.metrics import f1_score, roc_auc_score

from ecgzoo.evaluation import group_bootstrap
from ecgzoo.evaluation.bootstrap import bootstrap_weights, interval_of
from ecgzoo.evaluation.repetitions import Answered, mean_metric

PATIENTS = np.array([f"p{i}" for i in range(30)])


def sklearn_metric(name, labels, probabilities):
    if name == "macro_f1":
        return f1_score(labels, probabilities.argmax(axis=1), average="macro")
    return roc_auc_score(labels, probabilities, multi_class="ovr", average="macro")


def part(seed):
    """The answers for a random two thirds of the patients, four records each."""
    rng = np.random.default_rng(seed)
    patients = np.repeat(rng.permutation(30)[:20], 4)
    labels = rng.permutation(np.arange(80) % 3)
    return Answered(labels, probabilities_of(labels, patients, 1.0, seed), PATIENTS[patients])


@pytest.mark.parametrize("metric", ["macro_f1", "macro_auc"])
def test_every_part_weighs_the_same_under_each_resample_of_patients(metric):
    parts = [part(seed) for seed in range(3)]
    measure = mean_metric(parts, metric)
    everyone = np.unique(np.concatenate([one.groups for one in parts]))
    weights = np.vstack([*bootstrap_weights(measure.groups, 5, 0)])
    values = measure(weights)
    for drawn, value in zip(weights, values, strict=True):
        times = dict(zip(everyone, drawn.astype(int), strict=True))
        expected = []
        for one in parts:
            rows = np.repeat(np.arange(80), [times[patient] for patient in one.groups])
            expected.append(sklearn_metric(metric, one.labels[rows], one.predictions[rows]))
        assert value == pytest.approx(np.mean(expected))


def test_of_one_part_it_is_the_metric_itself():
    one = part(0)
    found = interval_of(mean_metric([one], "macro_f1"))
    assert found == group_bootstrap(one.labels, one.predictions, one.groups)


def test_no_part_is_refused():
    with pytest.raises(ValueError, match="at least one test part"):
        mean_metric([], "accuracy")
