"""Electrocardiographs' own files by the package ecgdatakit: HL7 aECG, GE MUSE, SCP-ECG, ISHNE.

It reads much more than the signal. Here its leads are taken; what it warns of is noted or, where a
checksum is wrong, refused.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.channels import Channel, record_of
from tf_data.formats.libraries import library, reading, shortened
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.xml import xml_tree

PARSERS = "ecgdatakit.parsing.parsers"
ISHNE_SIZES = ("ecg_size", "samples_per_lead", "var_block_size")
ISHNE_HEADER = 522  # bytes
ISHNE_FAULT = -32768  # a sample that its lead was off for


def read_aecg(path: Path) -> RawRecord:
    """The leads of the first rhythm series of an HL7 aECG, in millivolts; raises SignalError."""
    record, notes = parsed("hl7_aecg:HL7aECGParser", "an HL7 aECG", path)
    rate = record.raw_metadata["rhythm_time"]["sampling_rate_exact"]
    return leads_of(record, path, notes, rate)


def read_muse(path: Path) -> RawRecord:
    """The rhythm leads of a GE MUSE XML, in millivolts; raises SignalError."""
    kind = "a GE MUSE XML"
    record, notes = parsed("ge_muse_xml:GEMuseXMLParser", kind, path)
    with reading(kind, path):
        rate = _rate_of_rhythm(path)
    return leads_of(record, path, notes, rate)


def _rate_of_rhythm(path: Path) -> float | None:
    """What a MUSE says of its rhythm, such as 4995 and an exponent of -1 of 499.5 Hz."""
    for wave in xml_tree(path).findall("Waveform"):
        if (wave.findtext("WaveformType") or "").strip().lower() in ("", "rhythm"):
            base, exponent = wave.findtext("SampleBase"), wave.findtext("SampleExponent")
            return float(Decimal(base or "0").scaleb(round(float(exponent or 0))))
    return None


def read_scp(path: Path) -> RawRecord:
    """The rhythm leads of an SCP-ECG, in millivolts; raises SignalError."""
    record, notes = parsed("scp_ecg:SCPECGParser", "an SCP-ECG", path)
    interval = record.raw_metadata["rhythm_sample_interval_us"]
    rate = round(1e6 / interval)
    whole = bool(rate) and round(1e6 / rate) == interval  # 256 Hz are 3906.25 us: it says 3906
    return leads_of(record, path, notes, rate if whole else 1e6 / interval)


def read_ishne(path: Path) -> RawRecord:
    """The leads of an ISHNE Holter, in millivolts, NaN where one was off; raises SignalError."""
    record, notes = parsed("ishne_holter:ISHNEHolterParser", "an ISHNE Holter", path)
    said, held, start = (record.raw_metadata[key] for key in ISHNE_SIZES)
    frame = 2 * len(record.leads)
    if (path.stat().st_size - ISHNE_HEADER - start) % frame:
        raise SignalError(
            f"expected {len(record.leads)} samples at a time, {frame} bytes, in {path.name}; the "
            "last ones are not whole. The file may be cut off."
        )
    if held != said and held * len(record.leads) != said:  # some writers count all leads
        notes.append(f"{path.name} says {said:,} samples of each lead, and holds {held:,}")
    for lead in record.leads:
        lead.samples[lead.samples == ISHNE_FAULT] = np.nan
    return leads_of(record, path, notes)


def parsed(parser: str, kind: str, path: Path) -> tuple[Any, list[str]]:
    """What a parser of ecgdatakit, ``"module:class"``, reads of a file, and what it says of it.

    Raises:
        SignalError: if the file cannot be read, or is not as it was written.
    """
    module, name = parser.split(":")
    package = library(f"{PARSERS}.{module}", path)
    with reading(kind, path) as told:
        record = getattr(package, name)().parse(path)
    damaged = [one.message for one in told if one.category.__name__ == "ChecksumWarning"]
    if damaged:
        raise SignalError(
            f"expected {kind} as it was written in {path.name}; its checksum is wrong "
            f"({shortened(damaged[0], path)}). Copy it again from where it was recorded."
        )
    return record, list(dict.fromkeys(shortened(one.message, path) for one in told))


def leads_of(record: Any, path: Path, notes: list[str], rate: float | None = None) -> RawRecord:
    """The leads of what ecgdatakit read, at ``rate`` where it only knows a rounded one."""
    return record_of([_channel(lead, rate) for lead in record.leads], path, notes)


def _channel(lead: Any, rate: float | None) -> Channel:
    rate = float(rate or lead.sampling_rate)
    if not lead.is_raw:
        return Channel(lead.label, lead.samples, rate, lead.units)
    unit = lead.resolution_unit or lead.adc_resolution_unit  # of no voltage: as in the file
    return Channel(lead.label, lead.samples, rate, unit, lead.resolution, lead.offset)
