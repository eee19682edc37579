"""The leads of a WFDB record in millivolts, each with all its samples; and of its segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import MILLIVOLTS
from tf_data.formats.skew import aligned
from tf_data.formats.wfdb_header import Channel, Header, read_header
from tf_data.formats.wfdb_package import wfdb_record

BIG_ENDIAN = "61"  # a format
LONGEST = 100  # times what the segments hold: an array is made for the gaps too


@dataclass(frozen=True, eq=False)
class Lead:
    """A lead.

    Attributes:
        name: as in the header; empty where it has none.
        samples: float64 ``[samples]`` in mV; NaN where none was taken.
        per_frame: samples in a frame.
    """

    name: str
    samples: np.ndarray
    per_frame: int


@dataclass(frozen=True, eq=False)
class Leads:
    """The voltages of a record, and a sentence for every channel that is none."""

    leads: tuple[Lead, ...]
    notes: tuple[str, ...]


def header_of(stem: Path) -> Path:
    """The header of a record that is named without ending."""
    return stem.with_name(stem.name + ".hea")


def read_leads(stem: Path, header: Header, part: tuple[int, int] | None = None) -> Leads:
    """The leads of a record of one segment, aligned where the header says that some are late.

    Args:
        stem: the record's path without ending.
        header: what its header says.
        part: the first frame and the one after the last; by default all, held against the
            checksums.

    Raises:
        SignalError: if a file is damaged: samples do not have the checksum in the header.
    """
    reasons = [_reason(one, place) for place, one in enumerate(header.channels, 1)]
    notes = tuple(reason for reason in reasons if reason)
    taken = [place for place, reason in enumerate(reasons) if not reason]
    if not taken:
        return Leads((), notes)
    channels = [header.channels[place] for place in taken]
    span = {"sampfrom": part[0], "sampto": part[1]} if part else {}
    whole = _is_big_endian(channels, stem)
    record = wfdb_record(stem, channels=taken, smooth_frames=whole, ignore_skew=True, **span)
    if not part:
        check_sums(record.calc_checksum(expanded=not whole), channels, stem)
    record.dac(expanded=not whole, inplace=True)
    samples = list(record.p_signal.T) if whole else record.e_p_signal
    late, per_frame = [one.skew for one in channels], [one.per_frame for one in channels]
    shared = aligned(samples, late, per_frame, stem.name)
    found = tuple(_lead(one, samples) for one, samples in zip(channels, shared, strict=True))
    return Leads(found, notes)


def _is_big_endian(channels: Sequence[Channel], stem: Path) -> bool:
    """Whether wfdb has to read leads as a whole: it takes big-endian ones in no other way.

    Raises:
        SignalError: if that is not possible either, since a frame has several samples of a lead.
    """
    if all(one.format != BIG_ENDIAN for one in channels):
        return False
    if several := [one for one in channels if one.per_frame > 1]:
        raise SignalError(
            f"expected one sample of each lead in a frame of {stem.name}, whose format is "
            f"{BIG_ENDIAN}; got {several[0].per_frame} of {several[0].name or 'one'}. Convert it "
            "to format 16 with PhysioNet's xform."
        )
    return True


def _reason(channel: Channel, place: int) -> str:
    """Why a channel is no lead; empty if it is one."""
    name = channel.name or f"signal {place}"
    if channel.file == "~" or channel.format == "0":
        return f"{name} is left out: it has no signal file"
    if channel.unit.lower() not in MILLIVOLTS:
        return f"{name} is left out: {channel.unit!r} is no voltage"
    if channel.gain is None:
        return f"{name} is left out: its header says no gain (units per mV), so it is uncalibrated"
    return ""


def _lead(channel: Channel, samples: np.ndarray) -> Lead:
    return Lead(channel.name, samples * MILLIVOLTS[channel.unit.lower()], channel.per_frame)


def check_sums(sums: Sequence[int], channels: Sequence[Channel], stem: Path) -> None:
    """Checks the samples against the header's checksums; 0 stands in headers that have none.

    Raises:
        SignalError: if one differs.
    """
    wrong = [
        channel.name or f"signal {place}"
        for place, (found, channel) in enumerate(zip(sums, channels, strict=True), 1)
        if channel.checksum and (found - channel.checksum) % 2**16
    ]
    if wrong:
        raise SignalError(
            f"expected samples with the checksum in {stem.name}.hea; those of {', '.join(wrong)} "
            "have another. A file is damaged, or of another record: compare it with the original."
        )


def joined(stem: Path, header: Header) -> Leads:
    """The leads of a record of several segments, by name; NaN in gaps and where one lacks a lead.

    Raises:
        FileNotFoundError: if a segment is not there.
        SignalError: if it is damaged, or of another length or rate than the record says.
    """
    total = sum(frames for _, frames in header.segments)
    distinct = {name: frames for name, frames in header.segments if name != "~"}
    if total > LONGEST * sum(distinct.values()):
        raise SignalError(
            f"expected segments in {stem.name}; it is a gap almost everywhere, or repeats one"
        )
    pieces = [
        (frames, None if name == "~" else _segment(stem.with_name(name), frames, header))
        for name, frames in header.segments
        if frames  # the layout of a record of changing leads has none
    ]
    if header.frames and total != header.frames:
        raise SignalError(
            f"expected {header.frames} frames in {stem.name}, as its first line says; its segments "
            f"have {total}. A segment's line may be missing: compare the header with the original."
        )
    rates: dict[str, int] = {}
    for _, piece in pieces:
        for one in piece.leads if piece else ():
            if rates.setdefault(one.name, one.per_frame) != one.per_frame:
                raise SignalError(f"expected one rate of lead {one.name} in {stem.name}; got two")
    held = {name: np.full(total * rate, np.nan) for name, rate in rates.items()}
    start = 0
    for frames, piece in pieces:
        for one in piece.leads if piece else ():
            held[one.name][start * one.per_frame :][: len(one.samples)] = one.samples
        start += frames
    notes = dict.fromkeys(note for _, piece in pieces if piece for note in piece.notes)
    return Leads(tuple(Lead(name, held[name], rates[name]) for name in held), tuple(notes))


def _segment(stem: Path, frames: int, whole: Header) -> Leads:
    header = read_header(header_of(stem))
    if header.segments:
        raise SignalError(f"expected a segment in {stem.name}; it is a record of segments itself")
    if header.frames not in (None, frames) or header.rate not in (None, whole.rate):
        raise SignalError(
            f"expected {frames} frames at {whole.rate or 0:g} Hz in {stem.name}, a segment of "
            f"{whole.name}; its header says {header.frames} at {header.rate or 0:g} Hz"
        )
    found = read_leads(stem, header)
    late = max((one.skew for one in header.channels), default=0)
    for one in found.leads:
        if not frames - late <= len(one.samples) / one.per_frame <= frames:
            raise SignalError(
                f"expected {frames} frames in {stem.name}, a segment of {whole.name}; it holds "
                f"{len(one.samples) // one.per_frame}. A file may be cut off or damaged."
            )
    names = [one.name for one in found.leads]
    if len(set(names)) != len(names):
        raise SignalError(
            f"expected a name of its own for every lead of {stem.name}, a segment of "
            f"{whole.name}; got {', '.join(name or 'none' for name in names)}"
        )
    return found
