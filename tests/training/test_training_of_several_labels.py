"""Several classes at once: trained, resumed, tested per record, and fine-tuned."""

from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import f1_score, roc_auc_score
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs, toy_ecgs_of_several_labels

import ecgzoo
from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import read_preset
from ecgzoo.cli.tables import metrics_table
from ecgzoo.errors import OversamplingError, RunError
from ecgzoo.report.cards.card import model_card
from ecgzoo.training.finetuning.result import FineTuning
from ecgzoo.training.fit import fit
from ecgzoo.training.preset_folder import publish_preset
from ecgzoo.training.recipe import Recipe

QUICK = {
    "epochs": 12,
    "batch_size": 16,
    "learning_rate": 1e-2,
    "augmentation": False,
    "mixup": 0.0,
    "verbose": 0,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = toy_ecgs_of_several_labels(windows=2)
    with small_encoders():
        return ecgzoo.train(
            "hybrid1", data, folder=tmp_path_factory.mktemp("several") / "run", **QUICK
        )


@pytest.mark.whole
def test_a_run_answers_for_records_and_not_for_windows(run) -> None:
    found = run.predictions()
    assert len(found.names) == len(set(found.names.tolist())) == run.metrics()["n"] == 12
    assert found.several
    assert found.labels.shape == found.called.shape == (12, 2)


def test_figures_per_window_stand_beside(run) -> None:
    told = run.metrics()["per_window"]
    assert told["n"] == 24
    assert set(told) == {"n", "accuracy", "macro"}


def test_its_figures_are_those_of_scikit_learn(run) -> None:
    found, metrics = run.predictions(), run.metrics()
    auc = roc_auc_score(found.labels, found.probabilities, average="macro")
    assert metrics["macro"]["auc"] == pytest.approx(auc, abs=1e-6)
    f1 = f1_score(found.labels, found.called, average="macro")
    assert metrics["macro"]["f1"] == pytest.approx(f1, abs=1e-6)


def test_thresholds_are_fitted_on_the_validation_part_and_kept(run) -> None:
    preset, found = run.preset(), run.predictions()
    assert preset.multi_label
    assert set(preset.thresholds) == {"slow", "strong"}
    least = np.array([preset.thresholds[name] for name in preset.classes])
    np.testing.assert_array_equal(found.called, found.probabilities >= least)


def test_each_of_several_label_sets_has_its_area(tmp_path) -> None:
    data = replace(toy_ecgs_of_several_labels(), classes=("pace:slow", "force:strong"))
    asked = {"dataset": "ptb_xl", "loading": {"labels": "pace+force"}, "epochs": 1, "folds": 2}
    with small_encoders():
        made = fit(Recipe("cnn1d", **asked), tmp_path / "run", data, verbose=0)
    found, metrics = made.predictions(), made.metrics()
    areas = roc_auc_score(found.labels, found.probabilities, average=None)
    assert [one["macro_auc"] for one in metrics["tasks"].values()] == pytest.approx(areas)
    console = Console(width=100, record=True)
    console.print(metrics_table(metrics, "run"))
    assert f"force: macro AUC {areas[1]:.3f}" in console.export_text()


def test_it_learns_both(run) -> None:
    assert run.metrics()["macro"]["auc"] > 0.85


def test_the_file_of_predictions_says_what_was_called(run) -> None:
    again = Predictions.read(run.predictions_file)
    head = run.predictions_file.read_text(encoding="utf-8").partition("\n")[0]
    assert head.split(",") == ["name", "group", "labels", "called", "slow", "strong"]
    np.testing.assert_array_equal(again.called, run.predictions().called)


def test_a_finished_run_of_other_records_is_refused(run) -> None:
    other = toy_ecgs_of_several_labels(records=40, windows=2)
    with pytest.raises(RunError, match="another recipe"), small_encoders():
        ecgzoo.train("hybrid1", other, folder=run.folder, **QUICK)


def test_adasyn_is_refused_in_a_sentence(tmp_path) -> None:
    data = toy_ecgs_of_several_labels()
    with pytest.raises(OversamplingError, match="several classes may hold at once"):
        ecgzoo.train("cnn1d", data, folder=tmp_path / "run", oversampling="adasyn", **QUICK)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("share", [0.0, 0.7, -1])
def test_a_share_is_a_share(share, tmp_path) -> None:
    with pytest.raises(ValueError, match="share for testing above 0 and up to 0.5"):
        ecgzoo.train("cnn1d", toy_ecgs(), test=share, folder=tmp_path / "run")


def test_another_set_is_tested_on_whole(tmp_path) -> None:
    data = toy_ecgs(80)
    first, second = data.take(range(60)), data.take(range(60, 80))
    with small_encoders():
        found = ecgzoo.train("cnn1d", first, test=second, folder=tmp_path / "run", **QUICK)
    assert sorted(found.predictions().names) == sorted(second.names.tolist())
    assert found.metrics()["protocol"] == "official"


def test_patients_on_both_sides_of_a_published_split_are_counted(tmp_path) -> None:
    data = toy_ecgs(80)
    parts = np.repeat(["train", "test"], [60, 20])
    groups = np.where(np.arange(80) >= 77, "record0", data.groups)
    published = replace(data, parts=parts, groups=groups)
    recipe = Recipe("cnn1d", protocol="official", epochs=1, batch_size=16, augmentation=False)
    with small_encoders():
        found = fit(recipe, tmp_path / "run", published, verbose=0).metrics()
    assert found["of_known_patients"] == 3
    shown = Console(width=120, record=True)
    shown.print(metrics_table(found, "run"))
    text = " ".join(shown.export_text().split())
    assert "3 of these records are of patients who were trained on, as the split has it." in text


def test_records_without_patients_are_of_no_patient_who_was_trained_on(tmp_path) -> None:
    data = toy_ecgs(80)
    alone = replace(data, groups=data.names)
    test = replace(alone.take(range(60, 80)), names=data.names[:20], groups=data.names[:20])
    with small_encoders():
        found = ecgzoo.train(
            "cnn1d", alone.take(range(60)), test=test, folder=tmp_path / "run", **QUICK
        )
    assert found.metrics()["of_known_patients"] == 0


def test_a_test_set_of_other_signals_is_refused(tmp_path) -> None:
    data = toy_ecgs()
    other = replace(data, classes=("slow", "rapid"))
    with pytest.raises(ValueError, match="test set of the classes"):
        ecgzoo.train("cnn1d", data, test=other, folder=tmp_path / "run")


def test_without_a_test_all_is_trained_on(tmp_path) -> None:
    with small_encoders():
        found = ecgzoo.train("cnn1d", toy_ecgs(), test=None, folder=tmp_path / "run", **QUICK)
    assert found.recipe().final
    assert not found.predictions_file.exists()


def test_no_published_split_is_said() -> None:
    from ecgzoo.training.recipe_split import split_of

    with pytest.raises(ValueError, match="mit_bih was published without a split"):
        split_of(Recipe("cnn1d", dataset="mit_bih", protocol="official"), toy_ecgs())


def test_a_preset_of_one_class_is_tuned_to_several(tmp_path) -> None:
    data = toy_ecgs_of_several_labels()
    short = FineTuning(head_epochs=2, epochs_per_group=0, epochs=2, augmentation=False)
    with small_encoders():
        model = ecgzoo.build("cnn1d", data.spec, 2)
        names = [[n for n, on in zip(data.classes, row, strict=True) if on] for row in data.labels]
        tuned = ecgzoo.finetune(
            model, data.signals, names, classes=data.classes, settings=short, folder=tmp_path / "a"
        )
        found = ecgzoo.evaluate(tuned.folder, data, intervals=False)
    assert tuned.new_head
    assert tuned.preset.multi_label
    assert tuned.predictions.several
    assert found.overlap == len(data) - len(tuned.predictions.names)


@pytest.mark.parametrize("per", ["record", "window"])
def test_figures_are_per_record_or_per_window(run, per: str) -> None:
    data = toy_ecgs_of_several_labels(windows=2)
    with small_encoders():
        found = ecgzoo.evaluate(run, data, per=per, intervals=False)
        shares = ecgzoo.load(run.folder).ask(data.signals)
    assert found.metrics.n == {"record": 60, "window": 120}[per]
    if per == "record":
        shares = shares.reshape(60, 2, 2).mean(axis=1)
    np.testing.assert_allclose(found.predictions.probabilities, shares, atol=1e-5)


def test_each_class_has_intervals_of_its_own(run) -> None:
    data = toy_ecgs_of_several_labels()
    with small_encoders():
        found = ecgzoo.evaluate(run, data, resamples=100)
    assert set(found.class_intervals) == set(data.classes)
    told = found.to_dict()
    for name, row in told["per_class"].items():
        for figure, interval in told["class_intervals"][name].items():
            assert interval["estimate"] == pytest.approx(row[figure])
    assert {"f1", "auc", "average_precision"} <= set(told["class_intervals"][data.classes[0]])


def test_one_label_of_each_record_is_the_only_one_of_several(run) -> None:
    data = replace(toy_ecgs(), classes=("slow", "strong"))
    several = replace(data, labels=np.eye(2, dtype=np.int64)[data.labels])
    with small_encoders():
        found, expected = (ecgzoo.evaluate(run, one) for one in (data, several))
    np.testing.assert_array_equal(found.predictions.labels, several.labels)
    probabilities = expected.predictions.probabilities
    np.testing.assert_array_equal(found.predictions.probabilities, probabilities)


@pytest.mark.whole
def test_folds_and_a_final_fit_become_a_preset(tmp_path) -> None:
    data = toy_ecgs_of_several_labels(40)
    recipe = Recipe("cnn1d", epochs=2, batch_size=16, augmentation=False, folds=2)
    plan = [recipe, replace(recipe, fold=1), replace(recipe, final=True)]
    with small_encoders():
        *folds, final = (fit(one, tmp_path / one.run_name, data, verbose=0) for one in plan)
    folder = publish_preset(folds, final, "toy", {"name": "toy"}, tmp_path)
    preset, answers = read_preset(folder), Predictions.joined([run.predictions() for run in folds])
    auc = roc_auc_score(answers.labels, answers.probabilities, average=None)
    metrics = preset.metrics
    assert metrics["macro"]["auc"] == pytest.approx(auc.mean())
    assert [metrics["per_class"][name]["auc"] for name in data.classes] == pytest.approx([*auc])
    assert metrics["macro"]["f1"] == pytest.approx(
        f1_score(answers.labels, answers.called, average="macro")
    )
    assert metrics["intervals"]["macro_auc"]["low"] <= auc.mean()
    assert "confusion" not in metrics
    assert set(preset.thresholds) == set(data.classes)
    assert f"{auc.mean():.3f}" in model_card(folder).text
