"""Several label sets at once, and classes of few patients."""

import pytest
from published_sets import WRITERS, loaded

from ecgzoo.errors import DataError, DataWarning, UnknownNameError

# A small set has no record of many a class, which is said.
pytestmark = pytest.mark.filterwarnings("ignore:no record of:ecgzoo.errors.DataWarning")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("label_sets")
    return {name: WRITERS[name](root / name) for name in ("ptb_xl", "ludb")}


def test_label_sets_are_asked_at_once(folders):
    data = loaded("ptb_xl", folders["ptb_xl"], labels="superclass+rhythm")
    assert data.names.tolist() == ["00001", "00002"]  # what the others are is not said of a rhythm
    told = ("superclass:NORM", "superclass:MI", "rhythm:SR", "rhythm:AFIB")
    assert data.classes == told
    assert data.labels.tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]
    every = loaded("ptb_xl", folders["ptb_xl"], labels="superclass+rhythm", unlabelled=True)
    assert every.names.tolist() == ["00001", "00002", "00003", "00004", "00137"]
    assert every.classes == (*told[:2], "superclass:CD", "superclass:HYP", *told[2:])
    assert every.labels[2:].tolist() == [[0, 0, 1, 1, 0, 0], [0] * 6, [1, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("name", "labels", "error", "message"),
    [
        ("ptb_xl", "superclass+rythm", UnknownNameError, "'rythm'; did you mean 'rhythm'"),
        ("ptb_xl", "form+form", DataError, "expected different label sets; got form.form"),
        ("ludb", "rhythm+axis", DataError, "rhythm has one class each"),
    ],
)
def test_label_sets_that_cannot_be_asked_at_once(folders, name, labels, error, message):
    with pytest.raises(error, match=message):
        loaded(name, folders[name], labels=labels)


def test_classes_of_few_patients_are_left_out(folders):
    with pytest.warns(DataWarning, match="fewer than 2 patients of ptb_xl have MI, CD, HYP"):
        data = loaded("ptb_xl", folders["ptb_xl"], fewest=2)
    assert (data.classes, data.names.tolist()) == (("NORM",), ["00001", "00137"])
    with (
        pytest.warns(DataWarning, match="fewer than 3"),
        pytest.raises(DataError, match=r"that 3 patients have; none is.*--fewest"),
    ):
        loaded("ptb_xl", folders["ptb_xl"], fewest=3)
    with pytest.raises(DataError, match="fewest= of at least one patient; got 0"):
        loaded("ptb_xl", folders["ptb_xl"], fewest=0)
