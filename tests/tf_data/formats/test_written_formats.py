"""Files of each format give the ECG that was written, known by their content alone."""

import tracemalloc
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from binary_ecgs import edf_bytes, edf_channels, write_dicom
from ecg_of_steps import StepsECG, steps_ecg
from scp_ecgs import write_scp
from written_formats import WRITERS
from xml_ecgs import write_aecg, write_muse

from ecgzoo.errors import SignalError
from tf_data.formats.formats import format_of, read_raw
from tf_data.records import read_record

ECG = steps_ecg()
UNSAID = {"MATLAB 4", "MATLAB 5"}  # neither rate nor leads


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_written_is_read_by_its_content(tmp_path: Path, name: str) -> None:
    path = WRITERS[name][1](tmp_path / "record", ECG)
    assert format_of(path).name in name
    raw = read_raw(path)
    names = tuple(lead.removeprefix("ECG ") for lead in raw.leads or ECG.leads)
    np.testing.assert_allclose(raw.signal, ECG.of(*names).millivolts, atol=1e-6)
    assert len(names) == (8 if name == "GE MUSE XML" else 12)
    if name not in UNSAID:
        assert (raw.sampling_rate, raw.unit) == (500, "mV")


def test_a_real_dicom_file() -> None:
    import pydicom
    from pydicom.data import get_testdata_file

    path = Path(str(get_testdata_file("waveform_ecg.dcm")))
    counts = np.frombuffer(pydicom.dcmread(path).WaveformSequence[0].WaveformData, "<i2")
    signal, info = read_record(path)
    np.testing.assert_allclose(signal, counts.reshape(10_000, 12) * 1.25e-3, atol=1e-6)
    assert info.leads == ECG.leads
    assert info.sampling_rate == 1000
    np.testing.assert_allclose(signal[:, 0] + signal[:, 2], signal[:, 1], atol=0.003)  # Einthoven


@pytest.mark.parametrize(
    ("skew", "other", "late"),
    [
        ({"ChannelSampleSkew": "50"}, {"ChannelSampleSkew": "0"}, 50),
        ({"ChannelTimeSkew": "0.1"}, {"ChannelTimeSkew": "0"}, 50),
        ({"ChannelTimeSkew": "0.1"}, {}, 50),
        ({"ChannelSampleSkew": "-50"}, {"ChannelSampleSkew": "0"}, -50),
        ({"ChannelSampleSkew": "0.4"}, {"ChannelSampleSkew": "0"}, 0),
    ],
)
def test_channels_of_a_dicom_that_begin_later_are_aligned(
    tmp_path: Path, skew: dict[str, str], other: dict[str, str], late: int
) -> None:
    path = _skewed_dicom(tmp_path, skew, other)
    raw, kept = read_raw(path), 1500 - abs(late)
    expected = ECG.millivolts[max(late, 0) :][:kept].copy()
    expected[:, 1] = ECG.millivolts[max(-late, 0) :][:kept, 1]  # II, that begins `late` after
    np.testing.assert_allclose(raw.signal, expected, atol=1e-6)
    said = (
        "the channels of a.dcm begin up to 50 samples apart: they are aligned to the sample, and "
        "cut to what they share"
    )
    assert raw.notes == ((said,) if late else ())


def test_a_dicom_whose_channels_share_nothing_is_refused(tmp_path: Path) -> None:
    path = _skewed_dicom(tmp_path, {"ChannelTimeSkew": "1e300"}, {})
    with pytest.raises(
        SignalError, match=r"^expected leads that are late by less than a\.dcm lasts"
    ):
        read_raw(path)


def test_an_offset_for_show_of_a_dicom_is_said(tmp_path: Path) -> None:
    raw = read_raw(_skewed_dicom(tmp_path, {"ChannelOffset": "0.1"}, {"ChannelOffset": "0"}))
    np.testing.assert_allclose(raw.signal, ECG.millivolts, atol=1e-6)
    assert raw.notes == ("an offset for show of II in a.dcm is not taken",)


