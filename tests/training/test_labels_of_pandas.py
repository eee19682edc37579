"""Labels and signals as pandas holds them are what the same lists and arrays are."""

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
