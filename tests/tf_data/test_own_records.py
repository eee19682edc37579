"""Records of one's own as a data set: what is derived, what is said, and what is wrong."""

import numpy as np
import pytest

import ecgzoo
import tf_data
from ecgzoo.errors import DataError, DataWarning, SignalError, UnknownNameError
from ecgzoo.signal_spec import SignalSpec
from tf_data import common_spec
from tf_data.formats.wfdb_package import wfdb_package
from tf_data.own_records import read_records
from tf_data.resampling import resample

TIME = np.arange(600) / 200


def signal(seed: int, leads: int = 2, samples: int = 600) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sin(TIME[:samples, None] * rng.uniform(4, 20, leads)) + rng.normal(size=leads)


def write(folder, name, values, leads) -> None:
    rows = "\n".join(",".join(map(repr, map(float, row))) for row in values)
    (folder / f"{name}.csv").write_text(f"{','.join(leads)}\n{rows}\n")


@pytest.fixture
def folder(tmp_path):
    """Three records of 3 s at 200 Hz and one of 2 s; the leads of b and c stand otherwise."""
    write(tmp_path, "a", signal(0), ["I", "II"])
    write(tmp_path, "b", signal(1, 3), ["II", "V1", "I"])
    with wfdb_package() as wfdb:
        given = {"fmt": ["32", "32"], "write_dir": str(tmp_path)}
        wfdb.wrsamp("c", 200, ["mV"] * 2, ["II", "I"], signal(2), **given)
    write(tmp_path, "d", signal(3, samples=400), ["I", "II"])
    return tmp_path


LABELS = {"c": "N", "a": "AF", "b": "N"}


def test_what_is_not_said_is_taken_from_the_records(folder):
    data = read_records(folder, {**LABELS, "d": "AF"}, sampling_rate=200)
    assert data.spec == SignalSpec(("I", "II"), 200, 400)  # the shortest lasts two seconds
    assert data.names.tolist() == ["a", "a", "b", "b", "c", "c", "d"]
    assert (data.classes, data.labels.tolist()) == (("AF", "N"), [0, 0, 1, 1, 1, 1, 0])
    assert data.parts is None
    np.testing.assert_allclose(data.signals[0], signal(0)[:400], atol=1e-6)
    np.testing.assert_allclose(data.signals[2], signal(1, 3)[:400, [2, 0]], atol=1e-6)
    np.testing.assert_allclose(data.signals[5], signal(2)[-400:, ::-1], atol=1e-6)


@pytest.mark.parametrize("together", [True, False])
def test_a_spec_is_met_as_a_whole(folder, together):
    spec = SignalSpec(("I", "II"), 200, 400, simultaneous=together)
    assert read_records(folder, LABELS, spec, sampling_rate=200).spec == spec


def test_leads_rate_and_seconds_are_as_asked(folder):
    data = read_records(
        folder, LABELS, leads=["II"], rate=100, seconds=3, sampling_rate=200, classes=["N", "AF"]
    )
    assert data.spec == SignalSpec(("II",), 100, 300)
    assert (data.classes, data.labels.tolist()) == (("N", "AF"), [1, 0, 0])
    np.testing.assert_allclose(data.signals[0], resample(signal(0)[:, 1:], 200, 100), atol=1e-6)
    two = read_records(folder, LABELS, seconds=1, overlap=0.5, sampling_rate=200)
    assert two.names.tolist() == ["a"] * 5 + ["b"] * 5 + ["c"] * 5
    np.testing.assert_allclose(two.signals[1], signal(0)[100:300], atol=1e-6)
    spec = SignalSpec(("II",), 100, 300)
    for given in (spec, spec.to_dict()):
        same = read_records(folder, LABELS, given, sampling_rate=200)
        np.testing.assert_array_equal(same.signals, data.signals)


def test_a_number_is_read_for_each_window(folder):
    (folder / "ages.csv").write_text("record,age\nc,61\na,47.5\nb,80\n")
    found = read_records(folder, folder / "ages.csv", sampling_rate=200, seconds=2, target="age")
    assert (found.classes, found.regression) == (("age",), True)
    assert found.labels.tolist() == [47.5, 47.5, 80, 80, 61, 61]


def test_it_is_on_the_face_and_a_data_set(folder):
    found = ecgzoo.read_records(folder, LABELS, sampling_rate=200)
    (folder / "labels.csv").write_text("record,label\nc,N\na,AF\nb,N\n")
    options = {"data": str(folder), "labels": str(folder / "labels.csv"), "sampling_rate": 200}
    loaded = tf_data.load("records", leads=None, **options)
    np.testing.assert_array_equal(loaded.signals, found.signals)
    assert tf_data.source_of("records") == {"name": "records"}


