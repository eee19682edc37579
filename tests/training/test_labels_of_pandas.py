"""Labels and signals as pandas holds them are what the same lists and arrays are."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from toy_ecgs import SPEC, toy_ecgs

from ecgzoo.errors import SignalError
from ecgzoo.training.finetuning.given_records import Meaning, records
from ecgzoo.training.finetuning.labels import indices_of, several_at_once

DATA = toy_ecgs(12)
CLASSES = ("slow", "fast")
NAMES = [CLASSES[label] for label in DATA.labels]
SAME = {
    "a list": NAMES,
    "a tuple": tuple(NAMES),
    "text": pd.Series(NAMES),
    "text with another index": pd.Series(NAMES, index=range(100, 112)),
    "objects": pd.Series(NAMES, dtype=object),
    "categories": pd.Series(NAMES, dtype="category"),
    "an array of categories": pd.Categorical(NAMES),
    "a frame": pd.DataFrame({"label": NAMES}),
    "an array": np.array(NAMES),
    "an array of objects": np.array(NAMES, object),
    "bytes": [name.encode() for name in NAMES],
    "indices": pd.Series(DATA.labels),
    "indices as objects": pd.Series(DATA.labels.tolist(), dtype=object),
    "categories of indices": pd.Series(DATA.labels).astype("category"),
    "nullable indices": pd.Series(DATA.labels, dtype="Int64"),
}


@pytest.mark.parametrize("kind", SAME)
def test_one_label_of_each(kind) -> None:
    assert not several_at_once(None, SAME[kind])
    np.testing.assert_array_equal(indices_of(SAME[kind], 12, CLASSES), DATA.labels)
    found = records(DATA.signals, SAME[kind], Meaning(SPEC, CLASSES))
    np.testing.assert_array_equal(found.labels, DATA.labels)


def test_several_labels_in_a_frame_are_picked_by_name() -> None:
    both = np.array([[1, 0], [1, 1], [0, 1]])
    frame = pd.DataFrame(both[:, ::-1], columns=["fast", "slow"])
    assert several_at_once(None, frame)
    np.testing.assert_array_equal(indices_of(frame, 3, CLASSES), both)
    lists = pd.Series([["slow"], ["slow", "fast"], ["fast"]])
    assert several_at_once(None, lists)
    np.testing.assert_array_equal(indices_of(lists, 3, CLASSES), both)
    with pytest.raises(ValueError, match="slow missing, they have fast, quick"):
        indices_of(frame.rename(columns={"slow": "quick"}), 3, CLASSES)


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA, ""])
@pytest.mark.parametrize("kind", [list, pd.Series, lambda cells: pd.Series(cells, dtype="string")])
def test_patients_that_are_not_known_are_not_one(kind, gap) -> None:
    groups = kind(["p1", gap, gap, *["p1"] * 9])
    found = records(DATA.signals, NAMES, Meaning(SPEC, CLASSES), groups)
    assert found.groups.tolist() == ["p1", "signal 1", "signal 2", *["p1"] * 9]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            [*NAMES[:-1], ""],
            "labels '' are not among the classes slow, fast; the first is of signal 11",
        ),
        ([*NAMES[:-1], None], "as the label of signal 11; got None"),
        (pd.Series([*NAMES[:-1], None]), "as the label of signal 11; got nan"),
        ([1.5, *NAMES[1:]], "as the label of signal 0; got 1.5"),
        ([[1, 0], [1]], "rows of different lengths"),
    ],
)
def test_the_label_at_fault_is_named(labels, message) -> None:
    with pytest.raises(ValueError, match=message):
        indices_of(labels, len(labels), CLASSES)


def test_integers_are_names_where_all_names_are_numbers() -> None:
    numbers = ("1", "2", "10")
    for given in ([1, 2, 10], np.array([1, 2, 10]), pd.Series(["1", "2", "10"])):
        assert indices_of(given, 3, numbers).tolist() == [0, 1, 2]
    assert indices_of([1, 2, 0], 3, ("1", "2", "other")).tolist() == [1, 2, 0]
    with pytest.raises(ValueError, match="^labels 0 are not among the classes 1, 2, 10"):
        indices_of([1, 2, 0], 3, numbers)


def test_a_name_alone_among_lists_is_one_name() -> None:
    given = [["slow"], "fast", [], ["slow", "fast"]]
    assert indices_of(given, 4, CLASSES).tolist() == [[1, 0], [0, 1], [0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            5,
            "expected labels, one class index or name per signal; got int. Pass a list or an array",
        ),
        (
            (one for one in NAMES),
            "expected labels, one class index or name per signal; got generator. Pass a list or an "
            "array",
        ),
        (
            dict(enumerate(NAMES)),
            "expected labels, one class index or name per signal; got dict. Pass a list or an "
            "array",
        ),
        (
            [["slow"], None],
            "expected a list of names, or zeros and ones, as the labels of signal 1, as of others; "
            "got None",
        ),
    ],
    ids=["a number", "a generator", "a dictionary", "none among lists"],
)
def test_what_is_no_list_is_a_sentence(labels, message) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        indices_of(labels, 12, CLASSES)


def test_groups_that_are_no_list_are_a_sentence() -> None:
    said = "expected groups, one per signal; got int. Pass a list or an array"
    with pytest.raises(ValueError, match=f"^{said}$"):
        records(DATA.signals, NAMES, Meaning(SPEC, CLASSES), 5)


@pytest.mark.parametrize("given", [(DATA.signals, NAMES), (DATA, None)], ids=["names", "data set"])
def test_a_record_s_only_label_is_one_of_several(given) -> None:
    meaning = Meaning(SPEC, ("fast", "other", "slow"), multi_label=True)
    found = records(*given, meaning, one_class=True)
    np.testing.assert_array_equal(found.labels, np.eye(3)[np.where(DATA.labels == 0, 2, 0)])


def test_a_data_set_may_lack_classes_and_have_them_in_another_order() -> None:
    fast = DATA.take(np.flatnonzero(DATA.labels == 1))
    fast = replace(fast, labels=np.zeros(len(fast), np.int64), classes=("fast",))
    found = records(fast, None, Meaning(SPEC, CLASSES), one_class=True)
    assert (found.classes, set(found.labels.tolist())) == (CLASSES, {1})


def test_leads_of_tables_are_picked_by_name() -> None:
    names = list(SPEC.leads)
    tables = [pd.DataFrame(one, columns=names)[names[::-1]] for one in DATA.signals]
    found = records(tables, DATA.labels, Meaning(SPEC, CLASSES))
    np.testing.assert_array_equal(found.signals, DATA.signals)
    with pytest.raises(SignalError, match=f"in signal 3; {names[0]} missing"):
        records(
            [*tables[:3], tables[3][names[1:]], *tables[4:]], DATA.labels, Meaning(SPEC, CLASSES)
        )


def test_rates_of_each() -> None:
    rates = [SPEC.sampling_rate] * 12
    found = records(DATA.signals, DATA.labels, Meaning(SPEC, CLASSES, rates))
    np.testing.assert_array_equal(found.signals, DATA.signals)
    with pytest.raises(SignalError, match="of all 12 signals or of each; got"):
        records(DATA.signals, DATA.labels, Meaning(SPEC, CLASSES, rates[:5]))
