"""Tables of labels in files: classes, patients, parts and what is wrong."""

import pandas as pd
import pytest

from ecgzoo.errors import DataError
from tf_data.label_table import read_label_table

ONE_HOT = "record,AF,PVC,age,patient\na,1,0,50,p1\nb,1,1,60,p1\nc,0,0,70,p2\n"


def table_of(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return read_label_table(path)


def test_one_label_per_record(tmp_path):
    table = table_of(tmp_path, "Record, Label ,GROUP\na,N,p1\nb,AF,p2\nc,N,\n")
    assert (table.names, table.labels) == (["a", "b", "c"], [("N",), ("AF",), ("N",)])
    assert (table.groups, table.parts) == (["p1", "p2", "c"], None)
    assert (table.several, table.classes, table.notes) == (False, ("AF", "N"), ())


@pytest.mark.parametrize("head", ["label", "labels"])
def test_several_labels_stand_with_bars_between(tmp_path, head):
    table = table_of(tmp_path, f"record,{head}\na,AF|PVC\nb,AF\nc,\n")
    assert (table.labels, table.several) == ([("AF", "PVC"), ("AF",), ()], True)


def test_one_hot_rows_are_of_several_labels_and_columns_keep_their_order(tmp_path):
    table = table_of(tmp_path, ONE_HOT)
    assert (table.labels, table.several) == ([("AF",), ("AF", "PVC"), ()], True)
    assert table.classes == ("AF", "PVC")
    assert table.groups == ["p1", "p1", "p2"]
    assert [note for note in table.notes if "age" in note] == [
        "the columns age of labels.csv are not read"
    ]
    assert any("AF, PVC of labels.csv are taken as classes" in note for note in table.notes)


def test_classes_say_which_columns_they_are(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("record,sex,AF\na,1,0\nb,0,1\n")
    assert read_label_table(path).classes == ("sex", "AF")
    assert read_label_table(path, ["AF"]).labels == [(), ("AF",)]
    with pytest.raises(DataError, match=r"PVC missing, it has record, sex, AF"):
        read_label_table(path, ["PVC"])


@pytest.mark.parametrize("column", ["patient_id", "Patient", "subject", "SUBJECT_ID"])
def test_a_column_of_patients_is_the_group_and_that_is_said(tmp_path, column):
    table = table_of(tmp_path, f"record,label,{column}\na,N,7\nb,AF,7\n")
    assert table.groups == ["7", "7"]
    assert table.notes == (
        f"the column {column.lower()} of labels.csv is taken as the patient of each record",
    )


SPELLINGS = ("PatientID", "Patient ID", "patient-id", " Patient_Id ", "PATIENT ID")


@pytest.mark.parametrize("column", SPELLINGS)
def test_a_column_of_patients_is_known_however_it_is_spelled(tmp_path, column):
    said = "the column patient_id of {} is taken as the patient of each record"
    table = table_of(tmp_path, f"record,label,{column}\na,N,7\nb,AF,7\n")
    assert (table.groups, table.notes) == (["7", "7"], (said.format("labels.csv"),))
    frame = pd.DataFrame({"Record": ["a", "b"], "Label": ["N", "AF"], column: [7, 7]})
    table = read_label_table(frame)
    assert (table.groups, table.notes) == (["7", "7"], (said.format("the labels"),))


@pytest.mark.parametrize("column", ["pid", "MRN", "ParticipantID", "Patient No."])
def test_other_names_of_patients_are_known(tmp_path, column):
    assert table_of(tmp_path, f"record,label,{column}\na,N,7\nb,A,7\n").groups == ["7", "7"]


@pytest.mark.parametrize("label", ["label", "labels"])
def test_cases_and_controls_are_no_patients_where_patients_are_there(tmp_path, label):
    text = f"record,{label},group,patient_id,age\na,N,control,1,50\nb,AF,control,2,51\n"
    table = table_of(tmp_path, text)
    assert table.groups == ["1", "2"]
    assert table.notes == (
        "the column patient_id of labels.csv is taken as the patient of each record",
        "the columns group, age of labels.csv are not read",
    )
    ages = read_label_table(tmp_path / "labels.csv", target="age")
    assert ages.notes[-1] == f"the columns {label}, group of labels.csv are not read"


def test_numbers_are_the_same_class_with_a_point_and_without_and_go_by_size(tmp_path):
    table = table_of(tmp_path, "record,label\na,2\nb,2.0\nc,10\nd,1.0\ne,0.5\n")
    assert [one for (one,) in table.labels] == ["2", "2", "10", "1", "0.5"]
    assert table.classes == ("0.5", "1", "2", "10")
    several = table_of(tmp_path, "record,labels\na,2.0|2|10\nb,\n")
    assert (several.labels, several.classes) == ([("2", "10"), ()], ("2", "10"))
    mixed = table_of(tmp_path, "record,label\na,2.0\nb,2\nc,N\n")
    assert mixed.classes == ("2", "2.0", "N")
    asked = read_label_table({"a": "1.0", "b": "2"}, ["1.0", "2.0"])  # of an older model
    assert asked.labels == [("1.0",), ("2.0",)]


def test_classes_that_differ_in_capitals_alone_are_said(tmp_path):
    said = "the classes AF, af of labels.csv differ in capitals alone, and are taken as 2"
    table = table_of(tmp_path, "record,label\na,AF\nb,af\nc,N\n")
    assert (table.classes, table.notes) == (("AF", "N", "af"), (said,))
    assert said in table_of(tmp_path, "record,AF,af\na,1,0\nb,0,1\n").notes


ROWS = "".join(f"{at},0,1\n" for at in range(9))


@pytest.mark.parametrize(
    ("cell", "text", "share"),
    [
        ("an empty cell", "record,AF,N\na,1,\nb,0,1\n", "1 of 2"),
        ("-1", "record,AF,N\na,1,-1\nb,0,1\n", "1 of 2"),
        ("NA", f"record,AF,N\n{ROWS}a,1,NA\n", "9 of 10"),
        ("11", f"record,AF,N\n{ROWS}a,1,11\n", "9 of 10"),
    ],
)
def test_a_class_is_not_left_out_for_a_few_cells(tmp_path, cell, text, share):
    with pytest.raises(DataError) as caught:
        table_of(tmp_path, text)
    assert str(caught.value) == (
        f"expected 0 or 1 in every cell of the column N of labels.csv, as in {share}; record a has "
        f"{cell}. Fill it, or say which columns are classes: classes= (--classes)"
    )
    assert read_label_table(tmp_path / "labels.csv", ["AF"]).classes == ("AF",)


def test_a_column_of_counts_is_of_no_class(tmp_path):
    table = table_of(tmp_path, "record,AF,falls\na,1,0\nb,0,1\nc,0,2\nd,0,0\n")
    assert table.classes == ("AF",)


def test_columns_of_classes_beside_a_label_are_said_not_to_be_read(tmp_path):
    table = table_of(tmp_path, "record,label,AF,PVC\na,AF,1,1\nb,PVC,0,1\n")
    assert table.labels == [("AF",), ("PVC",)]
    assert table.notes == ("the columns AF, PVC of labels.csv are not read",)


@pytest.mark.parametrize("index", ["", "Unnamed: 0"])
def test_an_index_is_no_class(tmp_path, index):
    table = table_of(tmp_path, f"{index},record,AF\n0,a,1\n1,b,0\n")
    assert (table.classes, len(table.notes)) == (("AF",), 1)


def test_blanks_before_quotes_are_none_of_the_class(tmp_path):
    table = table_of(tmp_path, 'record, label\na, "AF"\nb, "N, new"\nc, AF\n')
    assert table.labels == [("AF",), ("N, new",), ("AF",)]


@pytest.mark.parametrize(
    "cells",
    [["p1", None, "p1"], ["p1", float("nan"), "p1"], ["p1", pd.NA, "p1"], ["p1", "NA", "p1"]],
)
def test_patients_that_are_not_known_are_not_one(tmp_path, cells):
    frame = pd.DataFrame({"record": list("abc"), "label": list("NAN"), "patient": cells})
    assert read_label_table(frame).groups == ["p1", "b", "p1"]
    frame.to_csv(tmp_path / "l.csv", index=False)
    assert read_label_table(tmp_path / "l.csv").groups == ["p1", "b", "p1"]


def test_a_number_is_the_same_patient_with_a_point_and_without(tmp_path):
    text = "record,label,patient\na,N,12.0\nb,N,12\nc,N,\nd,N,1.05\n"
    assert table_of(tmp_path, text).groups == ["12", "12", "c", "1.05"]


def test_a_split_is_kept(tmp_path):
    table = table_of(tmp_path, "record,label,split\na,N,Train\nb,AF,test\nc,N,validation\nd,N,\n")
    assert table.parts == ["train", "test", "validation", ""]


def test_commas_between_classes_are_told_where_bars_are_meant(tmp_path):
    table = table_of(tmp_path, 'record,labels\na,"AF,PVC"\nb,N\n')
    assert table.classes == ("AF,PVC", "N")
    assert table.notes == (
        "in the column labels of labels.csv several classes stand with | between, and no cell has "
        "it: those with commas are taken as one class each",
    )
    assert table_of(tmp_path, 'record,labels\na,"AF, new|PVC"\n').notes == ()
    assert table_of(tmp_path, 'record,label\na,"AF, new"\n').notes == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("record,class\na,N\n", "label missing, it has record, class"),
        ("name,label\na,N\n", r"column record in the first line of labels\.csv; record missing"),
        ("record,label\n", "it holds no line"),
        ("record,label\na,N\na,AF\n", "a stands there twice"),
        ("record,label\n,N\n", r"name of a record in line 1 of labels\.csv"),
        ("record,label\na\n", r"expected 2 cells in line 1 of labels\.csv; got 1"),
        ("record,label\na,N\nb,\n", r"label of record b in labels\.csv; got an empty cell"),
        ("record,label\na,N\nb,NaN\n", "label of record b .*; got NaN"),
        ("record,labels\na,N\nb,AF|nan\n", "label of record b .*; got nan"),
        ("record,label,split\na,N,train\nb,AF,dev\n", "record b has 'dev'"),
        ('record,label\na,"[1, 0]"\nb,"[0, 1]"\n', "each cell has 2 zeros and ones. Make them 2"),
        ("record,labels\na,1|0|0\nb,0|0|0\n", "each cell has 3 zeros and ones"),
        ("record,AF,PVC\na,1,0\nb,,1\n", None),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, message):
    if message is None:  # a gap in a column of a class: it is that class by name alone
        with pytest.raises(
            DataError, match="0 or 1 in the column AF .*; record b has an empty cell"
        ):
            read_label_table(_written(tmp_path, text), ["AF", "PVC"])
        return
    with pytest.raises(DataError, match=message):
        table_of(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('record,label\na,N\nb,"AF\nc,N\nd,N\n', 3, "unexpected end of data"),
        ('record,label\na,"N\nb"x,AF\n', 2, "',' expected after '\"'"),
        (
            'record,label\na,N\nb,"AF' + "\nc,N" * 40_000,
            3,
            "field larger than field limit (131072)",
        ),
    ],
)
def test_a_quote_that_is_open_swallows_no_record(tmp_path, text, line, why):
    with pytest.raises(DataError) as caught:
        table_of(tmp_path, text)
    assert str(caught.value) == (
        f"expected every quote to be closed in labels.csv; one is not in line {line}, the names "
        f"being line 1 ({why}). Close it, or write two for one within a cell"
    )


