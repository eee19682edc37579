"""A preset's figures of one or several fold seeds, its temperature and thresholds."""

import json

import numpy as np
import pytest
from described_presets import (
    CLASSES,
    RECORDS,
    SOURCE,
    answers_of,
    described_final,
    described_folds,
    published,
)
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, read_preset
from ecgzoo.errors import RunError
from ecgzoo.evaluation import calibration, fit_temperature, fit_thresholds
from ecgzoo.training.out_of_fold_metrics import RepeatedAnswers, fitted, out_of_fold_metrics
from ecgzoo.training.preset_folder import publish_preset
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run

SEEDS = (10, 11, 12)
ANSWERS = {seed: answers_of(seed) for seed in SEEDS}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("several")


@pytest.fixture(scope="module")
def preset(root):
    return read_preset(published(root, SEEDS))


@pytest.fixture(scope="module")
def repeated(root, preset):
    runs = [path.parent for path in root.glob("grouped*/hybrid1/fold*/predictions.csv")]
    assert len(runs) == 2 * len(SEEDS)
    return RepeatedAnswers.of([Run(path) for path in runs])


def test_each_seed_s_figures_are_scikit_learn_s_and_the_figure_is_their_mean(preset) -> None:
    metrics = preset.metrics
    assert metrics["fold_seeds"] == [*SEEDS]
    predicted = [ANSWERS[seed].probabilities.argmax(axis=1) for seed in SEEDS]
    labels = ANSWERS[10].labels
    accuracies = [accuracy_score(labels, one) for one in predicted]
    f1s = [f1_score(labels, one, average="macro") for one in predicted]
    assert metrics["each_seed"]["accuracy"] == pytest.approx(accuracies)
    assert metrics["each_seed"]["macro_f1"] == pytest.approx(f1s)
    assert metrics["accuracy"] == pytest.approx(np.mean(accuracies))
    assert metrics["macro"]["f1"] == pytest.approx(np.mean(f1s))
    assert metrics["spread"]["macro_f1"] == pytest.approx(np.std(f1s, ddof=1))
    assert metrics["intervals"]["macro_f1"]["estimate"] == metrics["macro"]["f1"]


def test_it_says_how_many_records_and_groups_and_how_it_was_measured(preset) -> None:
    metrics = preset.metrics
    assert (metrics["n"], metrics["groups"]) == (RECORDS, RECORDS // 2)
    assert np.sum(metrics["confusion"]) == RECORDS * len(SEEDS)
    assert "means over the fold seeds 10, 11, 12" in metrics["measured_on"]
    assert metrics["measured_on"].endswith("not of these weights")
    assert metrics["class_intervals"].keys() == metrics["per_class"].keys() == {*CLASSES}


def test_temperature_and_thresholds_are_those_of_the_pooled_answers(preset) -> None:
    pooled = Predictions.joined([*ANSWERS.values()])
    found = fit_temperature(pooled.labels, pooled.probabilities)
    assert preset.temperature == pytest.approx(found.value)
    assert preset.thresholds == fit_thresholds(pooled.labels, pooled.probabilities, CLASSES).values
    before = calibration(pooled.labels, pooled.probabilities)
    assert preset.metrics["calibration"]["before"]["error"] == pytest.approx(before.error)
    assert preset.metrics["calibration"]["answers"] == RECORDS * len(SEEDS)


def test_calibration_afterwards_is_by_the_other_folds_temperature(preset, repeated) -> None:
    labels, changed = [], []
    for answers, folds in zip(repeated.answers, repeated.folds, strict=True):
        for fold in (0, 1):
            mine = folds == fold
            other = fit_temperature(answers.labels[~mine], answers.probabilities[~mine])
            changed.append(other.apply(answers.probabilities[mine]))
            labels.append(answers.labels[mine])
    expected = calibration(np.concatenate(labels), np.concatenate(changed))
    assert preset.metrics["calibration"]["after"]["error"] == pytest.approx(expected.error)


def test_where_no_temperature_is_best_none_is_stored_and_the_reason_told(tmp_path) -> None:
    runs = described_folds(tmp_path, 10, answers_of(0, right=1.0))
    found = fitted(RepeatedAnswers.of(runs))
    assert found.temperature == 1.0
    assert "no temperature is best" in found.calibration["no_temperature"]
    assert "after" not in found.calibration


def test_a_single_seed_has_no_spread(tmp_path) -> None:
    metrics = read_preset(published(tmp_path, (10,))).metrics
    assert metrics["fold_seeds"] == [10]
    assert set(metrics["spread"].values()) == {None}
    assert "means over" not in metrics["measured_on"]


def test_a_seed_without_all_folds_and_another_s_records_are_refused(root, tmp_path) -> None:
    first, second = (described_folds(tmp_path, seed) for seed in (10, 11))
    final = described_final(tmp_path)
    with pytest.raises(RunError, match=r"got folds \[1\] of fold seed 11"):
        publish_preset([*first, second[1]], final, "toy", SOURCE, tmp_path / "weights")
    changed = answers_of(3)
    changed.labels[:] = changed.labels[::-1].copy()
    other = described_folds(tmp_path / "other", 12, changed)
    with pytest.raises(RunError, match="fold seeds 10 and 12 are of different records"):
        publish_preset([*first, *other], final, "toy", SOURCE, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_a_damaged_description_is_told(root, preset, tmp_path) -> None:
    told = json.loads((root / "weights" / "hybrid1.toy" / DESCRIPTION).read_text())
    for wrong, message in (
        ({"temperature": 0.0}, "damaged: temperature must be above 0; got 0.0"),
        ({"thresholds": {"AF": 0.5}}, "got AF: 0.5"),
        ({"thresholds": {"MI": 1.5}}, "got MI: 1.5"),
        ({"thresholds": [1]}, "damaged"),
        ({"temperature": "hot"}, "damaged"),
    ):
        (tmp_path / DESCRIPTION).write_text(json.dumps(told | wrong))
        with pytest.raises(ValueError, match=message):
            read_preset(tmp_path)


@pytest.fixture
def of_two_seeds() -> RepeatedAnswers:
    """Answers on three classes of two label sets, not all right."""
    rng, names = np.random.default_rng(0), np.arange(RECORDS).astype(str)
    classes = ("form:PVC", "rhythm:SR", "rhythm:AFIB")
    truth = rng.integers(0, 2, (RECORDS, 3))
    seeds = [(0.3 * truth + 0.7 * rng.random(truth.shape)) for _ in range(2)]
    answers = tuple(Predictions(names, names, truth, one, classes) for one in seeds)
    return RepeatedAnswers((10, 11), answers, (np.arange(RECORDS) % 2,) * 2)


def asked(labels: str) -> Recipe:
    return Recipe("cnn1d", dataset="ptb_xl", loading={"labels": labels}, folds=2)


def test_each_of_several_label_sets_has_figures(of_two_seeds) -> None:
    found = out_of_fold_metrics(of_two_seeds, asked("form+rhythm"))
    truth = of_two_seeds.first.labels
    for task, columns in {"form": [0], "rhythm": [1, 2]}.items():
        shares = of_two_seeds.probabilities[..., columns]
        areas = [roc_auc_score(truth[:, columns], one) for one in shares]
        assert found["tasks"][task]["macro_auc"] == pytest.approx(np.mean(areas))
        interval = found["tasks"][task]["intervals"]["macro_auc"]
        assert interval["low"] < np.mean(areas) < interval["high"]


def test_a_single_label_set_has_none_of_its_own(of_two_seeds) -> None:
    assert "tasks" not in out_of_fold_metrics(of_two_seeds, asked("form"))
