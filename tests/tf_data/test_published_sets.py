"""The sets of recordings, each on a small folder in its published layout."""

import dataclasses
import errno
import importlib.util
import os

import numpy as np
import pytest
from published_sets import (
    CINC_2017,
    CINC_2021,
    LUDB,
    WRITERS,
    known_counts,
    loaded,
    write_cinc2017,
    write_ludb,
    write_ptb_xl,
)

import tf_data
from ecgzoo.errors import (
    DataError,
    DatasetNotFoundError,
    DataWarning,
    MissingExtraError,
    SignalError,
    UnknownNameError,
)
from tf_data.preparing import prepare_dataset
from tf_data.resampling import resample

SETS = list(WRITERS)
# A small set has no record of many a class, which is said; tests of that say so themselves.
pytestmark = pytest.mark.filterwarnings("ignore:no record of:ecgzoo.errors.DataWarning")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A published folder per set, written once."""
    root = tmp_path_factory.mktemp("published")
    return {name: write(root / name) for name, write in WRITERS.items()}


def test_ptb_xl_has_the_benchmarks_labels_its_folds_and_no_record_that_was_withdrawn(folders):
    data = loaded("ptb_xl", folders["ptb_xl"])
    assert data.names.tolist() == ["00001", "00002", "00003", "00137"]
    assert data.classes == ("NORM", "MI", "CD", "HYP")  # in the card's order; STTC has no record
    assert data.labels.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0]]
    assert data.groups.tolist() == ["15709", "13243", "13243", "99"]
    assert data.parts.tolist() == ["train", "validation", "test", "train"]
    assert (data.spec.shape, data.spec.sampling_rate, data.spec.unit) == ((1000, 12), 100, "mV")
    expected = resample(known_counts(2, 5000) / 1000, 500, 100)
    np.testing.assert_allclose(data.signals[1], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("labels", "classes", "names"),
    [
        ("subclass", ("NORM", "IMI", "AMI", "LVH", "CLBBB"), 4),
        ("diagnostic", ("NORM", "IMI", "ASMI", "LVH", "CLBBB"), 4),
        ("form", ("PVC",), 1),
        ("rhythm", ("SR", "AFIB"), 2),
        ("all", ("NORM", "IMI", "ASMI", "LVH", "CLBBB", "PVC", "SR", "AFIB"), 5),
    ],
)
def test_ptb_xl_has_five_more_label_sets(folders, labels, classes, names):
    data = loaded("ptb_xl", folders["ptb_xl"], labels=labels)
    assert (data.classes, len(data), data.multi_label) == (classes, names, True)
    assert data.labels.sum(0).min() > 0


def test_records_of_none_of_the_classes_are_left_out_unless_they_are_asked_for(folders):
    every = loaded("ptb_xl", folders["ptb_xl"], unlabelled=True)
    assert every.names.tolist() == ["00001", "00002", "00003", "00004", "00137"]
    assert every.labels[3].tolist() == [0, 0, 0, 0]
    some = loaded("ptb_xl", folders["ptb_xl"], classes=["MI", "HYP"])
    assert (some.classes, some.names.tolist()) == (("MI", "HYP"), ["00002", "00003"])


def test_leads_rate_seconds_and_part_are_as_asked(folders):
    data = loaded(
        "ptb_xl", folders["ptb_xl"], leads=("V5", "aVR"), rate=250, seconds=4, part="train"
    )
    assert (data.spec.leads, data.spec.sampling_rate, data.spec.samples) == (
        ("V5", "aVR"),
        250,
        1000,
    )
    assert data.names.tolist() == ["00001"] * 3 + ["00137"] * 3
    full = resample(known_counts(1, 5000)[:, [10, 3]] / 1000, 500, 250)
    np.testing.assert_allclose(data.signals[0], full[:1000], atol=1e-6)
    np.testing.assert_allclose(data.signals[2], full[-1000:], atol=1e-6)
    assert set(data.parts) == {"train"}


@pytest.mark.parametrize(("overlap", "starts"), [(0, (0, 300, 600)), (0.5, (0, 200, 400, 600))])
def test_windows_overlap_as_asked(folders, overlap, starts):
    data = loaded("ptb_xl", folders["ptb_xl"], rate=100, seconds=4, overlap=overlap, part="train")
    whole = resample(known_counts(1, 5000) / 1000, 500, 100)
    expected = [whole[start : start + 400] for start in starts]
    np.testing.assert_allclose(data.signals[: len(starts)], expected, atol=1e-6)
    assert data.names.tolist() == ["00001"] * len(starts) + ["00137"] * len(starts)


@pytest.mark.parametrize("overlap", [-0.1, 1.0])
def test_windows_cannot_overlap_altogether(folders, overlap):
    with pytest.raises(DataError, match=f"overlap= from 0 to below 1; got {overlap:g}"):
        loaded("ptb_xl", folders["ptb_xl"], overlap=overlap)


def test_cinc2017_pads_the_short_and_cuts_the_long(folders):
    data = loaded("cinc2017", folders["cinc2017"], rate=300)
    assert data.names.tolist() == ["A00001"] * 4 + ["A00002"] * 2 + ["A00003"]
    assert [data.classes[one] for one in data.labels] == ["N"] * 4 + ["A"] * 2 + ["~"]
    assert data.spec.leads == ("I",)
    truth = known_counts(2, CINC_2017["A00003"][1], 1) / 1000
    short = data.signals[-1]
    np.testing.assert_allclose(short[350:2350], truth, atol=1e-6)
    np.testing.assert_allclose(short[:350], np.broadcast_to(truth[0], (350, 1)), atol=1e-6)
    np.testing.assert_allclose(short[2350:], np.broadcast_to(truth[-1], (350, 1)), atol=1e-6)


def test_cinc2021_joins_equal_codes_and_keeps_records_of_none(folders):
    data = loaded("cinc2021", folders["cinc2021"])
    assert data.classes == ("AF", "RBBB", "NSR", "PAC")
    assert data.names.tolist() == ["A0001", *["E0002"] * 2, "JS0003", "S0004"]
    assert data.labels.tolist() == [[1, 1, 0, 0], *[[0, 0, 1, 0]] * 2, [0] * 4, [0, 1, 0, 1]]
    gains = np.repeat([2000, 1000], 6)
    truth = resample(known_counts(3, CINC_2021["S0004"][2]) / gains, 1000, 100)
    np.testing.assert_allclose(data.signals[-1], truth, atol=1e-6)


def test_ludb_is_read_in_microvolts_whatever_its_headers_say(folders):
    data = loaded("ludb", folders["ludb"], rate=500)
    assert data.names.tolist() == ["001", "002", "010"]
    assert [data.classes[one] for one in data.labels] == [
        "Sinus bradycardia",
        "Sinus rhythm",
        "Atrial flutter",
    ]
    np.testing.assert_allclose(data.signals[2], known_counts(10, 5000) / 1000, atol=1e-6)
    lead_i, lead_ii, lead_iii = (data.signals[..., lead] for lead in range(3))
    np.testing.assert_allclose(lead_ii, lead_i + lead_iii, atol=1e-6)
    axis = loaded("ludb", folders["ludb"], labels="axis")
    assert axis.names.tolist() == ["001", "010"]  # the other one states none
    assert [axis.classes[one] for one in axis.labels] == ["left axis deviation", "normal"]


def test_heart_sounds_are_no_ecg(folders):
    data = loaded("heart_sounds", folders["heart_sounds"], rate=2000, seconds=4)
    assert data.names.tolist() == ["b0001"] * 2 + ["b0002"] * 2
    assert data.classes == ("Normal", "Abnormal")
    assert data.labels.tolist() == [0, 0, 1, 1]
    assert (data.spec.leads, data.spec.unit) == (("PCG",), "full scale")
    truth = known_counts(1, 16000, 1) / 2**15
    np.testing.assert_allclose(data.signals[2:].reshape(-1, 1), truth, atol=1e-7)


@pytest.mark.parametrize("name", SETS)
def test_prepared_and_straight_from_the_files_are_the_same(folders, tmp_path, name):
    told = []
    form = prepare_dataset(name, folders[name], tmp_path / name, partial=True, tell=told.append)
    assert [one.name for one in form.parent.iterdir()] == ["1.0.0"]
    ours, straight = tf_data.load(name, directory=form), loaded(name, folders[name])
    for column in ("signals", "labels", "groups", "hashes", "names"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(straight, column))
    assert (ours.spec, ours.classes) == (straight.spec, straight.classes)
    assert told == list(range(1, len(told) + 1))
    assert len(told) >= len(set(ours.names))


BEAM = {
    "this process": [],
    "two processes": ["--direct_num_workers=2", "--direct_running_mode=multi_processing"],
}


@pytest.mark.whole
@pytest.mark.parametrize("name", SETS)
def test_prepared_through_beam_it_is_the_same(folders, tmp_path, name):
    same_through_beam(name, folders[name], tmp_path, BEAM["this process"])


@pytest.mark.whole
def test_two_processes_of_beam_prepare_the_same(folders, tmp_path):
    same_through_beam("ludb", folders["ludb"], tmp_path, BEAM["two processes"])


def same_through_beam(name, folder, tmp_path, flags):
    pytest.importorskip("apache_beam")
    options = {"partial": True, "beam_options": flags}
    form = prepare_dataset(name, folder, tmp_path / name, **options)
    assert [one.name for one in form.parent.iterdir()] == ["1.0.0"]
    ours, straight = tf_data.load(name, directory=form), loaded(name, folder)
    for column in ("signals", "labels", "groups", "hashes", "names"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(straight, column))


@pytest.mark.whole
@pytest.mark.parametrize("flags", BEAM.values(), ids=BEAM)
def test_a_damaged_record_is_named_through_beam_too(tmp_path, flags):
    pytest.importorskip("apache_beam")
    write_ludb(tmp_path / "ludb")
    form = prepare_dataset("ludb", tmp_path / "ludb", tmp_path / "out", partial=True)
    before = {path.name: path.read_bytes() for path in form.iterdir()}
    damaged = min((tmp_path / "ludb").rglob("*.dat"))
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(DataError, match=rf"^[^\[\n]*{damaged.stem}[^\[\n]*$"):
        prepare_dataset(
            "ludb", tmp_path / "ludb", tmp_path / "out", partial=True, beam_options=flags
        )
    assert {path.name: path.read_bytes() for path in form.iterdir()} == before


def test_what_beam_cannot_prepare_is_said(folders, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="mit_bih is prepared in one process: leave Beam's options"):
        prepare_dataset("mit_bih", folders["ludb"], tmp_path, beam_options=[])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="^a data set is prepared through Apache Beam"):
        prepare_dataset("ludb", folders["ludb"], tmp_path, partial=True, beam_options=[])


def test_the_default_folder_is_where_tfds_looks(folders, tmp_path, monkeypatch):
    import tensorflow_datasets as tfds

    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(tmp_path))
    with pytest.raises(DatasetNotFoundError, match=r"ecgzoo prepare ludb --manual-dir FOLDER"):
        tf_data.load("ludb")
    prepare_dataset("ludb", folders["ludb"], partial=True)
    assert len(tf_data.load("ludb")) == len(LUDB)


@pytest.mark.parametrize("name", SETS)
def test_a_missing_set_says_where_to_get_it(tmp_path, name):
    card = tf_data.card_of(name)
    (tmp_path / "notes.txt").write_text("not a data set")
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(DatasetNotFoundError) as caught:
            loaded(name, folder)
        assert card.homepage in str(caught.value)
        assert card.get in str(caught.value)
    for manual_dir in (None, tmp_path / "nowhere"):
        with pytest.raises(DatasetNotFoundError, match=r"--manual-dir") as caught:
            prepare_dataset(name, manual_dir, tmp_path / "out")
        assert card.get in str(caught.value)


def test_half_a_set_is_told_with_counts_and_taken_if_asked_for(tmp_path):
    folder = write_ptb_xl(tmp_path, records=(1, 3, 4))
    with pytest.raises(DatasetNotFoundError) as caught:
        prepare_dataset("ptb_xl", folder, tmp_path / "out")
    for part in ("21,799 records of PTB-XL", "3 are there", "00002_hr.hea", "--partial"):
        assert part in str(caught.value)
    assert loaded("ptb_xl", folder).names.tolist() == ["00001", "00003"]


def test_a_whole_set_needs_no_flag(tmp_path, monkeypatch):
    folder = write_ludb(tmp_path)
    published = importlib.import_module("tf_data.ludb.published")
    monkeypatch.setattr(published, "CARD", dataclasses.replace(published.CARD, records=3))
    assert len(tf_data.load("ludb", directory=folder)) == 3


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path, monkeypatch):
    form = prepare_dataset("ludb", write_ludb(tmp_path / "ludb"), tmp_path / "out", partial=True)
    before = {path.name: path.read_bytes() for path in form.iterdir()}
    builder = importlib.import_module("tf_data.ludb.ludb_dataset_builder").Builder

    def full(folder, partial):
        raise OSError(errno.ENOSPC, "No space left on device")
        yield

    monkeypatch.setattr(builder, "RECORDINGS", staticmethod(full))
    with pytest.raises(OSError, match=r"the disk is full: what was in .*out stays as it was"):
        prepare_dataset("ludb", tmp_path / "ludb", tmp_path / "out", partial=True)
    assert {path.name: path.read_bytes() for path in form.iterdir()} == before
    assert [one.name for one in form.parent.iterdir()] == ["1.0.0"]


def test_a_damaged_record_is_named(tmp_path):
    folder = write_cinc2017(tmp_path)
    signal = folder / "training2017" / "A00002.mat"
    signal.write_bytes(signal.read_bytes()[:100])
    with pytest.raises(SignalError, match="A00002"):
        loaded("cinc2017", folder)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"labels": "superclasses"},
            "label set of ptb_xl 'superclasses'; did you mean 'superclass'",
        ),
        ({"classes": ["NORM", "MII"]}, "class of ptb_xl 'MII'; did you mean 'MI'"),
        ({"leads": ("I", "V9")}, "lead of ptb_xl 'V9'"),
        ({"short": "cut"}, "short= 'cut'; known: pad, refuse, skip"),
        ({"part": "tests"}, "part of ptb_xl 'tests'; did you mean 'test'"),
    ],
)
def test_what_a_set_does_not_have_is_named(folders, options, message):
    with pytest.raises(UnknownNameError, match=message):
        loaded("ptb_xl", folders["ptb_xl"], **options)


def test_a_part_of_a_set_without_a_published_split(folders):
    with pytest.raises(UnknownNameError, match="part of ludb 'test'; known: all"):
        loaded("ludb", folders["ludb"], part="test")


def test_a_class_that_was_asked_for_and_has_no_record_is_named(folders):
    with pytest.raises(DataError, match="every class in ptb_xl; none is of STTC"):
        loaded("ptb_xl", folders["ptb_xl"], classes=["NORM", "STTC"])


@pytest.mark.filterwarnings("default::ecgzoo.errors.DataWarning")
def test_classes_without_a_record_are_left_out_and_said(folders):
    with pytest.warns(DataWarning, match="no record of ptb_xl is of STTC: left out"):
        loaded("ptb_xl", folders["ptb_xl"])


def test_a_record_shorter_than_a_window_is_named_with_the_three_choices(folders):
    with pytest.raises(DataError) as caught:
        loaded("cinc2017", folders["cinc2017"], short="refuse")
    for part in ("A00003", "6.67 s", "a window 9 s", "short='pad'", "short='skip'", "seconds="):
        assert part in str(caught.value)
    with pytest.warns(DataWarning, match="1 of 3 records are left out as too short: record A00003"):
        data = loaded("cinc2017", folders["cinc2017"], short="skip")
    assert set(data.names) == {"A00001", "A00002"}


def test_an_option_that_a_set_does_not_take_is_named():
    with pytest.raises(
        DataError,
        match="mit_bih takes the options part, directory, rr, labels, leads, .*; got short",
    ):
        tf_data.load("mit_bih", short="pad")


@pytest.mark.parametrize("damage", ["cut off", "missing"])
def test_a_shard_that_is_damaged_is_named(folders, tmp_path, damage):
    form = prepare_dataset("heart_sounds", folders["heart_sounds"], tmp_path, partial=True)
    (shard,) = form.glob("*.tfrecord*")
    if damage == "missing":
        shard.unlink()
    else:
        os.truncate(shard, shard.stat().st_size // 2)
    with pytest.raises(DatasetNotFoundError, match=f"{form}.*cut off or missing.*Prepare it anew"):
        tf_data.load("heart_sounds", directory=form)