def test_leads_are_renamed(folder):
    write(folder, "e", signal(4, 1), ["ECG"])
    data = read_records(
        folder, {**LABELS, "e": "AF"}, rename={"ECG": "I"}, seconds=3, sampling_rate=200
    )
    assert data.spec.leads == ("I",)
    np.testing.assert_allclose(data.signals[3], signal(4, 1), atol=1e-6)


def test_columns_without_names_are_named_by_leads(tmp_path):
    np.save(tmp_path / "a.npy", signal(0) * 1000)
    data = read_records(tmp_path, {"a": "N"}, leads=("X", "Y"), sampling_rate=200, unit="uV")
    assert (data.spec.leads, data.spec.unit) == (("X", "Y"), "mV")
    np.testing.assert_allclose(data.signals[0], signal(0), atol=1e-5)
    with pytest.raises(DataError, match=r"expected 1 leads \(X\) in a\.npy; it has 2 columns"):
        read_records(tmp_path, {"a": "N"}, leads="X", sampling_rate=200)


def test_other_units_than_voltages_are_kept(tmp_path):
    np.save(tmp_path / "a.npy", signal(0) * 1e4)
    data = read_records(tmp_path, {"a": "N"}, sampling_rate=200, unit="Pa")
    assert (data.spec.unit, data.spec.leads) == ("Pa", ("1", "2"))
    np.testing.assert_allclose(data.signals[0], signal(0) * 1e4, rtol=1e-6)


def test_a_table_of_samples_is_read(tmp_path):
    lines = [f"{name},{y},{x}" for name, seed in (("a", 0), ("b", 1)) for x, y in signal(seed)]
    (tmp_path / "all.csv").write_text("record,II,I\n" + "\n".join(lines))
    data = read_records(tmp_path / "all.csv", {"a": "N", "b": "AF"}, sampling_rate=200)
    assert data.spec == SignalSpec(("II", "I"), 200, 600)
    np.testing.assert_allclose(data.signals[1], signal(1)[:, ::-1], atol=1e-6)


@pytest.mark.parametrize("leads", [None, ("II",)])
def test_a_table_of_samples_may_say_more_than_leads(tmp_path, leads):
    lines = [
        f"{name},{at / 200},{x},{y}"
        for name, seed in (("a", 0), ("b", 1))
        for at, (x, y) in enumerate(signal(seed))
    ]
    (tmp_path / "all.csv").write_text("record,time,ECG,II\n" + "\n".join(lines))
    options = {"sampling_rate": 200, "rename": {"ECG": "I"}, "leads": leads}
    data = read_records(tmp_path / "all.csv", {"a": "N", "b": "AF"}, **options)
    assert data.spec.leads == (leads or ("I", "II"))
    np.testing.assert_allclose(data.signals[1], signal(1)[:, -len(data.spec.leads) :], atol=1e-6)
    with pytest.raises(DataError, match=r"columns V9 in the first line of all\.csv; V9 missing"):
        read_records(tmp_path / "all.csv", {"a": "N"}, **{**options, "leads": ["V9"]})


def test_a_table_of_samples_has_the_dialects_of_other_tables(tmp_path):
    lines = [f"{name};{x:.5f};{y:.5f}" for name in "ab" for x, y in signal(ord(name))]
    text = "\n".join(["sep=;", "# by me", "record;I;II", *lines, ";;"]).replace(".", ",")
    (tmp_path / "all.csv").write_text(text)
    data = read_records(tmp_path / "all.csv", {"a": "N", "b": "AF"}, sampling_rate=200)
    assert data.spec == SignalSpec(("I", "II"), 200, 600)
    np.testing.assert_allclose(data.signals[1], signal(ord("b")), atol=1e-5)


def timed(path, head, clock) -> None:
    lines = [
        f"{name},{clock(at)},{x},{y}"
        for name, seed in (("a", 0), ("b", 1))
        for at, (x, y) in enumerate(signal(seed))
    ]
    path.write_text("\n".join([f"record,{head},I,II", *lines]))


CLOCKS = {
    "time": lambda at: f"{at / 200:.3f}",
    "Time (ms)": lambda at: 5 * at,
    "Zeit": lambda at: f"0:{at / 200:06.3f}",
    "n,time": lambda at: f"{at},{at / 200}",
}