def test_quotes_within_a_cell_and_over_lines_are_read(tmp_path):
    table = table_of(tmp_path, 'record,label,why\na,"N ""x""","one\ntwo"\n"b",AF,\n')
    assert table.labels == [('N "x"',), ("AF",)]


DIALECTS = {
    "a delimiter that is told": "sep=;\nrecord;label;age\na;AF|N;12,5\nb;N;7\n",
    "quotes around that": '"sep=;"\r\nrecord;label;age\r\na;AF|N;12,5\r\nb;N;7\r\n',
    "comments above": "# of 2020, by me\n\n# again\nrecord,label,age\na,AF|N,12.5\nb,N,7\n",
    "names in a comment": "# record,label,age\na,AF|N,12.5\nb,N,7\n",
    "bars between": 'record|label|age\na|"AF|N"|12,5\nb|N|7\n',
    "a delimiter at the end": "record,label,age\na,AF|N,12.5,\nb,N,7,\n",
    "a line of delimiters at the end": "record;label;age\na;AF|N;12,5\nb;N;7\n;;\n;;\n",
    "an index": "#,record,label,age\n0,a,AF|N,12.5\n1,b,N,7\n",
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_is_read_as_programs_write_it(tmp_path, dialect, encoding):
    path = tmp_path / "labels.csv"
    path.write_bytes(DIALECTS[dialect].encode(encoding))
    table = read_label_table(path)
    assert (table.names, table.labels) == (["a", "b"], [("AF", "N"), ("N",)])
    assert read_label_table(path, target="age").values == [12.5, 7]


def test_a_comma_is_a_decimal_point_in_numbers_alone(tmp_path):
    table = table_of(tmp_path, "record;labels\n1,5;1,2\n2;N\n")
    assert (table.names, table.labels) == (["1,5", "2"], [("1,2",), ("N",)])
    with pytest.raises(DataError, match="record a .* has 1,234"):
        read_label_table(_written(tmp_path, 'record,cells\na,"1,234"\n'), target="cells")


@pytest.mark.parametrize("head", ["record,label,Label", "record,AF,AF", "record,label,record"])
def test_columns_of_one_name_are_refused(tmp_path, head):
    name = head.split(",")[1] if "AF" in head else head.split(",")[2].lower()
    message = (
        f"a name of its own for every column of {{}}; {name} stands there 2 times. Take one out, "
        "or rename it"
    )
    with pytest.raises(DataError, match=message.format(r"labels\.csv")):
        table_of(tmp_path, f"{head}\na,1,0\n")
    with pytest.raises(DataError, match=message.format("the labels")):
        read_label_table(pd.DataFrame([["a", 1, 0]], columns=head.split(",")))


def test_columns_without_a_name_may_be_several(tmp_path):
    assert table_of(tmp_path, "record,label,,\na,N,,\n").labels == [("N",)]


def _written(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return path


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no table .*nothing\.csv"):
        read_label_table(tmp_path / "nothing.csv")
