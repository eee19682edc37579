"""The mit_bih data set: classes, split, beats, preparing and loading, on records written here."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from local_server import serving
from scipy.signal import resample_poly

import tf_data
from ecgzoo.errors import DataError, SignalError, UnknownNameError
from ecgzoo.signal_spec import SignalSpec
from tf_data.mit_bih import beats as de_chazal
from tf_data.mit_bih import prepare
from tf_data.mit_bih.beat_context import RHYTHM, rhythm, rr_intervals
from tf_data.mit_bih.beats import (
    CLASSES,
    SYMBOLS,
    aami_class,
    find_records,
    read_beats,
)
from tf_data.mit_bih.mit_bih_dataset_builder import Builder
from tf_data.prepared import open_prepared
from tf_data.splits import Split, leaks

# wfdb (4.3) uses an argument that pandas 3.1 warns of, here when it writes.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

LENGTH = 2000
TRAIN, TEST = ("101", "114", "201"), ("100", "202")
LEADS = dict.fromkeys((*TRAIN, *TEST), ("MLII", "V1")) | {"114": ("V5", "MLII")}
# The first two windows begin a sample before the record and with it; the last two end with it and
# a sample after it. A rhythm mark and a flutter wave are no beats.
MARKS = [(143, "N"), (144, "L"), (500, "+"), (600, "A"), (700, "!"), (900, "V"), (1100, "/")]
MARKS += [(1784, "F"), (1785, "N")]
KEPT = [(144, "N"), (600, "S"), (900, "V"), (1100, "Q"), (1784, "F")]


def true_signal(record: str) -> np.ndarray:
    """[2000, 2] in mV, of steps of 1/200 mV as the database has them."""
    rng = np.random.default_rng(int(record))
    return np.rint(rng.normal(scale=100, size=(LENGTH, 2)).clip(-900, 900)) / 200


def write_record(folder: Path, record: str, leads: tuple[str, ...], rate: int = 360) -> None:
    import wfdb

    folder.mkdir(exist_ok=True)
    wfdb.wrsamp(
        record,
        fs=rate,
        units=["mV"] * 2,
        sig_name=list(leads),
        p_signal=true_signal(record),
        fmt=["212"] * 2,
        adc_gain=[200] * 2,
        baseline=[0] * 2,
        write_dir=str(folder),
    )
    samples, symbols = zip(*MARKS, strict=True)
    wfdb.wrann(record, "atr", np.array(samples), list(symbols), write_dir=str(folder))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "mit-bih-arrhythmia-database-1.0.0"
    for record, leads in LEADS.items():
        write_record(folder, record, leads)
    return folder.parent


@pytest.fixture
def published(written: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the published one, of five records."""
    monkeypatch.setitem(de_chazal.PARTS, "train", TRAIN)
    monkeypatch.setitem(de_chazal.PARTS, "test", TEST)
    return written


def test_every_symbol_has_the_class_of_de_chazals_table() -> None:
    table = {"N": "NLRej", "S": "AaJS", "V": "VE", "F": "F", "Q": "/fQ"}
    assert {symbol: label for label, symbols in table.items() for symbol in symbols} == SYMBOLS
    assert tuple(table) == CLASSES
    assert [aami_class(symbol) for symbol in '+!~|"x'] == [None] * 6


def test_the_split_is_all_records_but_the_paced_and_one_patient_is_on_both_sides() -> None:
    train, test = (set(de_chazal.PARTS[part]) for part in ("train", "test"))
    assert (len(train), len(test)) == (22, 22)
    numbers = {*range(100, 125), *range(200, 235)}
    missing = {110, 120, 204, 206, 211, 216, 218, 224, 225, 226, 227, 229}
    assert train | test | set(de_chazal.PACED) == {str(n) for n in numbers - missing}
    assert not train & test
    patients = [{de_chazal.patient(record) for record in part} for part in (train, test)]
    assert patients[0] & patients[1] == {"201"}
    assert len(patients[0] | patients[1]) == 43


def test_beats_are_the_samples_around_their_annotations(published: Path) -> None:
    (path,) = find_records(published, ["114"])
    found = read_beats(path)
    assert [(beat.sample, beat.label) for beat in found.beats] == KEPT
    assert found.cut_off == 2
    truth = true_signal("114")
    for beat in found.beats:
        assert (beat.record, beat.leads) == ("114", ("V5", "MLII"))
        window = truth[beat.sample - 144 : beat.sample + 216]
        np.testing.assert_allclose(beat.signal, window, atol=1e-6)


