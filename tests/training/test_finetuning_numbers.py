"""Fine-tuning to a number: measured, stored, asked, and refused where classes are needed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs
from toy_presets import write_preset

import ecgzoo
from ecgzoo.artifact.folder import ArtifactFolder
from ecgzoo.errors import RegressionError, UnknownNameError
from ecgzoo.models.classifier import head_of_preset
from ecgzoo.models.front import core_of
from ecgzoo.models.regressor import Regressor, scale_of
from ecgzoo.training.finetuning import FineTuning, finetune

DATA = toy_ecgs(60)
AGES = 60.0 + 10 * DATA.labels + np.linspace(-1, 1, 60)  # what the rhythm tells, and a little not
QUICK = FineTuning(
    head_epochs=10,
    epochs_per_group=0,
    epochs=40,
    learning_rate=1e-2,
    mixup=0.0,
    augmentation=False,
)
SHORT = FineTuning(head_epochs=1, epochs_per_group=0, epochs=1, augmentation=False)
AGE = {"classes": ["age"], "task": "regression"}


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    root = tmp_path_factory.mktemp("ages")
    with small_encoders():
        preset = write_preset(root / "preset")
        told = {"weights": preset, "settings": QUICK, "folder": root / "run", "controls": True}
        return finetune("cnn1d", DATA.signals, AGES, **AGE, **told)


@pytest.mark.whole
def test_it_learns_ages_in_years(tuned) -> None:
    assert tuned.new_head
    assert tuned.preset.classes == ("age",)
    assert tuned.preset.regression
    assert tuned.before.mae > 2 * tuned.after.mae
    assert tuned.after.r2 > 0.5


def test_figures_have_intervals_and_controls_are_paired(tuned) -> None:
    frame = tuned.to_frame()
    assert list(frame.columns)[::3] == ["mean absolute error", "R2", "Pearson r"]
    assert list(frame.index)[-2:] == ["random encoder", "from scratch"]
    ends = tuned.measured["after"].intervals["mae"]
    assert ends.low <= tuned.after.mae <= ends.high
    ours, theirs = (tuned.measured[one].predictions.values for one in ("after", "from scratch"))
    true = tuned.predictions.labels
    found = tuned.differences["from scratch"]["mae"].estimate
    assert found == pytest.approx(abs(ours - true).mean() - abs(theirs - true).mean())


def test_the_scale_is_of_the_training_part_and_in_the_weights_file(tuned) -> None:
    held = set(tuned.predictions.names.tolist())
    train = [age for row, age in enumerate(AGES) if f"signal {row}" not in held]
    scale = scale_of(core_of(tuned.model))
    assert float(scale.mean.numpy()[0]) == pytest.approx(np.mean(train), rel=1e-6)
    assert float(scale.scale.numpy()[0]) == pytest.approx(np.std(train), rel=1e-5)
    again = ecgzoo.build("cnn1d", weights=tuned.folder)
    np.testing.assert_allclose(again(DATA.signals), tuned.model(DATA.signals), atol=1e-4)
    assert head_of_preset(tuned.preset) == Regressor()


def test_its_folder_is_asked_and_evaluated_like_any_other(tuned) -> None:
    saved = ArtifactFolder(tuned.folder).predictions()
    np.testing.assert_allclose(saved.values, tuned.predictions.values)
    assert (saved.target, saved.metrics().n) == ("age", tuned.after.n)
    head = (tuned.folder / "predictions.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "name,group,true age,age"
    found = ecgzoo.load(tuned.folder).predict(DATA.signals)
    assert list(found.to_frame().columns) == ["name", "group", "age"]
    figures = ecgzoo.evaluate(tuned.folder, DATA.signals, AGES, resamples=100)
    assert figures.metrics.mae == pytest.approx(abs(found.values - AGES).mean())
    told = json.loads(json.dumps(figures.to_dict()))
    assert told["overlap"] == len(DATA) - tuned.after.n
    assert set(told["intervals"]) == {"mae", "r2", "pearson_r"}


@pytest.mark.filterwarnings("ignore:no intervals are made:ecgzoo.errors.DataWarning")
@pytest.mark.parametrize("ages", [[61.0], [50.0, 50.0]], ids=["one record", "one age"])
def test_it_is_evaluated_on_one_number_alone(tuned, ages) -> None:
    some = DATA.take(range(len(ages)))
    numbered = replace(some, labels=np.array(ages), classes=("age",))
    for given in ((some.signals, ages), (numbered, None)):
        found = ecgzoo.evaluate(tuned.folder, *given)
        assert (found.metrics.n, found.metrics.figures["r2"]) == (len(ages), None)
        error = abs(found.predictions.values - ages).mean()
        assert found.metrics.mae == pytest.approx(error)


def test_it_is_tested_on_one_record(preset) -> None:
    told = {"weights": preset, "settings": SHORT, **AGE}
    test = DATA.signals[:1], [61.0]
    assert finetune("cnn1d", DATA.signals[1:], AGES[1:], test=test, **told).after.n == 1


@pytest.mark.whole
def test_it_is_tuned_on_with_its_own_head(tuned) -> None:
    again = finetune(str(tuned.folder), DATA.signals, AGES + 1, settings=SHORT)
    assert not again.new_head
    assert again.preset.classes == ("age",)
    classes = replace(DATA, classes=("a", "b"))
    own = finetune(str(tuned.folder), classes, classes=["a", "b"], settings=SHORT)
    assert own.new_head
    assert not own.preset.regression


def test_a_data_set_of_numbers_says_what_is_estimated(preset) -> None:
    data = replace(DATA, labels=AGES, classes=("age",))
    found = finetune("cnn1d", data, weights=preset, settings=SHORT)
    assert (found.preset.classes, found.preset.regression) == (("age",), True)
    assert found.preset.training["class_counts"]["before"] == {"age": 60 - found.after.n}


@pytest.mark.parametrize("what", ["export", "explain", "predict_long"])
def test_what_is_of_classes_is_refused_with_a_sentence(tuned, tmp_path, what) -> None:
    loaded = ecgzoo.load(tuned.folder)
    ask = {
        "export": lambda: ecgzoo.export(tuned.folder, tmp_path),
        "explain": lambda: loaded.explain(DATA.signals[:1]),
        "predict_long": lambda: loaded.predict_long(tmp_path / "none.npy"),
    }
    said = {"export": "an export", "explain": "an explanation"}
    with pytest.raises(RegressionError) as caught:
        ask[what]()
    assert str(caught.value) == (
        f"{said.get(what, 'the summary of a long record')} is of classes and their probabilities; "
        "this model answers a number, age. Ask ecgzoo.load, `ecgzoo predict` or `ecgzoo evaluate`"
    )
    assert not list(tmp_path.iterdir())


GAP = AGES.copy()
GAP[[3, 7]] = np.nan
BAD = {
    "NaN": (
        {"labels": GAP},
        "expected a finite number to estimate for every signal; signal 3 (2 in all) has nan. Leave "
        "such records out",
    ),
    "text": (
        {"labels": ["old"] * 60},
        "expected a finite number to estimate for every signal; signal 0 (60 in all) has old. "
        "Leave such records out",
    ),
    "all the same": (
        {"labels": [60] * 60},
        "expected numbers that vary, to estimate them; all 60 are 60",
    ),
    "none": (
        {"labels": None},
        "expected a number to estimate for every signal as labels; got None",
    ),
    "fewer": ({"labels": [1, 2]}, "expected 60 labels, one per signal; got 2"),
    "two names": (
        {"classes": ["age", "sex"]},
        "expected one name in classes=, of the number to estimate, such as age; got age, sex",
    ),
    "no task": (
        {"task": None, "classes": None},
        "expected the name of a class, or its index as an integer, as the label of signal 0; got "
        "59.0. Numbers to estimate are task='regression'",
    ),
    "NaN in the test set": (
        {"test": (DATA.signals * 0.9, GAP)},
        "expected a finite number to estimate for every signal; signal 3 (2 in all) has nan. Leave "
        "such records out",
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_unfit_numbers_are_a_sentence(preset, tmp_path, case) -> None:
    changed, message = BAD[case]
    given = {"labels": AGES, "weights": preset, "settings": SHORT, **AGE}
    with pytest.raises(ValueError) as caught:  # noqa: PT011, the whole message is compared
        finetune("cnn1d", DATA.signals, **given | changed, folder=tmp_path / "run")
    assert str(caught.value) == message
    assert not (tmp_path / "run").exists()


def test_a_fusion_of_probabilities_and_an_unknown_task_are_refused(tmp_path) -> None:
    model = ecgzoo.build("hybrid1_average", SPEC, 2)
    with pytest.raises(ValueError, match="^hybrid1_average cannot estimate a number: its fusion"):
        finetune(model, DATA.signals, AGES, **AGE, settings=SHORT)
    with pytest.raises(UnknownNameError, match="did you mean 'regression'"):
        finetune(model, DATA.signals, AGES, task="regresion", settings=SHORT)
