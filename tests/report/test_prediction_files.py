"""Prediction files: read, put in one order, and refused with file, line and remedy."""

import numpy as np
import pytest

from ecgzoo.artifact.answers import Predictions
from ecgzoo.report.study import prediction_files
from ecgzoo.report.study.prediction_files import in_one_order, read_predictions

GOOD = "name,label,patient,MI,NORM\nr1,MI,p1,0.9,0.1\nr2,NORM,p2,0.3,0.7\nr3,NORM,p2,0.2,0.8\n"

UNNAMED = "\n".join(line.partition(",")[2] for line in GOOD.splitlines())


@pytest.fixture
def read(tmp_path):
    def reading(text, groups="patient", **options):
        path = tmp_path / "a.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_predictions(path, groups, **options)

    return reading


def test_reads_what_a_run_writes(tmp_path):
    names, groups = np.array(["r1", "r2"]), np.array(["g1", "g2"])
    one = Predictions(names, groups, np.array([1, 0]), np.array([[0.25, 0.75], [1, 0]]), ("x", "y"))
    one.write(tmp_path / "predictions.csv")
    found = read_predictions(tmp_path / "predictions.csv", "group")
    assert found.classes == one.classes
    for field in ("names", "groups", "labels", "probabilities"):
        np.testing.assert_array_equal(getattr(found, field), getattr(one, field))


def test_a_byte_order_mark_spaces_and_empty_lines_do_no_harm(read):
    found = read("\ufeff" + GOOD.replace(",", " , ").replace("\nr2", "\n\nr2"))
    assert found.names.tolist() == ["r1", "r2", "r3"]
    assert found.probabilities[1].tolist() == [0.3, 0.7]


def test_the_name_may_be_the_group_and_may_be_called_otherwise(read):
    alone = GOOD.replace(",patient", "").replace(",p1", "").replace(",p2", "")
    assert read(alone, groups="name").groups.tolist() == ["r1", "r2", "r3"]
    renamed = GOOD.replace("name", "file").replace("label", "truth")
    found = read(renamed, label="truth", name="file")
    assert found.names.tolist() == ["r1", "r2", "r3"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a line per record; .*a.csv is empty"),
        ("name,label,patient,MI,NORM\n", "names its columns only"),
        (GOOD.replace("patient", "pateint"), "unknown column 'patient'; did you mean 'pateint'"),
        (GOOD.replace("label", "lable"), "unknown column 'label'; did you mean 'lable'"),
        (GOOD.replace("r1,MI", "r1,M"), "line 2: unknown label 'M'; did you mean 'MI'"),
        (GOOD.replace("p2", "", 1), "line 3: expected a patient; got ''"),
        (GOOD.replace("r2", "r1"), "expected every name once; 'r1' stands there twice"),
        (GOOD.replace("0.9", "nan"), "row 0 .* NaN .* Row 0 is line 2"),
        (GOOD.replace("0.9", "often"), "line 2: expected a probability in column 'MI'.*'often'"),
        (GOOD.replace("0.9", "0.6"), "row 0 .* sum to 0.7.* taken for classes: MI, NORM"),
        (GOOD.replace("0.9,0.1", "9,-8"), "from 0 to 1; got -8 to 9"),
        (GOOD.replace(",0.1", ""), "line 2: expected 5 cells; got 4"),
        (GOOD.replace("NORM\n", "MI\n"), "every column once; got name, label, patient, MI, MI"),
        ("label,patient,MI\nMI,p1,1\n", "at least 2 classes; its columns are label, patient, MI"),
        (b"\x89PNG\x00\xff\xfe,patient", "comma-separated text"),
        (GOOD.replace("p2", "NA", 1), "line 3: expected a patient; got 'NA'"),
        (GOOD.replace("p2", "None", 1), "line 3: expected a patient; got 'None'"),
        (
            GOOD.replace(",MI,p1", ',"MI,p1'),
            "every quote to be closed in a.csv; one is not in line",
        ),
    ],
)
def test_bad_files_are_named_with_line_and_remedy(read, text, message):
    with pytest.raises(ValueError, match=message):
        read(text)