def test_mlii_is_taken_by_its_name(published: Path) -> None:
    data = tf_data.load("mit_bih", directory=published)
    assert len(data) == 25
    assert (data.spec.leads, data.spec.sampling_rate, data.spec.shape) == (("MLII",), 360, (360, 1))
    assert data.classes == ("N", "S", "V", "F", "Q")
    column = {record: leads.index("MLII") for record, leads in LEADS.items()}
    expected = [f"{record}:{sample}" for record in sorted(LEADS) for sample, _ in KEPT]
    assert data.names.tolist() == expected
    for signal, name, label in zip(data.signals, data.names, data.labels, strict=True):
        record, sample = name.split(":")
        window = true_signal(record)[int(sample) - 144 : int(sample) + 216, column[record]]
        np.testing.assert_allclose(signal[:, 0], window, atol=1e-6)
        assert (int(sample), data.classes[label]) in KEPT


def test_parts_and_the_patient_who_is_in_both(published: Path) -> None:
    train, test = (tf_data.load("mit_bih", part=p, directory=published) for p in ("train", "test"))
    assert {name.split(":")[0] for name in train.names} == set(TRAIN)
    assert {name.split(":")[0] for name in test.names} == set(TEST)
    data = tf_data.load("mit_bih", directory=published)
    in_train = np.isin(data.names, train.names)
    rows, nobody = np.arange(len(data)), np.array([], int)
    split = Split(rows[in_train], nobody, rows[~in_train])
    assert leaks(split, data.groups, data.hashes) == len(KEPT)  # those of 202
    others = test.take(np.flatnonzero(~np.isin(test.groups, train.groups)))  # as the README has it
    assert {name.split(":")[0] for name in others.names} == {"100"}


def test_prepared_and_loaded_again(published: Path, tmp_path: Path) -> None:
    folder = prepare.prepare(published, tmp_path / "mit_bih")
    assert folder == tmp_path / "mit_bih" / "2.0.0"
    assert [path.name for path in folder.parent.iterdir()] == ["2.0.0"]
    for part in ("all", "train", "test"):
        ours = tf_data.load("mit_bih", part=part, directory=folder)
        straight = tf_data.load("mit_bih", part=part, directory=published)
        for column in ("signals", "labels", "groups", "hashes", "names"):
            np.testing.assert_array_equal(getattr(ours, column), getattr(straight, column))
        assert (ours.spec, ours.classes) == (straight.spec, straight.classes)
    builder = open_prepared(folder, "mit_bih", "")
    assert builder.info.metadata["cut_off"] == {"train": 6, "test": 4}
    assert {name: one.num_examples for name, one in builder.info.splits.items()} == {
        "train": 15,
        "test": 10,
    }
    assert "ODC-By 1.0" in builder.info.redistribution_info.license
    for file in folder.iterdir():
        assert str(tmp_path).encode() not in file.read_bytes()


