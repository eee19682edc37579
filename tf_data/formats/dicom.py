"""DICOM waveforms: the group of channels that is the recording, not its average beat."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.channels import Channel, factor, record_of
from tf_data.formats.libraries import library, reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.skew import aligned

KIND = "a DICOM waveform"
SYNTAXES = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")  # little-endian, as they stand
AVERAGES = ("MEDIAN", "AVERAGE", "TEMPLATE", "REPRESENTATIVE")
COMPANDED = ("MB", "AB")  # mu-law and A-law sounds
SCHEMES = ("SCPECG", "MDC")  # number leads as SCP-ECG (EN 1064) does

_FIRST = "I II V1 V2 V3 V4 V5 V6 V7 V2R V3R V4R V5R V6R V7R X Y Z CC5 CM5"
_LATER = "III aVR aVL aVF -aVR V8 V9 V8R V9R"
SCP_LEADS = {**dict(enumerate(_FIRST.split(), 1)), **dict(enumerate(_LATER.split(), 61))}


def read_dicom(path: Path) -> RawRecord:
    """The leads of the recording in ``path``, in millivolts.

    Of several groups of channels it is the original one of most leads, then of most samples.

    Raises:
        SignalError: if the file is damaged, holds no waveform, or no voltages.
    """
    pydicom = library("pydicom", path)
    content = path.read_bytes()
    with reading(KIND, path):
        syntax = pydicom.filereader.read_file_meta_info(path).get("TransferSyntaxUID")
        if syntax not in SYNTAXES:  # a deflated one could grow without bound
            raise SignalError(
                f"expected {KIND} that is neither compressed nor big-endian in {path.name}; its "
                f"transfer syntax is {syntax}. Export it as explicit VR little endian."
            )
        groups = pydicom.dcmread(BytesIO(content)).get("WaveformSequence") or []
        if not groups:
            raise SignalError(f"expected {KIND} in {path.name}; it is a DICOM file without one")
        recording, notes = _recording(groups, path)
        channels, said = _aligned(_channels(recording, path), recording, path)
        return record_of(channels, path, [*notes, *said])


def _recording(groups: Any, path: Path) -> tuple[Any, list[str]]:
    """The group that is the recording, and what is said of the others."""
    originals = [group for group in groups if not _is_average(group)]
    if not originals:
        raise SignalError(f"expected a recording in {path.name}; it holds average beats alone")
    best = max(originals, key=lambda one: (_voltages(one), int(one.NumberOfWaveformSamples)))
    others = [one for one in originals if one is not best and _voltages(one)]
    notes = [f"{len(others)} other groups of leads are left out of {path.name}"] if others else []
    return best, notes


def _is_average(group: Any) -> bool:
    label = str(group.get("MultiplexGroupLabel", "")).upper()
    derived = group.get("WaveformOriginality", "ORIGINAL") == "DERIVED"
    return derived or any(word in label for word in AVERAGES)


def _voltages(group: Any) -> int:
    return sum(factor(_unit(one)) is not None for one in group.ChannelDefinitionSequence)


def _unit(channel: Any) -> str:
    units = channel.get("ChannelSensitivityUnitsSequence") or []
    return str(units[0].get("CodeValue", "")) if units and "ChannelSensitivity" in channel else ""


def _channels(group: Any, path: Path) -> list[Channel]:
    counts, rate = _counts(group, path), float(group.SamplingFrequency)
    definitions = group.ChannelDefinitionSequence
    if len(definitions) != counts.shape[1]:
        raise SignalError(
            f"expected {counts.shape[1]} channels in {path.name}; it defines {len(definitions)}"
        )
    return [
        Channel(_name(one, place), counts[:, place], rate, _unit(one), *_scale(one))
        for place, one in enumerate(definitions)
    ]


def _aligned(channels: list[Channel], group: Any, path: Path) -> tuple[list[Channel], list[str]]:
    """The channels from when all are there, since some may begin later; and what is said of it."""
    definitions, rate = group.ChannelDefinitionSequence, float(group.SamplingFrequency)
    begins = np.array([_skew(one, rate) for one in definitions])
    if not np.isfinite(begins).all():
        raise SignalError(f"expected the skew of every channel of {path.name}; one is no number")
    samples = [one.samples for one in channels]
    late = np.rint(np.minimum(begins.max() - begins, len(samples[0]))).astype(int).tolist()
    if not any(late):
        return channels, _not_shown(channels, definitions, path)
    cut = aligned(samples, late, [1] * len(late), path.name)
    said = (
        f"the channels of {path.name} begin up to {max(late)} samples apart: they are aligned to "
        "the sample, and cut to what they share"
    )
    found = [replace(one, samples=kept) for one, kept in zip(channels, cut, strict=True)]
    return found, [said, *_not_shown(channels, definitions, path)]


def _not_shown(channels: list[Channel], definitions: Any, path: Path) -> list[str]:
    """What to say of channels that are shown from another time on than they begin."""
    both = zip(channels, definitions, strict=True)
    names = ", ".join(one.name for one, said in both if said.get("ChannelOffset"))
    return [f"an offset for show of {names} in {path.name} is not taken"] if names else []


def _skew(channel: Any, rate: float) -> float:
    """Samples that a channel begins after its group."""
    if (samples := channel.get("ChannelSampleSkew")) is not None:
        return float(samples)
    return float(channel.get("ChannelTimeSkew") or 0) * rate


def _counts(group: Any, path: Path) -> np.ndarray:
    """Samples as stored, ``[samples, channels]``; padding is NaN."""
    from pydicom.waveforms.numpy_handler import WAVEFORM_DTYPES

    shape = int(group.NumberOfWaveformSamples), int(group.NumberOfWaveformChannels)
    bits, kind = int(group.WaveformBitsAllocated), str(group.WaveformSampleInterpretation)
    if kind in COMPANDED or (bits, kind) not in WAVEFORM_DTYPES:
        raise SignalError(
            f"expected integers in {path.name}; its samples are {bits} bits of {kind}"
        )
    expected = shape[0] * shape[1] * bits // 8
    if not 0 <= len(group.WaveformData) - expected <= 1:  # padded to an even number of bytes
        raise SignalError(
            f"expected {shape[0]} samples of {shape[1]} channels in {path.name}, {expected:,} "
            f"bytes; it holds {len(group.WaveformData):,}. The file may be cut off or damaged."
        )
    dtype = np.dtype(WAVEFORM_DTYPES[bits, kind])
    counts = np.frombuffer(group.WaveformData[:expected], dtype).reshape(shape).astype(np.float64)
    padding = group.get("WaveformPaddingValue")
    if padding:
        counts[counts == np.frombuffer(padding[: dtype.itemsize], dtype)[0]] = np.nan
    return counts


def _scale(channel: Any) -> tuple[float, float]:
    """The height of a step, and what 0 stands for; both in the unit of the sensitivity."""
    step = float(channel.get("ChannelSensitivity", 1))
    step *= float(channel.get("ChannelSensitivityCorrectionFactor", 1))
    return step, float(channel.get("ChannelBaseline", 0))


def _name(channel: Any, place: int) -> str:
    """The usual name of a coded lead, such as ``5.6.3-9-1`` or ``2:1``; else what the file says."""
    for source in channel.get("ChannelSourceSequence") or []:
        number = str(source.get("CodeValue", "")).replace(":", "-").rpartition("-")[2]
        coded = source.get("CodingSchemeDesignator") in SCHEMES and number.isdigit()
        if coded and int(number) in SCP_LEADS:
            return SCP_LEADS[int(number)]
        if source.get("CodeMeaning"):
            return str(source.CodeMeaning)
    return str(channel.get("ChannelLabel", "")) or f"channel {place + 1}"