@pytest.mark.parametrize("head", CLOCKS)
def test_the_times_of_a_table_of_samples_tell_the_rate(tmp_path, head):
    timed(tmp_path / "all.csv", head, CLOCKS[head])
    said = rf"^all\.csv:a and 1 more: the column {head.split(',')[-1]} tells the rate, 200 Hz$"
    with pytest.warns(DataWarning, match=said.replace("(", r"\(").replace(")", r"\)")):
        data = read_records(tmp_path / "all.csv", {"a": "N", "b": "AF"})
    assert data.spec == SignalSpec(("I", "II"), 200, 600)
    with pytest.raises(SignalError, match=r"all\.csv:a says 200 Hz, but sampling_rate=500 was"):
        read_records(tmp_path / "all.csv", {"a": "N", "b": "AF"}, sampling_rate=500)


def test_shuffled_samples_are_refused_where_times_tell(tmp_path):
    path = tmp_path / "all.csv"
    timed(path, "time", CLOCKS["time"])
    head, *lines = path.read_text().splitlines()
    np.random.default_rng(0).shuffle(lines)
    path.write_text("\n".join([head, *lines]))
    with pytest.raises(SignalError, match="even steps in the column time of record a in all.csv"):
        read_records(path, {"a": "N", "b": "AF"}, sampling_rate=200)
    lines.sort(key=lambda line: float(line.split(",")[1]))
    index = [f"{at * 7 % 1200},{line}" for at, line in enumerate(lines)]  # as it was before sorting
    path.write_text("\n".join([f",{head}", *index]))
    data = read_records(path, {"a": "N", "b": "AF"}, sampling_rate=200)
    np.testing.assert_allclose(data.signals[1], signal(1), atol=1e-6)


def test_a_table_of_samples_without_times_needs_a_rate(tmp_path):
    (tmp_path / "all.csv").write_text("record,I\n" + "\n".join(f"a,0.{at}" for at in range(300)))
    with pytest.raises(SignalError, match=r"all\.csv:a does not say its sampling rate"):
        read_records(tmp_path / "all.csv", {"a": "N"})


def test_one_hot_rows_are_several_labels_and_a_patient_is_said(folder):
    (folder / "labels.csv").write_text("record,N,AF,patient\na,0,1,p\nb,1,1,p\nc,0,0,q\n")
    with pytest.warns(DataWarning) as told:
        data = read_records(folder, folder / "labels.csv", sampling_rate=200)
    assert (data.classes, data.labels.tolist()) == (("N", "AF"), [[0, 1], [1, 1], [0, 0]])
    assert data.groups.tolist() == ["p", "p", "q"]
    messages = [str(one.message) for one in told]
    assert "the column patient of labels.csv is taken as the patient of each record" in messages
    assert any("taken as classes, several at once" in one for one in messages)


def test_one_label_each_may_be_several_at_once_if_that_is_asked(folder):
    data = read_records(folder, LABELS, sampling_rate=200, multi_label=True)
    assert data.labels.tolist() == [[1, 0], [0, 1], [0, 1]]


def test_another_table_is_tested_on(folder):
    data = read_records(folder, {"a": "AF", "b": "N"}, sampling_rate=200, test_labels={"c": "N"})
    assert (data.names.tolist(), data.parts.tolist()) == (list("abc"), ["train", "train", "test"])
    with pytest.raises(DataError, match="other records to be tested on; b is in both tables"):
        read_records(folder, {"a": "AF", "b": "N"}, test_labels={"b": "N"}, sampling_rate=200)


def test_records_of_one_label_are_tested_on_beside_several_at_once(folder):
    several = {"a": ["AF", "N"], "b": ["N"]}
    data = read_records(folder, several, sampling_rate=200, test_labels={"c": "N"})
    assert data.labels.tolist() == [[1, 1], [0, 1], [0, 1]]


def test_a_column_split_is_kept(folder):
    (folder / "labels.csv").write_text("record,label,split\na,N,test\nb,AF,train\nc,N,train\n")
    data = read_records(folder, folder / "labels.csv", sampling_rate=200)
    assert data.parts.tolist() == ["test", "train", "train"]


def test_records_of_the_same_samples_are_said_and_share_their_hash(folder):
    write(folder, "z", signal(0), ["I", "II"])
    with pytest.warns(DataWarning, match="hold the same samples, .*: z = a"):
        data = read_records(folder, {**LABELS, "z": "AF"}, sampling_rate=200)
    assert data.hashes[0] == data.hashes[3]