def test_without_a_manual_folder_the_published_zip_is_downloaded(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = Path(shutil.make_archive(str(tmp_path / "mitdb"), "zip", published)).read_bytes()
    with serving(lambda method, path, body: (200, content)) as address:
        builder = "tf_data.mit_bih.mit_bih_dataset_builder"
        monkeypatch.setattr(f"{builder}.ZIP", f"{address}/mitdb.zip")
        folder = prepare.prepare(output=tmp_path / "mit_bih")
    assert len(tf_data.load("mit_bih", directory=folder)) == 25
    assert [path.name for path in folder.parent.iterdir()] == ["2.0.0"]


def test_a_damaged_record_is_named_and_what_was_prepared_stays(
    published: Path, tmp_path: Path
) -> None:
    shutil.copytree(published, tmp_path / "copy")
    folder = prepare.prepare(tmp_path / "copy", tmp_path / "mit_bih")
    before = (folder / "dataset_info.json").read_bytes()
    (data,) = (tmp_path / "copy").rglob("202.dat")
    data.write_bytes(data.read_bytes()[:3000])
    with pytest.raises(SignalError, match="in 202.dat, as 202.hea says"):
        prepare.prepare(tmp_path / "copy", tmp_path / "mit_bih")
    assert (folder / "dataset_info.json").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["2.0.0"]


def test_the_default_folder_is_where_tfds_looks(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tfds.core.constants, "DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"tf_data\.mit_bih\.prepare --manual-dir FOLDER"):
        tf_data.load("mit_bih")
    prepare.prepare(published)
    assert len(tf_data.load("mit_bih", part="train")) == 15
    assert Builder(data_dir=tmp_path).info.splits["test"].num_examples == 10


def test_the_command(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    prepare.main(["--manual-dir", str(published), "--output", str(tmp_path / "out")])
    assert "2.0.0: 0." in capsys.readouterr().out
    with pytest.raises(SystemExit) as exit_:
        prepare.main(["--manual-dir", str(tmp_path / "nowhere"), "--output", str(tmp_path)])
    assert exit_.value.code == 1
    assert "no folder" in capsys.readouterr().err


def test_what_is_missing_is_named(published: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere\. Unpack https://physionet"):
        find_records(tmp_path / "nowhere", TRAIN)
    with pytest.raises(FileNotFoundError, match=r"101\.hea, 101\.dat, 101\.atr and 6 more missing"):
        find_records(tmp_path, TRAIN)
    with pytest.raises(FileNotFoundError, match=r"4 records .*; 103\.hea, 103\.dat, 103\.atr miss"):
        find_records(published, (*TRAIN, "103"))
    with pytest.raises(UnknownNameError, match="unknown part 'tests'; did you mean 'test'"):
        tf_data.load("mit_bih", part="tests", directory=published)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda stem: (stem.parent / "101.atr").write_bytes(b"\x01"), "annotations in 101.atr"),
        (lambda stem: (stem.parent / "101.dat").write_bytes(b"\x01"), "cut off or damaged"),
        (
            lambda stem: write_record(stem.parent, "101", ("MLII", "V1"), rate=250),
            "got 2 at 250 Hz",
        ),
        (
            lambda stem: write_record(stem.parent, "101", ("V5", "V2")),
            "MLII in record 101; it has V5",
        ),
    ],
)
def test_a_damaged_or_foreign_record_is_named(
    published: Path, tmp_path: Path, damage, message: str
) -> None:
    for record in LEADS:
        write_record(tmp_path, record, LEADS[record])
    damage(tmp_path / "101")
    with pytest.raises(SignalError, match=message):
        tf_data.load("mit_bih", directory=tmp_path)


def test_rr_intervals_are_those_of_the_annotations() -> None:
    times = np.array([0, 360, 720, 1080, 1260, 1800, 1800 + 3600]) / 360
    found = rr_intervals(times)
    between = np.minimum(np.diff(times), 3)
    for beat in range(len(times)):
        around = np.clip(np.arange(beat - 2, beat + 2), 0, len(between) - 1)
        earlier = between[: beat - 1] if beat > 1 else between[:1]
        np.testing.assert_allclose(found[beat], [earlier.mean(), *between[around]], atol=1e-6)
    many = np.cumsum(np.arange(100, 200)) / 360
    mean = np.diff(many)[19:79].mean()  # sixty intervals end where that before beat 80 begins
    assert rr_intervals(many)[80, 0] == pytest.approx(mean)
    assert rr_intervals([5]).tolist() == [[1] * 5]
    assert rr_intervals([]).shape == (0, 5)


def test_the_same_rhythm_at_another_rate_is_the_same_channel() -> None:
    times = np.cumsum(np.random.default_rng(0).uniform(0.4, 1.1, 40))
    slow, fast = (rhythm(rr_intervals(one)) for one in (2 * times, times))
    np.testing.assert_allclose(slow, fast, rtol=1e-4, atol=1e-6)


def test_rhythm_is_told_of_medians_of_the_beats_around() -> None:
    times = np.cumsum(np.random.default_rng(1).uniform(0.5, 1.2, 200))
    found = rhythm(rr_intervals(times))
    between, beat = np.diff(times), 100
    before = between[:-1]  # of beat 1 on
    local = np.median(before[beat - 11 : beat + 10])
    irregular = np.median(np.abs(np.diff(between))[beat - 32 : beat + 29])
    mean = between[beat - 61 : beat - 1].mean()
    expected = [before[beat - 1] / mean - 1, between[beat] / mean - 1]
    expected += [before[beat - 1] / local - 1, irregular / mean]
    np.testing.assert_allclose(found[beat], expected, rtol=1e-4)


def test_fibrillation_is_irregular_and_one_early_beat_is_not() -> None:
    rng = np.random.default_rng(2)
    steady = np.cumsum(np.full(300, 0.8))
    steady[150] -= 0.3
    fibrillation = np.cumsum(rng.uniform(0.4, 1.2, 300))
    one, other = (rhythm(rr_intervals(times)) for times in (steady, fibrillation))
    assert one[150, 0] == one[150, 2] == pytest.approx(-0.375, abs=1e-4)
    assert one[:, 3].max() < 1e-4
    assert other[40:-40, 3].min() > 0.1


def test_a_change_is_what_differs_from_the_median_beat_of_the_record(published: Path) -> None:
    leads = ["MLII", "MLII_change"]
    data = tf_data.load("mit_bih", directory=published, leads=leads)
    of_100 = data.signals[[name.startswith("100:") for name in data.names]].astype(float)
    level = of_100[..., 0] - np.median(of_100[..., 0], axis=1, keepdims=True)
    np.testing.assert_allclose(of_100[..., 1], level - np.median(level, axis=0), atol=1e-5)


@pytest.mark.parametrize("prepared", [False, True])
def test_what_the_record_tells_is_more_channels(
    published: Path, tmp_path: Path, prepared: bool
) -> None:
    folder = prepare.prepare(published, tmp_path / "mit_bih") if prepared else published
    data, plain = (tf_data.load("mit_bih", directory=folder, rr=rr) for rr in (True, False))
    assert data.spec.leads == ("MLII", "MLII_change", *RHYTHM)
    np.testing.assert_array_equal(data.signals[..., :1], plain.signals)
    assert not data.signals[:, :144, 2:].any()
    beats = np.array([sample for sample, symbol in MARKS if aami_class(symbol)]) / 360
    for drawn, name in zip(data.signals[..., 2:4], data.names, strict=True):
        at = beats.tolist().index(int(name.split(":")[1]) / 360)  # the first and last are alone
        between = np.diff(beats)
        mean = between[: at - 1].mean() if at > 1 else between[0]
        around = np.clip([at - 1, at], 0, len(between) - 1)
        expected = np.tile(between[around] / mean - 1, (216, 1))
        np.testing.assert_allclose(drawn[144:], expected, rtol=1e-4, atol=1e-6)


def test_leads_and_rate_are_chosen_as_of_any_data_set(published: Path) -> None:
    data = tf_data.load("mit_bih", directory=published, rr=True)
    leads = ["RR_before", "MLII"]
    same = tf_data.load("mit_bih", directory=published, leads=leads, seconds=1.0)
    np.testing.assert_array_equal(same.signals, data.signals[..., [2, 0]])
    half = tf_data.load("mit_bih", directory=published, leads=leads, rate=180)
    assert half.spec == SignalSpec(("RR_before", "MLII"), 180, 180)
    np.testing.assert_array_equal(half.signals[..., 0], data.signals[:, ::2, 2])
    expected = resample_poly(data.signals[0, :, 0].astype(float), 1, 2, padtype="line")
    np.testing.assert_allclose(half.signals[0, :, 1], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"leads": ["V1"]}, "expected leads among MLII, .*, RR_irregularity of mit_bih.* got V1"),
        ({"leads": ["MLII", "MLII"]}, "each once; got MLII, MLII"),
        ({"leads": []}, "each once; got none"),
        ({"leads": ["MLII"], "rr": True}, "rr=True is all channels of mit_bih; got MLII as well"),
        ({"seconds": 10.0}, "a beat of mit_bih is of 1 s; got seconds=10"),
        ({"rate": 0}, "above 0 Hz"),
    ],
)
def test_other_leads_and_lengths_there_are_none(published: Path, options, message: str) -> None:
    with pytest.raises(SignalError, match=message):
        tf_data.load("mit_bih", directory=published, **options)