def _skewed_dicom(folder: Path, second: dict[str, str], others: dict[str, str]) -> Path:
    import pydicom

    path = write_dicom(folder / "a.dcm", ECG)
    dataset = pydicom.dcmread(path)
    for place, channel in enumerate(dataset.WaveformSequence[1].ChannelDefinitionSequence):
        channel.update(second if place == 1 else others)
    dataset.save_as(path)
    return path


@pytest.mark.parametrize("rate", [250, 256, 300, 360, 1000])
@pytest.mark.parametrize("write", [write_aecg, write_muse, write_scp, write_dicom])
def test_rates_are_whole_where_they_were(tmp_path: Path, rate: int, write) -> None:
    raw = read_raw(write(tmp_path / "record", steps_ecg(1, rate)))
    assert raw.sampling_rate == pytest.approx(rate, rel=1e-12)


def test_a_rate_that_is_not_whole(tmp_path: Path) -> None:
    path = write_scp(tmp_path / "record", replace(ECG, rate=1e6 / 7001))
    assert read_raw(path).sampling_rate == pytest.approx(1e6 / 7001, rel=1e-12)


@pytest.mark.parametrize(
    ("base", "exponent", "rate"), [("4995", "-1", 499.5), ("5", "2", 500), ("250", "", 250)]
)
def test_a_rate_of_a_muse_and_its_exponent(
    tmp_path: Path, base: str, exponent: str, rate: float
) -> None:
    path = write_muse(tmp_path / "record", ECG)
    median, rhythm = path.read_text("latin-1").split("<WaveformType>Rhythm")
    rhythm = rhythm.replace("<SampleBase>500<", f"<SampleBase>{base}<")
    rhythm = rhythm.replace("<SampleExponent>0<", f"<SampleExponent>{exponent}<")
    path.write_text(f"{median}<WaveformType>Rhythm{rhythm}", "latin-1")
    assert read_raw(path).sampling_rate == rate


@pytest.mark.parametrize("bdf", [False, True])
def test_an_edf_is_read_at_the_rate_of_its_ecg_and_says_what_it_leaves_out(
    tmp_path: Path, bdf: bool
) -> None:
    ecg = steps_ecg(4, rate=256)
    (tmp_path / "night.edf").write_bytes(edf_bytes(edf_channels(ecg), bdf))
    raw = read_raw(tmp_path / "night.edf")
    assert raw.sampling_rate == 256
    np.testing.assert_allclose(raw.signal, ecg.millivolts, atol=1e-6)
    assert raw.notes == (
        "EEG C3-A2 is left out of night.edf: it is no ECG lead",
        "ECG of the belt is left out of night.edf: it has 32 Hz, the other leads 256",
        "SpO2 is left out of night.edf: it is no ECG lead",
    )


@pytest.mark.parametrize(("unit", "millivolts"), [("µV", 1e-3), ("mV", 1.0), ("V", 1e3)])
def test_units_of_edf_become_millivolts(tmp_path: Path, unit: str, millivolts: float) -> None:
    channels = [replace(one, unit=unit) for one in edf_channels(ECG) if one.label[:5] == "ECG I"]
    (tmp_path / "a.edf").write_bytes(edf_bytes(channels))
    expected = ECG.of("I", "II", "III").counts * 5 * millivolts
    np.testing.assert_allclose(read_raw(tmp_path / "a.edf").signal, expected, rtol=1e-6)


def test_an_edf_whose_channels_are_not_called_ecg(tmp_path: Path) -> None:
    named = dict(zip(("ECG I", "ECG II", "ECG III"), ("ch 1", "ch 2", "EMG"), strict=True))
    channels = [one for one in edf_channels(ECG) if one.label in named]
    channels = [replace(one, label=named[one.label]) for one in channels]
    (tmp_path / "a.edf").write_bytes(edf_bytes(channels))
    assert read_raw(tmp_path / "a.edf").leads == ("ch 1", "ch 2")


def test_an_edf_that_was_not_closed(tmp_path: Path) -> None:
    content = edf_bytes(edf_channels(ECG))
    (tmp_path / "a.edf").write_bytes(content[:236] + b"-1      " + content[244:])
    raw = read_raw(tmp_path / "a.edf")
    np.testing.assert_allclose(raw.signal, ECG.millivolts, atol=1e-6)
    assert any("was not closed" in note for note in raw.notes)


