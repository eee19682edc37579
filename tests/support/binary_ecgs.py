"""Files of ECGs that hold their samples as they are: DICOM, EDF, BDF, ISHNE, MATLAB, Parquet."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ecg_of_steps import StepsECG
from scp_ecgs import NUMBERS, crc_ccitt


def write_dicom(path: Path, ecg: StepsECG) -> Path:
    """A 12-lead ECG: the rhythm after the median beat, which lies otherwise about."""
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, TwelveLeadECGWaveformStorage

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = TwelveLeadECGWaveformStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset = FileDataset(str(path), Dataset(), file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID, dataset.SOPInstanceUID = TwelveLeadECGWaveformStorage, "1.2.3"
    dataset.Modality = "ECG"
    median = StepsECG(ecg.counts[:300], ecg.rate, ecg.step, ecg.leads)
    groups = [_group(median, "MEDIAN BEAT", "DERIVED"), _group(ecg, "RHYTHM", "ORIGINAL")]
    dataset.WaveformSequence = groups
    dataset.save_as(path, enforce_file_format=True)
    return path


def _group(ecg: StepsECG, label: str, originality: str):  # noqa: ANN202
    from pydicom.dataset import Dataset

    group = Dataset()
    group.WaveformOriginality, group.MultiplexGroupLabel = originality, label
    group.NumberOfWaveformSamples, group.NumberOfWaveformChannels = ecg.counts.shape
    group.SamplingFrequency = str(ecg.rate)
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"
    group.ChannelDefinitionSequence = [_channel(lead, ecg.step) for lead in ecg.leads]
    group.WaveformData = (ecg.counts - 10).astype("<i2").tobytes()  # see the baseline
    return group


def _channel(lead: str, step: float):  # noqa: ANN202
    from pydicom.dataset import Dataset

    channel, source, unit = Dataset(), Dataset(), Dataset()
    source.CodeValue, source.CodingSchemeDesignator = f"5.6.3-9-{NUMBERS[lead]}", "SCPECG"
    source.CodeMeaning = f"Lead {lead} of some maker"
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "uV", "UCUM", "microvolt"
    channel.ChannelSourceSequence, channel.ChannelSensitivityUnitsSequence = [source], [unit]
    channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor = str(step / 2), "2"
    channel.ChannelBaseline, channel.WaveformBitsStored = str(10 * step), 16
    return channel


@dataclass(frozen=True, eq=False)
class EDFChannel:
    """Counts of 5 units each."""

    label: str
    counts: np.ndarray
    rate: int
    unit: str = "uV"


def edf_channels(ecg: StepsECG) -> list[EDFChannel]:
    """The leads among others that a night's recording has, each at its rate."""
    seconds = len(ecg.counts) // ecg.rate
    quiet = np.arange(seconds * 32, dtype=np.int16)
    leads = zip(ecg.leads, ecg.counts.T, strict=True)
    return [
        EDFChannel("EEG C3-A2", np.repeat(quiet, 4), 128),
        *(EDFChannel(f"ECG {lead}", counts, ecg.rate) for lead, counts in leads),
        EDFChannel("ECG of the belt", quiet, 32),
        EDFChannel("SpO2", quiet, 32, "%"),
    ]


def write_edf(path: Path, ecg: StepsECG) -> Path:
    path.write_bytes(edf_bytes(edf_channels(ecg)))
    return path


def write_bdf(path: Path, ecg: StepsECG) -> Path:
    path.write_bytes(edf_bytes(edf_channels(ecg), bdf=True))
    return path


def edf_bytes(channels: list[EDFChannel], bdf: bool = False) -> bytes:
    """A file of records of a second; EDF has 16 bits and BDF 24, here of a 32nd of a unit."""
    most, height = (4_000_000, 125_000) if bdf else (32_000, 160_000)
    records = len(channels[0].counts) // channels[0].rate
    fields = [
        (b"\xffBIOSEMI" if bdf else b"0       "),
        _text("X X X X", 80) + _text("Startdate X X X X", 80) + b"01.01.0110.00.00",
        _text(256 * (len(channels) + 1), 8) + _text("24BIT" if bdf else "", 44),
        _text(records, 8) + _text(1, 8) + _text(len(channels), 4),
        *(_text(one.label, 16) for one in channels),
        *(_text("AgAgCl", 80) for _ in channels),
        *(_text(one.unit, 8) for one in channels),
        *(_text(edge, 8) for edge in (-height, height, -most, most) for _ in channels),
        *(_text("", 80) for _ in channels),
        *(_text(one.rate, 8) for one in channels),
        *(_text("", 32) for _ in channels),
    ]
    for record in range(records):
        spans = (one.counts[record * one.rate : (record + 1) * one.rate] for one in channels)
        fields += [_samples(span, bdf) for span in spans]
    return b"".join(fields)


def _text(content: object, length: int) -> bytes:
    return str(content).ljust(length).encode("latin-1")


def _samples(counts: np.ndarray, bdf: bool) -> bytes:
    if not bdf:
        return counts.astype("<i2").tobytes()
    wide = counts.astype("<i4") * 160
    return wide.view("u1").reshape(-1, 4)[:, :3].tobytes()


ISHNE_LEADS = {"I": 5, "II": 6, "III": 7, "aVR": 8, "aVL": 9, "aVF": 10}
ISHNE_LEADS |= {f"V{place}": place + 10 for place in range(1, 7)}


def write_ishne(path: Path, ecg: StepsECG) -> Path:
    width, absent = len(ecg.leads), [-9] * (12 - len(ecg.leads))
    block = struct.pack("<iiiih", 4, len(ecg.counts), 522, 526, 1) + bytes(40 + 40 + 20)
    block += struct.pack("<hh9h", 0, 0, 1, 1, 1950, 1, 1, 2002, 1, 1, 2002)
    block += struct.pack("<3hh", 9, 0, 0, width)
    block += struct.pack("<12h", *(ISHNE_LEADS[lead] for lead in ecg.leads), *absent)
    block += struct.pack("<12h", *[1] * width, *absent)
    block += struct.pack("<12h", *[round(1000 * ecg.step)] * width, *absent)
    block += struct.pack("<h40sh", 0, b"digital", ecg.rate) + bytes(80 + 80 + 88) + b"none"
    head = b"ISHNE1.0" + struct.pack("<H", crc_ccitt(block)) + block
    path.write_bytes(head + ecg.counts.astype("<i2").tobytes())
    return path


def write_mat(path: Path, ecg: StepsECG, version: str = "4") -> Path:
    """As in PhysioNet's challenges: a row per lead, and nothing of what it means."""
    from scipy.io import savemat

    savemat(path, {"val": ecg.millivolts.T}, format=version, do_compression=version == "5")
    return path


def write_parquet(path: Path, ecg: StepsECG) -> Path:
    import pyarrow
    from pyarrow.parquet import write_table

    columns = dict(zip(ecg.leads, ecg.counts.T * ecg.step, strict=True))
    said = {"sampling_rate": str(ecg.rate), "unit": "uV"}
    write_table(pyarrow.table(columns).replace_schema_metadata(said), path)
    return path