def test_copies_in_different_parts_are_said_to_leak(folder):
    write(folder, "y", signal(0), ["I", "II"])
    write(folder, "z", signal(0), ["I", "II"])
    text = "record,label,split\na,N,train\nb,AF,test\ny,N,train\nz,N,test\n"
    (folder / "labels.csv").write_text(text)
    with pytest.warns(DataWarning) as told:
        read_records(folder, folder / "labels.csv", seconds=1.0, sampling_rate=200)
    assert [str(one.message) for one in told if "same samples" in str(one.message)] == [
        "records hold the same samples, and stay on one side of a split: y = a",
        "records hold the same samples, and stand in different parts, as the labels say: "
        "figures of the later part would leak. Give them one part, or take one out: "
        "z (test) = a (train)",
    ]


@pytest.mark.parametrize(("short", "rows"), [("skip", 3), ("pad", 4)])
def test_a_short_record_is_left_out_or_held_at_its_ends(folder, short, rows):
    options = {"seconds": 3, "sampling_rate": 200, "short": short}
    if short == "skip":
        with pytest.warns(DataWarning, match="1 of 4 records are left out as too short: record d"):
            data = read_records(folder, {**LABELS, "d": "AF"}, **options)
    else:
        data = read_records(folder, {**LABELS, "d": "AF"}, **options)
        np.testing.assert_allclose(data.signals[3, 100:500], signal(3, samples=400), atol=1e-6)
        assert np.ptp(data.signals[3, :100], axis=0).max() == 0
    assert len(data) == rows


@pytest.mark.parametrize(
    ("labels", "options", "parts"),
    [
        ({**LABELS, "d": "N"}, {"seconds": 3}, ("record d", "2 s", "a window 3 s", "short='pad'")),
        (LABELS, {"leads": ("I", "V1")}, ("2 of 3 lack some, such as c, which lacks V1",)),
        (LABELS, {"classes": ["N", "AF", "SVT"]}, ("none is of SVT", "--classes")),
        (LABELS, {"classes": ["N"]}, ("record a is AF",)),
        (LABELS, {"classes": "N"}, ("expected the classes N; record a is AF",)),
        ({**LABELS, "x": "N", "y": "N"}, {}, ("no record x in", "2 of the 5")),
        (LABELS, {"short": "cut"}, ("unknown short= 'cut'",)),
        (LABELS, {"seconds": 0.5}, ("at least 128 samples", "100 at 200 Hz")),
        (LABELS, {"seconds": -1}, ("expected seconds= above 0; got -1",)),
        (LABELS, {"seconds": "5"}, ("expected seconds= above 0; got '5'",)),
        (LABELS, {"rate": 0}, ("expected rate= above 0; got 0",)),
        (["N", "AF"], {}, ("labels by record", "got a list")),
        (LABELS, {"sampling_rate": None}, ("does not say its sampling rate",)),
        (LABELS, {"unit": "furlong", "spec": SignalSpec(("I",), 200, 400)}, ("'furlong'",)),
        (
            LABELS,
            {"test_labels": {"d": ["N", "AF"]}},
            ("expected one label of each record to be tested on, as in the other table",),
        ),
    ],
)
def test_what_is_wrong_is_named(folder, labels, options, parts):
    kinds = (DataError, SignalError, FileNotFoundError, UnknownNameError)
    with pytest.raises(kinds) as caught:
        read_records(folder, labels, **{"sampling_rate": 200, **options})
    for part in parts:
        assert part in str(caught.value)


def test_records_without_a_lead_in_common_are_named(folder):
    write(folder, "e", signal(4, 1), ["ECG"])
    with pytest.raises(DataError, match=r"a lead that all records have; .* --rename") as caught:
        read_records(folder, {**LABELS, "e": "AF"}, sampling_rate=200)
    assert "; a has I, II; e has ECG. Rename" in str(caught.value)
    for name, lead in (("e", "I"), ("f", "II")):
        write(folder, name, signal(4, 1), [lead])
    with pytest.raises(DataError, match="; a has I, II; f has II; e has I. Rename"):
        read_records(folder, {**LABELS, "e": "AF", "f": "N"}, sampling_rate=200)


def test_other_names_that_no_lead_has_are_said(folder):
    said = "rename= of ECG: no record has such a lead; c.hea has II, I"
    for leads in (None, ["II", "I"]):
        with pytest.warns(DataWarning) as told:
            read_records(folder, LABELS, rename={"ECG": "I"}, leads=leads, sampling_rate=200)
        assert [str(one.message) for one in told if "rename" in str(one.message)] == [said]