def test_an_edf_of_several_stretches_of_time(tmp_path: Path) -> None:
    import edfio

    ecg = edfio.EdfSignal(ECG.millivolts[:, 0], 500, label="ECG", physical_dimension="mV")
    content = edfio.Edf([ecg], annotations=[edfio.EdfAnnotation(0, None, "start")]).to_bytes()
    (tmp_path / "a.edf").write_bytes(content)
    assert read_raw(tmp_path / "a.edf").leads == ("ECG",)
    content = content.replace(b"EDF+C", b"EDF+D").replace(b"+2\x14\x14", b"+7\x14\x14")
    (tmp_path / "a.edf").write_bytes(content)
    with pytest.raises(SignalError, match=r"one stretch of time in a\.edf; it has gaps"):
        read_raw(tmp_path / "a.edf")


def test_an_ishne_that_lacks_its_end_says_so(tmp_path: Path) -> None:
    path = WRITERS["ISHNE"][1](tmp_path / "day.ecg", ECG)
    path.write_bytes(path.read_bytes()[: -24 * 100])
    raw = read_raw(path)
    np.testing.assert_allclose(raw.signal, ECG.millivolts[:-100], atol=1e-6)
    assert raw.notes == ("day.ecg says 1,500 samples of each lead, and holds 1,400",)


@pytest.mark.parametrize("step", [1.0, 2.5, 5.0])
def test_samples_of_a_lead_that_was_off_are_gaps_in_an_ishne(tmp_path: Path, step: float) -> None:
    counts = ECG.counts.copy()
    counts[700:710, 1] = -32768
    path = WRITERS["ISHNE"][1](tmp_path / "day.ecg", StepsECG(counts, step=step))
    expected = ECG.counts * (step / 1000)
    expected[700:710, 1] = np.nan
    np.testing.assert_allclose(read_raw(path).signal, expected, atol=1e-6)
    with pytest.raises(SignalError, match=r"stand in II: 10, the first in sample 700\."):
        read_record(path)


def test_a_matlab_file_may_say_its_rate(tmp_path: Path) -> None:
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"ecg": ECG.millivolts, "fs": 500, "age": [[1.0, 2.0]]})
    raw = read_raw(tmp_path / "a.mat")
    np.testing.assert_array_equal(raw.signal, ECG.millivolts)
    assert (raw.sampling_rate, raw.notes) == (500, ())


def test_what_is_no_matrix_of_a_matlab_file_is_never_unpacked(tmp_path: Path) -> None:
    from scipy.io import savemat

    bits = np.random.default_rng(0).integers(0, 2, (2500, 1000))
    bomb = {"x": bits.astype(np.float64)}  # 20 MB, of which the file has 1 MB
    held = {"val": ECG.millivolts.T, "s": bomb, "c": np.array([bomb["x"], 1], object)}
    savemat(tmp_path / "a.mat", held, do_compression=True)
    read_raw(tmp_path / "a.mat")  # imports what it needs
    tracemalloc.start()
    raw = read_raw(tmp_path / "a.mat")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(raw.signal, ECG.millivolts)
    assert peak < 15_000_000  # scipy unpacks some of each to see its name


def test_columns_of_no_numbers_are_never_read_of_a_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetFile, write_table

    asked: list[str] = []
    read = ParquetFile.read

    def listening(file, columns):  # noqa: ANN001, ANN202
        asked.extend(columns)
        return read(file, columns=columns)

    monkeypatch.setattr(ParquetFile, "read", listening)
    leads = {"I": [0.1, 0.2], "II": [0.2, 0.3]}
    write_table(pyarrow.table({**leads, "time": [[1] * 9, []]}), tmp_path / "a.parquet")
    assert read_raw(tmp_path / "a.parquet").leads == ("I", "II")
    assert asked == ["I", "II"]
    write_table(pyarrow.table({**leads, "x": [[1] * 9, []]}), tmp_path / "b.parquet")
    with pytest.raises(SignalError, match=r"in b\.parquet; x holds list"):
        read_raw(tmp_path / "b.parquet")
    assert asked == ["I", "II"]