def test_an_older_form_has_no_rr_intervals(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tfds.features.FeaturesDict

    def older(features: dict) -> tfds.features.FeaturesDict:
        return whole({name: one for name, one in features.items() if name != "rr"})

    columns = Builder._generate_examples

    def without(self, folder: Path, part: str):
        for key, row in columns(self, folder, part):
            yield key, {name: one for name, one in row.items() if name != "rr"}

    monkeypatch.setattr(tfds.features, "FeaturesDict", older)
    monkeypatch.setattr(Builder, "_generate_examples", without)
    folder = prepare.prepare(published, tmp_path / "mit_bih")
    monkeypatch.setattr(tfds.features, "FeaturesDict", whole)
    assert len(tf_data.load("mit_bih", directory=folder)) == 25
    with pytest.raises(DataError, match="older than its RR intervals. Make it from the published"):
        tf_data.load("mit_bih", directory=folder, rr=True)


def test_parts_are_de_chazals(published: Path) -> None:
    data = tf_data.load("mit_bih", directory=published)
    records = [name.split(":")[0] for name in data.names]
    assert data.parts.tolist() == ["train" if one in TRAIN else "test" for one in records]
    with pytest.raises(UnknownNameError, match="label set of mit_bih 'beats'"):
        tf_data.load("mit_bih", directory=published, labels="beats")
