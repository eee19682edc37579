"""What fine-tuning is tested on, the probe, the controls, and figures with intervals by patient."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

import ecgzoo
from ecgzoo.artifact.answers import Predictions
from ecgzoo.errors import DataError, DataWarning, RunError, SignalError
from ecgzoo.evaluation import group_bootstrap, paired_difference
from ecgzoo.training.finetuning import FineTuning, finetune
from ecgzoo.training.finetuning.measured import Measured, differences
from ecgzoo.training.linear_probe import PENALTIES, linear_answers

QUICK = FineTuning(head_epochs=1, epochs_per_group=0, epochs=1, augmentation=False)
DATA = toy_ecgs(60)
OLD, NEW = DATA.take(range(40)), DATA.take(range(40, 60))


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


@pytest.fixture
def model(preset):
    return ecgzoo.build("cnn1d", weights=preset)


@pytest.mark.whole
@pytest.mark.parametrize("groups", [(), (NEW.groups.tolist(),)], ids=["alone", "with patients"])
def test_a_set_of_its_own_is_tested_on_and_the_others_are_all_trained_on(model, groups) -> None:
    test = (NEW.signals, NEW.labels, *groups)
    tuned = finetune(model, OLD.signals, OLD.labels, test=test, settings=QUICK)
    assert tuned.after.n == 20
    assert len(tuned.preset.training["records"]) == 40
    np.testing.assert_array_equal(tuned.predictions.labels, NEW.labels)
    answers = np.asarray(tuned.model(NEW.signals, training=False))
    np.testing.assert_allclose(tuned.predictions.probabilities, answers, atol=1e-5)


def test_windows_of_a_test_record_are_pooled(model) -> None:
    rows = np.repeat(np.arange(20), 3)
    noise = np.random.default_rng(0).normal(0, 0.2, (60, *SPEC.shape)).astype("float32")
    windows = replace(NEW.take(rows), signals=NEW.signals[rows] + noise, hashes=np.arange(60))
    tuned = finetune(model, OLD, test=windows, settings=QUICK)
    assert tuned.after.n == 20
    answers = np.asarray(tuned.model(windows.signals, training=False))
    pooled = answers.reshape(20, 3, 2).mean(axis=1)
    np.testing.assert_allclose(tuned.predictions.probabilities, pooled, atol=1e-5)


def test_a_test_set_may_be_of_one_class(model) -> None:
    tuned = finetune(model, OLD, test=(NEW.signals[::2], NEW.labels[::2]), settings=QUICK)
    assert (tuned.after.n, tuned.after.figures["macro_auc"]) == (10, None)


def test_none_trains_on_all_and_says_that_there_are_no_figures(model, tmp_path) -> None:
    tuned = finetune(model, DATA, test=None, settings=QUICK, folder=tmp_path / "run")
    assert len(tuned.preset.training["records"]) == len(DATA)
    assert tuned.measured == tuned.differences == {}
    assert tuned.to_frame().empty
    assert tuned.preset.metrics == {}
    assert not (tmp_path / "run" / "metrics.json").exists()
    with pytest.raises(RunError) as caught:
        _ = tuned.after
    assert str(caught.value) == (
        "nothing was held out (test=None), so there are no figures: pass test= a share or a set of "
        "records, or ask ecgzoo.evaluate"
    )


@pytest.mark.whole
def test_a_share_is_that_of_the_records(model) -> None:
    assert finetune(model, DATA, test=0.5, settings=QUICK).after.n == 30


@pytest.mark.whole
def test_test_records_of_patients_who_were_trained_on_are_counted(model) -> None:
    ours = replace(OLD, groups=np.array([f"p{row}" for row in range(40)]))
    theirs = replace(NEW, groups=np.array(["p0", "p1"] * 3 + [f"q{row}" for row in range(14)]))
    tuned = finetune(model, ours, test=theirs, settings=QUICK)
    assert tuned.preset.metrics["of_known_patients"] == 6


BAD = {
    "records in both": (
        {"test": (OLD.signals[5:8], OLD.labels[5:8])},
        ValueError,
        "expected other records to be tested on; 3 of test= are among those that are trained on, "
        "such as signal 0, which is signal 5 there. Leave them out of either",
    ),
    "a share of all": (
        {"test": 1.0},
        ValueError,
        "expected a share for testing above 0 and up to 0.5; got 1.0",
    ),
    "other leads": (
        {"test": (NEW.signals[..., :1], NEW.labels)},
        SignalError,
        "signal 0: expected [samples, 2], the leads I, II; got shape [128, 1]. Name the leads that "
        "it has with leads=.",
    ),
    "labels of several classes": (
        {"test": (NEW.signals, np.eye(2, dtype=int)[NEW.labels])},
        ValueError,
        "expected labels of one class per record, as the model answers; got labels of several "
        "classes at once",
    ),
    "controls without a test part": (
        {"test": None, "controls": True},
        ValueError,
        "controls are compared on a test part, and test=None holds none out: pass a share, such as "
        "test=0.2, or a set of records",
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_cannot_be_tested_on_is_a_sentence_before_anything_is_trained(
    model, tmp_path, case
) -> None:
    changed, kind, message = BAD[case]
    with pytest.raises(kind) as caught:
        finetune(model, OLD.signals, OLD.labels, settings=QUICK, folder=tmp_path / "run", **changed)
    assert str(caught.value) == message
    assert not (tmp_path / "run").exists()


def predictions(shares, labels, groups) -> Predictions:
    names = np.array([f"r{row}" for row in range(len(labels))])
    return Predictions(names, np.array(groups), np.array(labels), shares, ("slow", "fast"))


def test_figures_are_scikit_learn_s_and_intervals_draw_patients() -> None:
    rng = np.random.default_rng(0)
    labels, groups = np.arange(40) % 2, [f"p{row // 4}" for row in range(40)]
    first = np.clip(0.6 - 0.2 * labels + rng.normal(0, 0.2, 40), 0.01, 0.99)
    shares = np.stack([first, 1 - first], axis=1)
    found = Measured.of(predictions(shares, labels, groups))
    assert found.figures["macro_f1"] == pytest.approx(
        f1_score(labels, shares.argmax(axis=1), average="macro")
    )
    assert found.figures["macro_auc"] == pytest.approx(roc_auc_score(labels, shares[:, 1]))
    expected = group_bootstrap(labels, shares.argmax(axis=1), groups, "macro_f1", 2000)
    assert found.intervals["macro_f1"] == expected
    row = found.to_row()
    assert (row["macro F1 low"], row["macro F1 high"]) == (expected.low, expected.high)
    other = Measured.of(predictions(shares[::-1], labels, groups))
    paired = paired_difference(labels, shares, shares[::-1], groups, "macro_auc")
    assert differences(found, other)["macro_auc"] == paired


def test_of_one_patient_there_are_figures_and_no_intervals() -> None:
    found = Measured.of(predictions(np.eye(2), [0, 1], ["p", "p"]))
    assert (found.figures["accuracy"], found.intervals, differences(found, found)) == (1.0, {}, {})


def test_the_probe_is_scikit_learn_s_regression_and_knows_classes_that_no_label_has() -> None:
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(60, 5)), rng.integers(0, 2, 60) * 2
    fitted = make_pipeline(
        StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=2000)
    ).fit(features, labels)
    found = linear_answers(features, labels, features, classes=3)
    np.testing.assert_allclose(found[:, [0, 2]], fitted.predict_proba(features), atol=1e-9)
    assert not found[:, 1].any()


def test_the_probe_of_numbers_is_scikit_learn_s_ridge_regression() -> None:
    features = np.random.default_rng(0).normal(size=(60, 5))
    ages = 60 + features @ [3.0, 0.0, -2.0, 0.0, 1.0]
    fitted = make_pipeline(StandardScaler(), RidgeCV(PENALTIES)).fit(features, ages)
    found = linear_answers(features, ages, features, classes=1)
    np.testing.assert_allclose(found[:, 0], fitted.predict(features), rtol=1e-9)


@pytest.mark.whole
def test_controls_stand_beside_with_paired_differences(model, tmp_path) -> None:
    told = []
    tuned = finetune(
        model,
        OLD,
        test=NEW,
        controls=True,
        settings=QUICK,
        folder=tmp_path / "run",
        measured=lambda moment, found: told.append((moment, found.metrics.n)),
    )
    moments = ["before", "linear probe", "head only", "after", "random encoder", "from scratch"]
    assert told == [(moment, 20) for moment in moments]
    assert tuned.to_frame().index.tolist() == moments
    for control, of in (("from scratch", "after"), ("random encoder", "linear probe")):
        ours, theirs = tuned.measured[of], tuned.measured[control]
        np.testing.assert_array_equal(ours.predictions.names, theirs.predictions.names)
        assert tuned.differences[control] == differences(ours, theirs)
    saved = json.loads((tmp_path / "run" / "finetuning.json").read_text(encoding="utf-8"))
    assert list(saved["measured"]) == moments
    assert set(saved["differences"]["from scratch"]) == {"macro_f1", "macro_auc"}


PARTED = replace(DATA, parts=np.repeat(["train", "validation", "", "test"], [30, 10, 4, 16]))


def test_the_split_that_records_have_is_taken_and_rows_of_no_part_are_left_out(model) -> None:
    tuned = finetune(model, PARTED, test="split", settings=QUICK)
    assert tuned.after.n == 16
    np.testing.assert_array_equal(tuned.predictions.names, DATA.names[44:])
    assert sorted(tuned.preset.training["records"]) == sorted(DATA.hashes[:40])


def test_a_split_that_is_not_used_is_said(model) -> None:
    said = (
        "the split that the records have of their own is not used; test='split' (--test split) "
        "takes it"
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}$"):
        assert finetune(model, PARTED, settings=QUICK).after.n == 12


@pytest.mark.parametrize("test", [None, NEW], ids=["none", "another set"])
def test_a_split_is_said_to_be_unused_however_else_is_tested(model, test) -> None:
    said = "the split that the records have of their own is not used: it has no test part"
    parted = replace(OLD, parts=np.repeat(["train", "validation"], [30, 10]))
    with pytest.warns(DataWarning, match=f"^{said}$"):
        finetune(model, parted, test=test, settings=QUICK)


def test_a_tuple_of_another_length_is_a_sentence(model) -> None:
    said = "expected test= as (signals, labels) or (signals, labels, groups); got a tuple of 4"
    with pytest.raises(DataError, match=f"^{re.escape(said)}$"):
        finetune(model, OLD, test=(1, 2, 3, 4), settings=QUICK)


@pytest.mark.parametrize(
    ("data", "test", "message"),
    [
        (DATA, "split", "expected a published part with records; got 'train', and there are none"),
        (
            replace(DATA, parts=np.repeat(["train", "test"], 30)),
            "spilt",
            "unknown test part 'spilt'; did you mean 'split'?",
        ),
    ],
)
def test_a_split_that_is_not_there_is_a_sentence(model, data, test, message) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        finetune(model, data, test=test, settings=QUICK)