@pytest.mark.parametrize("rate", ["0", "-5", "nan", "inf"])
def test_a_rate_of_nothing_that_a_file_says_is_refused_whatever_is_passed(
    tmp_path: Path, rate: str
) -> None:
    import pyarrow
    from pyarrow.parquet import write_table

    table = pyarrow.table({"I": ECG.millivolts[:, 0]})
    write_table(table.replace_schema_metadata({"sampling_rate": rate}), tmp_path / "a.parquet")
    with pytest.raises(SignalError) as raised:
        read_record(tmp_path / "a.parquet", 500)
    assert str(raised.value) == (
        f"expected a sampling rate above 0 Hz in a.parquet; it says {rate}. Correct it there."
    )


def test_a_matlab_file_of_7_3(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["val"] = ECG.millivolts  # MATLAB's leads by samples, the other way round in HDF5
    with (tmp_path / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124))
    np.testing.assert_array_equal(read_raw(tmp_path / "a.mat").signal, ECG.millivolts)


def test_a_matlab_file_opens_no_other_file(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["val"] = ECG.millivolts
    (tmp_path / "secret.raw").write_bytes(bytes(800))
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["val"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "val")
        layout = h5py.VirtualLayout(ECG.millivolts.shape, "f8")
        layout[:] = h5py.VirtualSource(tmp_path / "secret.h5", "val", ECG.millivolts.shape)
        file.create_virtual_dataset("ecg", layout)
        file.create_dataset("data", (100,), "f8", external=[(str(tmp_path / "secret.raw"), 0, 800)])
    with (tmp_path / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124))
    with pytest.raises(SignalError, match=r"called val, in a\.mat; got none"):
        read_raw(tmp_path / "a.mat")


def test_a_parquet_table_of_pandas(tmp_path: Path) -> None:
    import pandas as pd

    table = pd.DataFrame({"time": [0.0, 0.1], "I": [0.5, None], "II": [1.5, 2.5]})
    table.to_parquet(tmp_path / "a.parquet")
    raw = read_raw(tmp_path / "a.parquet")
    assert (raw.leads, raw.sampling_rate, raw.unit) == (("I", "II"), None, None)
    np.testing.assert_array_equal(raw.signal, [[0.5, 1.5], [np.nan, 2.5]])
    assert raw.notes == ("time is left out of a.parquet: it is no lead",)


def test_leads_of_several_lengths(tmp_path: Path) -> None:
    path = write_aecg(tmp_path / "a.xml", ECG)
    text = path.read_text().replace("</digits>", " 1</digits>", 1)
    path.write_text(text)
    with pytest.raises(SignalError, match=r"one length in a\.xml; got I: 1501, II: 1500"):
        read_raw(path)


def test_dicom_groups_that_follow_each_other(tmp_path: Path) -> None:
    import pydicom

    path = write_dicom(tmp_path / "a.dcm", ECG)
    dataset = pydicom.dcmread(path)
    dataset.WaveformSequence[0].WaveformOriginality = "ORIGINAL"
    dataset.WaveformSequence[0].MultiplexGroupLabel = "RHYTHM"
    dataset.save_as(path)
    raw = read_raw(path)
    assert len(raw.signal) == len(ECG.counts)
    assert raw.notes == ("1 other groups of leads are left out of a.dcm",)


def test_an_implicit_dicom_with_padding(tmp_path: Path) -> None:
    import pydicom

    path = write_dicom(tmp_path / "a.dcm", ECG)
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    rhythm = dataset.WaveformSequence[1]
    counts = np.frombuffer(rhythm.WaveformData, "<i2").reshape(-1, 12).copy()
    counts[100:200, 3] = -32768
    rhythm.WaveformData, rhythm.WaveformPaddingValue = counts.tobytes(), counts[100, 3].tobytes()
    dataset.save_as(path, implicit_vr=True, little_endian=True)
    expected = ECG.millivolts
    expected[100:200, 3] = np.nan
    np.testing.assert_allclose(read_raw(path).signal, expected, atol=1e-6)


def test_philips_without_compression(tmp_path: Path) -> None:
    from xml_ecgs import write_philips

    path = partial(write_philips, version="1.04", xli=False)(tmp_path / "a.xml", ECG)
    np.testing.assert_allclose(read_raw(path).signal, ECG.millivolts, atol=1e-6)