UMLAUT = GOOD.replace("MI", "Ü")
DIALECTS = {
    "semicolons and decimal commas": UMLAUT.replace(",", ";").replace("0.", "0,").encode(),
    "Latin-1": UMLAUT.encode("latin-1"),
    "UTF-16": UMLAUT.encode("utf-16"),
    "capitals": UMLAUT.replace("name,label,patient", "Name,LABEL, Patient").encode(),
    "blanks before quotes": UMLAUT.replace(",Ü", ', "Ü"').encode(),
    "a told delimiter, a comment": b"sep=,\n# of 2020, by me\n" + UMLAUT.encode(),
    "a delimiter at the end": UMLAUT.replace("\n", ",\n").encode(),
    "pandas' index": "\n".join(
        f"{at - 1 if at else ''},{line}" for at, line in enumerate(UMLAUT.splitlines())
    ).encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_file_is_read_as_tables_of_labels_are(read, dialect):
    found, plain = read(DIALECTS[dialect]), read(UMLAUT)
    assert found.classes == plain.classes == ("Ü", "NORM")
    for field in ("names", "groups", "labels", "probabilities"):
        np.testing.assert_array_equal(getattr(found, field), getattr(plain, field))


def test_lines_are_those_of_the_file(read):
    text = "# by me\n\n" + GOOD.replace("p2", "", 1)
    with pytest.raises(ValueError, match="line 5: expected a patient"):
        read(text)


def test_each_name_is_looked_at_once(read, monkeypatch):
    class Cell(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other):
            Cell.compared += 1
            return str.__eq__(self, other)

    def rows(text):
        yield 1, ["name", "label", "patient", "MI", "NORM"]
        for at in range(200):
            yield at + 2, [Cell(f"r{at}"), "MI", f"p{at}", "0.9", "0.1"]

    monkeypatch.setattr(prediction_files, "rows_of", rows)
    assert len(read(GOOD).names) == 200
    assert Cell.compared < 1000  # not 200 x 200


def test_without_names_the_lines_are_matched_in_order(read):
    found = in_one_order(read(UNNAMED), read(UNNAMED.replace("0.9,0.1", "0.7,0.3")))
    assert found.names.tolist() == ["line 2", "line 3", "line 4"]
    assert found.probabilities[0].tolist() == [0.7, 0.3]


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        read_predictions(tmp_path / "none.csv", "patient")


def test_records_and_classes_are_brought_into_one_order(read):
    one = read(GOOD)
    shuffled = (
        "NORM,MI,patient,label,name\n0.6,0.4,p2,NORM,r3\n0.2,0.8,p1,MI,r1\n0.9,0.1,p2,NORM,r2\n"
    )
    found = in_one_order(one, read(shuffled))
    assert found.names.tolist() == one.names.tolist()
    assert found.labels.tolist() == one.labels.tolist()
    assert found.probabilities.tolist() == [[0.8, 0.2], [0.1, 0.9], [0.4, 0.6]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("NORM", "STTC"), r"same classes.*'NORM' .* first only, 'STTC' .* second"),
        (GOOD.replace("r2", "r9"), r"same records.*'r2' \(1 such\) .* first only, 'r9'"),
        (GOOD + "r4,MI,p4,1,0\n", r"same records in both files; 'r4' \(1 such\) .* second only"),
        (GOOD.replace("r2,NORM", "r2,MI"), "same label in both.* of r2 is 'NORM' .* 'MI'"),
        (GOOD.replace("p2", "p3", 1), "same group in both.* of r2 is 'p2' .* 'p3'"),
        (UNNAMED, "same records.*'r1' .* first only, 'line 2'"),
    ],
)
def test_files_that_do_not_belong_together_are_refused(read, text, message):
    with pytest.raises(ValueError, match=message):
        in_one_order(read(GOOD), read(text))