def test_of_a_table_of_samples_other_names_are_of_what_is_read(tmp_path):
    lines = [f"{name},{x},{y}" for name in "ab" for x, y in signal(ord(name))]
    (tmp_path / "all.csv").write_text("record,ECG,II\n" + "\n".join(lines))
    options = {"sampling_rate": 200, "leads": ["II"]}  # without a warning
    read_records(tmp_path / "all.csv", {"a": "N", "b": "A"}, rename={"ECG": "I"}, **options)
    with pytest.warns(DataWarning, match="rename= of EKG: no record has such a lead; .*:a has II$"):
        read_records(tmp_path / "all.csv", {"a": "N", "b": "A"}, rename={"EKG": "II"}, **options)


def test_a_record_of_nan_is_named(folder):
    bad = signal(0)
    bad[10, 1] = np.nan
    write(folder, "a", bad, ["I", "II"])
    with pytest.raises(SignalError, match=r"finite samples in a\.csv"):
        read_records(folder, LABELS, sampling_rate=200)
    only_i = read_records(folder, LABELS, sampling_rate=200, leads=["I"])  # the other is not read
    assert only_i.signals.shape == (3, 600, 1)


def test_a_flat_window_is_left_out_and_said(folder):
    flat = signal(0)
    flat[300:] = flat[299]
    write(folder, "a", flat, ["I", "II"])
    with pytest.warns(DataWarning, match="flat in every lead are left out of 1 records .*: a"):
        data = read_records(folder, LABELS, seconds=1.5, sampling_rate=200)
    assert data.names.tolist() == ["a", "b", "b", "c", "c"]


@pytest.mark.parametrize("name", ["/", ".", "..", "x/", "x" * 400, "r\x000"])
def test_a_record_of_no_name_that_a_file_may_have_is_missing(tmp_path, name):
    (tmp_path / "records").mkdir()
    write(tmp_path, "records", signal(0), ["I", "II"])  # beside the folder, none of it
    with pytest.raises(FileNotFoundError) as caught:
        read_records(tmp_path / "records", {name: "N"}, sampling_rate=200)
    assert str(caught.value) == (
        f"no record {name} in {tmp_path / 'records'}, with or without an ending; 1 of the 1 that "
        "the labels name are missing"
    )


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder or table .*gone\. Check the path"):
        read_records(tmp_path / "gone", LABELS)


def test_copies_of_several_windows_are_told_once(folder):
    write(folder, "z", signal(0), ["I", "II"])
    with pytest.warns(DataWarning, match="side of a split: z = a$"):
        read_records(folder, {**LABELS, "z": "AF"}, seconds=1.0, sampling_rate=200)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (
            {"rename": "ECG=I"},
            "expected rename= as a dictionary, such as {'ECG': 'I'}; got 'ECG=I'",
        ),
        ({"seconds": 1e9}, "samples must lie between 128 and 65536"),
        ({"rate": True}, "expected rate= above 0; got True"),
        ({"leads": [3]}, "names of leads, such as .*; got 3"),
        ({"overlap": "0.5"}, "expected overlap= from 0 to below 1; got '0.5'"),
        ({"overlap": True}, "expected overlap= from 0 to below 1; got True"),
        ({"fewest": None}, "expected fewest= of at least one patient; got None"),
        ({"fewest": 1.5}, "expected fewest= of at least one patient; got 1.5"),
    ],
)
def test_what_is_asked_of_records_is_checked(tmp_path, how, said) -> None:
    np.save(tmp_path / "a.npy", np.linspace(0, 1, 256)[:, None])
    with pytest.raises(SignalError, match=said):
        read_records(tmp_path, {"a": "N"}, sampling_rate=128, **how)


def test_records_that_cannot_be_held_are_read_twice_and_are_the_same(tmp_path, monkeypatch) -> None:
    for row in range(3):
        write(tmp_path, f"r{row}", signal(row), ("DI", "II"))
    labels = {"r0": "N", "r1": "AF", "r2": "N"}
    found = []
    for most in (common_spec.IN_MEMORY, 0):
        monkeypatch.setattr(common_spec, "IN_MEMORY", most)
        found.append(read_records(tmp_path, labels, sampling_rate=200))
    one, other = found
    assert one.spec == other.spec
    np.testing.assert_array_equal(one.signals, other.signals)
