"""A split that records have of their own: trained by, or said that it is not; a run of its own."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from toy_ecgs import toy_ecgs

from ecgzoo.errors import DataError, DataWarning
from ecgzoo.training import from_scratch
from ecgzoo.training.from_scratch import train
from ecgzoo.training.known_classes import without_foreign
from ecgzoo.training.known_patients import known_patients
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.tested_part import folds_of, joined
from tf_data import stored_signals
from tf_data.stored_signals import StoredSignals, WindowSpool

DATA = toy_ecgs(60)
PARTED = replace(DATA, parts=np.repeat(["train", "test"], [44, 16]))
UNUSED = "the split that the records have of their own is not used; {} takes it"


@pytest.fixture
def recipes(monkeypatch):
    """What would be trained, and where."""
    asked = []
    monkeypatch.setattr(from_scratch, "fit", lambda *told, **_: asked.append(told[:3]))
    return asked


def test_the_split_is_the_recipe_s_protocol(recipes) -> None:
    train("cnn1d", PARTED, test="split")
    recipe, _, records = recipes[0]
    split = split_of(recipe, records)
    np.testing.assert_array_equal(split.test, np.arange(44, 60))
    assert len(split.train) + len(split.validation) == 44


def test_a_share_says_that_the_split_is_not_used(recipes) -> None:
    with pytest.warns(DataWarning) as caught:
        train("cnn1d", PARTED)
    said = UNUSED.format("test='split' (--test split)")
    assert [str(one.message) for one in caught] == [said]
    assert recipes[0][0].protocol == "grouped"


def test_of_one_s_own_records_the_grouped_protocol_says_so() -> None:
    said = UNUSED.format("the official protocol (--protocol official)")
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}$"):
        split_of(Recipe("cnn1d", dataset="records"), PARTED)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split_of(Recipe("cnn1d", dataset="ptb_xl"), PARTED)  # published: the protocol is chosen
        split_of(Recipe("cnn1d", dataset="records"), DATA)


IN_TWO = replace(DATA, parts=np.repeat(["train", "validation"], [50, 10]))
NO_TEST = "the split that the records have of their own is not used: it has no test part"


@pytest.mark.parametrize(
    ("data", "said"),
    [(PARTED, UNUSED.format("test='split' (--test split)")), (IN_TWO, NO_TEST)],
    ids=["all parts", "no test part"],
)
def test_training_on_all_says_that_the_split_is_not_used(recipes, data, said) -> None:
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}$"):
        train("cnn1d", data, test=None)
    assert recipes[0][0].final


def test_a_final_fit_on_one_s_own_records_says_so() -> None:
    said = UNUSED.format("the official protocol (--protocol official)")
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}$"):
        split_of(Recipe("cnn1d", dataset="records", final=True), PARTED)


def test_a_validation_part_stays_one_beside_another_set(recipes) -> None:
    train("cnn1d", IN_TWO.take(range(20, 60)), test=DATA.take(range(20)))
    recipe, _, records = recipes[0]
    split = split_of(recipe, records)
    np.testing.assert_array_equal(records.names[split.validation], DATA.names[50:])
    np.testing.assert_array_equal(records.names[split.test], DATA.names[:20])
    assert len(split.train) == 30


def test_a_test_set_may_lack_classes_and_have_them_in_another_order(recipes) -> None:
    three = toy_ecgs(60, 3)
    other = toy_ecgs(80, 3).take(np.flatnonzero(toy_ecgs(80, 3).labels == 2)[20:])
    other = replace(other, labels=np.zeros(len(other), np.int64), classes=("faster",))
    train("cnn1d", three, test=other)
    records = recipes[0][2]
    assert records.classes == three.classes
    np.testing.assert_array_equal(records.labels[60:], 2)
    both = replace(DATA, labels=np.eye(2, dtype=int)[DATA.labels])
    train("cnn1d", both.take(range(40)), test=DATA.take(range(40, 60)))
    np.testing.assert_array_equal(recipes[1][2].labels, both.labels)


def test_sets_on_the_disk_are_joined_there(monkeypatch) -> None:
    monkeypatch.setattr(stored_signals, "IN_MEMORY", 0)
    spool = WindowSpool(DATA.spec.shape, 0)
    spool.add(DATA.signals)
    stored = replace(DATA, signals=spool.signals([0])).take(range(40))
    found = joined(stored, DATA.take(range(40, 60))).signals
    assert isinstance(found, StoredSignals)
    np.testing.assert_array_equal(found, DATA.signals)


@pytest.mark.parametrize(("share", "folds"), [(0.5, 2), (0.4, 3), (0.3, 3), (0.2, 5), (0.15, 7)])
def test_a_share_is_the_nearest_that_equal_parts_make(share, folds) -> None:
    others = [abs(1 / other - share) for other in range(2, 50)]
    assert abs(1 / folds - share) == min(others)
    assert folds_of(share) == folds


def test_a_share_that_no_equal_parts_make_is_told(recipes) -> None:
    said = "a share of 0.4 is not one of equal parts: one of 3 is tested on"
    with pytest.warns(DataWarning, match=f"^{said}$"):
        train("cnn1d", DATA, test=0.4)
    assert recipes[0][0].folds == 3


@pytest.mark.parametrize(
    ("test", "given", "message"),
    [
        (0.2, {"fold": 3}, "expected fold=0, as test= (0.2) decides; got 3"),
        (0.2, {"folds": 10}, "expected folds=5, as test= (0.2) decides; got 10"),
        (
            0.2,
            {"recipe": Recipe("cnn1d", protocol="paper")},
            "expected protocol='grouped', as test= (0.2) decides; got 'paper'",
        ),
        (None, {"final": False}, "expected final=True, as test= (None) decides; got False"),
        (
            DATA.take(range(5)),
            {"protocol": "grouped"},
            "expected protocol='official', as test= (another data set) decides; got 'grouped'",
        ),
    ],
)
def test_what_the_test_part_decides_is_not_chosen_otherwise(recipes, test, given, message) -> None:
    remedy = (
        ". Leave it out: fold_seed= draws another part, and ecgzoo.training.cross_validate runs "
        "several folds"
    )
    with pytest.raises(DataError, match=f"^{re.escape(message + remedy)}$"):
        train("cnn1d", DATA.take(range(5, 60)), test=test, **given)
    assert not recipes


def test_what_is_chosen_alike_may_be_chosen(recipes) -> None:
    train("cnn1d", DATA, fold=0, folds=5, recipe=Recipe("cnn1d", epochs=3), fold_seed=2)
    train("cnn1d", PARTED, test="split", recipe=recipes[0][0])
    first, second = (recipe for recipe, *_ in recipes)
    assert (first.epochs, first.fold_seed, second.protocol) == (3, 2, "official")


@pytest.mark.parametrize(
    ("data", "given", "message"),
    [
        (
            "d",
            {},
            "expected records in memory; got str 'd'. Read files first: "
            "ecgzoo.read_records(folder, labels)",
        ),
        (
            DATA,
            {"test": (DATA.signals, DATA.labels)},
            "expected test= as a share, such as 0.2, a data set, as ecgzoo.read_records gives it, "
            "'split' or None; got tuple",
        ),
        (DATA, {"epoch": 1}, "unknown choice 'epoch'; did you mean 'epochs'?"),
    ],
)
def test_what_is_no_argument_is_a_sentence(recipes, data, given, message) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        train("cnn1d", data, **given)
    assert not recipes


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        (["p1", "p2"], ["p2", "p3"], 1),
        (["a", "p2"], ["b", "p3"], 0),
        (["t0", "p2"], ["t0", "p3"], 1),  # a patient's ID is the name of the test record
        (["p1", "p2"], ["a", "p3"], 0),
        (["a", "p2"], ["p1", "a"], 1),  # or that of one who was trained on
    ],
)
def test_a_patient_who_is_told_on_one_side_is_one_on_both(ours, theirs, shared) -> None:
    two = DATA.take(range(2))
    trained = replace(two, names=np.array(["a", "b"]), groups=np.array(ours))
    test = replace(two, names=np.array(["t0", "t1"]), groups=np.array(theirs))
    assert known_patients(test, trained) == shared


def test_records_of_one_name_in_two_sets_are_not_of_one_patient() -> None:
    assert known_patients(DATA.take(range(5)), DATA.take(range(5))) == 0


def test_other_parts_or_patients_of_the_same_records_are_another_run(recipes) -> None:
    train("cnn1d", DATA.take(range(44)), test=DATA.take(range(44, 60)))
    train("cnn1d", PARTED, test="split")
    train("cnn1d", DATA.take(range(30)), test=DATA.take(range(30, 60)))
    train("cnn1d", DATA)
    train("cnn1d", replace(DATA, groups=np.array([f"p{row // 2}" for row in range(60)])))
    first, same, *others = (folder for _, folder, _ in recipes)
    assert first == same
    assert len({first, *others}) == 4


def test_classes_that_a_model_was_not_trained_on_are_left_out() -> None:
    three = toy_ecgs(60, 3)
    said = "^classes that the model was not trained on are left out: fast$"
    with pytest.warns(DataWarning, match=said):
        found = without_foreign(three, ("slow", "faster", "other"))
    rows = np.flatnonzero(three.labels != 1)
    np.testing.assert_array_equal(found.names, three.names[rows])
    assert found.classes == ("slow", "faster")
    np.testing.assert_array_equal(found.labels, three.labels[rows] // 2)
    both = replace(three, labels=np.eye(3, dtype=np.int64)[three.labels])
    with pytest.warns(DataWarning, match=said):
        found = without_foreign(both, ("faster", "slow"))
    np.testing.assert_array_equal(found.labels, both.labels[:, [0, 2]])
    with pytest.raises(DataError, match="expected records of the model's classes a, b; got slow"):
        without_foreign(three, ("a", "b"))
