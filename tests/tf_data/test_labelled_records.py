"""Recordings of one's own with their labels, from folders and tables; and bad ones."""

import numpy as np
import pytest

from ecgzoo.errors import DataWarning, SignalError
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.wfdb_package import wfdb_package
from tf_data.labelled_records import read_labelled
from tf_data.record_tables import table_records
from tf_data.resampling import conformed, resample

SPEC = SignalSpec(("I", "II"), sampling_rate=100, samples=128)
TIME = np.arange(400) / 200
SIGNALS = [np.stack([np.sin(f * TIME), np.cos(f * TIME)], 1) for f in (5.0, 9.0, 14.0)]
LABELS = "record,label,group\na,N,p1\nb,AF,p2\nc,N,\n"


@pytest.fixture
def folder(tmp_path):
    """A record in each format, all at 200 Hz; WFDB in microvolts with the leads the other way."""
    np.save(tmp_path / "a.npy", SIGNALS[0])
    rows = "\n".join(",".join(map(repr, map(float, row))) for row in SIGNALS[1])
    (tmp_path / "b.csv").write_text(f"I,II\n{rows}\n")
    microvolts, leads = SIGNALS[2][:, ::-1] * 1000, ["II", "I"]
    with wfdb_package() as wfdb:
        wfdb.wrsamp(
            "c", 200, ["uV", "uV"], leads, microvolts, fmt=["32", "32"], write_dir=str(tmp_path)
        )
    (tmp_path / "labels.csv").write_text(LABELS)
    return tmp_path


def test_every_format_is_read_with_its_label_and_group(folder) -> None:
    found = read_labelled(folder, folder / "labels.csv", SPEC.leads, 200)
    assert (found.names, found.labels) == (["a", "b", "c"], ["N", "AF", "N"])
    assert found.groups == ["p1", "p2", "c"], "a record without a group is one of its own"
    assert found.sampling_rates == [200, 200, 200]
    for ours, expected in zip(found.signals, SIGNALS, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_a_split_that_is_not_used_is_said(folder) -> None:
    (folder / "labels.csv").write_text("record,label,split\na,N,train\nb,AF,test\n")
    with pytest.warns(DataWarning, match=r"column split .* not used; ecgzoo.read_records takes it"):
        read_labelled(folder, folder / "labels.csv", SPEC.leads, 200)


def test_a_unit_is_of_the_files_that_do_not_say_theirs(folder) -> None:
    np.save(folder / "a.npy", SIGNALS[0] * 1000)
    (folder / "labels.csv").write_text("record,label\na,N\nc.hea,AF\n")
    found = read_labelled(folder, folder / "labels.csv", SPEC.leads, 200, unit="uV")
    for ours, expected in zip(found.signals, SIGNALS[::2], strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_a_table_of_samples_is_read_record_by_record(tmp_path) -> None:
    lines = [
        f"{name},{one[1]},{one[0]}"
        for row in range(400)
        for name, one in zip("abc", (signal[row] for signal in SIGNALS), strict=True)
    ]
    (tmp_path / "beats.csv").write_text("Record,ii,I\n" + "\n".join(lines))
    (tmp_path / "labels.csv").write_text(LABELS)
    found = read_labelled(tmp_path / "beats.csv", tmp_path / "labels.csv", SPEC.leads, 200)
    for ours, expected in zip(found.signals, SIGNALS, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-6)


@pytest.mark.parametrize("leads", [None, ("I", "II"), ("II",)])
def test_in_a_table_of_samples_no_column_but_leads_is_read(tmp_path, leads) -> None:
    lines = [
        f"{name},{at / 200},p{name},2024-01-01,{one[0]},{one[1]}"
        for name, signal in zip("abc", SIGNALS, strict=True)
        for at, one in enumerate(signal)
    ]
    path = tmp_path / "beats.csv"
    path.write_text("record,time,Patient,date,I,II\n" + "\n".join(lines))
    found = next(table_records(path, ["b"], leads))
    columns = leads or ("I", "II")
    assert (found.leads, found.sampling_rate) == (columns, 200)
    np.testing.assert_allclose(found.signal, SIGNALS[1][:, 2 - len(columns) :], atol=1e-6)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("record,class\na,N\n", "label missing, it has record, class"),
        ("", "record missing, it has none"),
        ("record,label\n", "it holds no line"),
        ("record,label\na,N\na,AF\n", "a stands there twice"),
        ("record,label\na\n", "expected 2 cells in line 1 of labels.csv"),
        ("record,label\nd,N\n", "no record d in"),
    ],
)
def test_bad_labels_are_named(folder, labels, message) -> None:
    (folder / "labels.csv").write_text(labels)
    with pytest.raises((SignalError, FileNotFoundError), match=message):
        read_labelled(folder, folder / "labels.csv", SPEC.leads, 200)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"leads": ("I", "V9")}, "V9 missing"),
        ({"sampling_rate": None}, "does not say its sampling rate"),
        ({"sampling_rate": 0}, "above 0 Hz; got 0"),
        ({"unit": "furlong"}, "cannot convert 'furlong'"),
    ],
)
def test_bad_options_are_named(folder, options, message) -> None:
    (folder / "labels.csv").write_text("record,label\nb,AF\n")
    given = {"leads": SPEC.leads, "sampling_rate": 200} | options
    with pytest.raises(SignalError, match=message):
        read_labelled(folder, folder / "labels.csv", **given)


def test_missing_files_are_named(folder) -> None:
    with pytest.raises(FileNotFoundError, match=r"no table .*nothing.csv"):
        read_labelled(folder, folder / "nothing.csv", SPEC.leads, 200)
    with pytest.raises(FileNotFoundError, match=r"no table .*nothing"):
        read_labelled(folder / "nothing", folder / "labels.csv", SPEC.leads, 200)


def test_windows_are_those_of_the_resampled_signals() -> None:
    found, row = conformed(SIGNALS, [200] * 3, SPEC)
    assert row.tolist() == [0, 0, 1, 1, 2, 2]
    expected = resample(SIGNALS[1], 200, 100)
    np.testing.assert_array_equal(found[2], expected[:128])
    np.testing.assert_array_equal(found[3], expected[-128:])


def test_microvolts_are_the_same_signals() -> None:
    found, _ = conformed([one * 1000 for one in SIGNALS], [200] * 3, SPEC, unit="uV")
    np.testing.assert_allclose(found, conformed(SIGNALS, [200] * 3, SPEC)[0], atol=1e-6)
