"""DICOM waveforms: groups, skews and offsets as the standard means them."""

from pathlib import Path

import numpy as np
import pytest
from binary_ecgs import write_dicom
from ecg_of_steps import steps_ecg

from ecgzoo.errors import SignalError
from tf_data.formats.formats import read_raw
from tf_data.records import read_record

ECG = steps_ecg()


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
