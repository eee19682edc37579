"""Labels of frames, Series and dictionaries, one or several in a cell, are what a file says."""

import numpy as np
import pandas as pd
import pytest

from ecgzoo.errors import DataError
from tf_data.label_table import read_label_table


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"record": ["a", "b"], "AF": [1, 0], "PVC": [1.0, 0.0], "patient": [3.0, 4]}),
        pd.DataFrame({"AF": [True, False], "PVC": [1, 0], "patient": ["3", "4"]}, index=["a", "b"]),
    ],
)
def test_a_frame_is_read_as_a_file_is(frame):
    table = read_label_table(frame)
    assert (table.names, table.labels) == (["a", "b"], [("AF", "PVC"), ()])
    assert table.groups == ["3", "4"]


def test_a_dictionary_has_one_label_or_several():
    assert read_label_table({"a": "N", 7: "AF"}).labels == [("N",), ("AF",)]
    several = read_label_table({"a": ["N"], "b": "AF", "c": []})
    assert (several.labels, several.several) == ([("N",), ("AF",), ()], True)


KINDS = (list, tuple, set, frozenset, np.array, lambda cells: np.array(cells, object))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("column", ["label", "labels"])
def test_several_labels_of_one_cell_are_what_bars_say(kind, column):
    cells = [kind(["AF", "PVC"]), kind(["AF"]), kind([])]
    frame = pd.DataFrame({"record": list("abc"), column: cells})
    for labels in (frame, dict(zip("abc", cells, strict=True))):
        table = read_label_table(labels)
        assert [set(one) for one in table.labels] == [{"AF", "PVC"}, {"AF"}, set()]
        assert (table.several, table.classes) == (True, ("AF", "PVC"))


@pytest.mark.parametrize("column", ["label", "labels"])
@pytest.mark.parametrize("kind", [list, tuple])
def test_a_list_that_pandas_wrote_is_read_as_one(tmp_path, column, kind):
    cells = [kind(["AF", "a, b"]), kind(["AF"]), kind([])]
    pd.DataFrame({"record": list("abc"), column: cells}).to_csv(tmp_path / "a.csv", index=False)
    table = read_label_table(tmp_path / "a.csv")
    assert table.labels == [("AF", "a, b"), ("AF",), ()]
    assert (table.several, table.notes) == (True, ())


@pytest.mark.parametrize("cell", ["[AF]", "(wide", "[" * 9999, "{'AF': 1}"])
def test_brackets_that_are_no_list_are_text(cell):
    assert read_label_table({"a": "['AF']", "b": cell}).labels == [("['AF']",), (cell,)]


def test_a_series_has_its_records_in_its_index():
    table = read_label_table(pd.Series({"a": "AF", "b": "N"}))
    assert (table.names, table.labels) == (["a", "b"], [("AF",), ("N",)])
    with pytest.raises(DataError, match="a stands there twice"):
        read_label_table(pd.Series(["AF", "N"], index=["a", "a"]))


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA])
@pytest.mark.parametrize("cell", ["AF|PVC", ["AF", "PVC"]])
def test_a_gap_among_several_labels_is_no_class_as_in_a_file(gap, cell):
    frame = pd.DataFrame({"record": ["a", "b"], "labels": [cell, gap]})
    assert read_label_table(frame).labels == [("AF", "PVC"), ()]


@pytest.mark.parametrize("gap", [float("nan"), None, pd.NA])
def test_a_gap_in_a_frame_is_no_label(gap):
    frame = pd.DataFrame({"record": ["a", "b"], "label": ["N", gap]})
    with pytest.raises(DataError, match="label of record b in the labels; got"):
        read_label_table(frame)
