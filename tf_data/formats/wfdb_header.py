"""WFDB headers: what they say, read strictly, and held against the size of the signal files.

The wfdb package reads what it can of a damaged line and takes the rest as the lead's name; it fills
in 250 Hz and 200 units per mV where nothing is said, and sets memory aside for as many samples as
the header claims.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.errors import SignalError

LARGEST_HEADER = 2**22  # bytes; the longest published ones, of many segments, are below 1 MB
BITS = {
    "8": 8,
    "16": 16,
    "24": 24,
    "32": 32,
    "61": 16,
    "80": 8,
    "160": 16,
    "212": 12,
    "310": 32 / 3,
    "311": 32 / 3,
}
"""Bits of a sample in a file, by format."""

COMPRESSED = ("508", "516", "524")  # FLAC: of a flat line some hundred samples in a byte
SAMPLES_PER_BYTE = 1024

_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_RECORD = re.compile(
    rf"(?P<name>[-\w]+)(?:/(?P<segments>\d+))?\s+(?P<channels>\d+)"
    rf"(?:\s+(?P<rate>{_NUMBER})(?:/(?:{_NUMBER})(?:\(-?(?:{_NUMBER})\))?)?"
    r"(?:\s+(?P<samples>\d+)(?:\s.*)?)?)?",
    re.ASCII,
)
_FILE = re.compile(r"[-\w]+(?:\.\w+)?", re.ASCII)
_FORMAT = re.compile(r"(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?", re.ASCII)
_GAIN = re.compile(rf"(-?(?:{_NUMBER})(?:e[+-]?\d+)?)(?:\((-?\d+)\))?(?:/(\S+))?", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_NUMBERS = ("ADC resolution", "ADC zero", "first value", "checksum", "block size")
_SEGMENT = re.compile(r"([-\w]+|~)\s+(\d+)", re.ASCII)


@dataclass(frozen=True)
class Channel:
    """A signal line of a header.

    Attributes:
        file: name of its signal file; ``~`` of none.
        format: of the file, such as ``"16"`` or ``"212"``.
        per_frame: samples in a frame.
        skew: frames that it is late by.
        offset: bytes of the file before the samples.
        gain: units of the converter per physical unit; None where it is not calibrated.
        unit: physical unit.
        checksum: of all samples; None where it is not said.
        name: of the lead; empty where there is none.
    """

    file: str
    format: str
    per_frame: int
    skew: int
    offset: int
    gain: float | None
    unit: str
    checksum: int | None
    name: str


@dataclass(frozen=True)
class Header:
    """A header.

    Attributes:
        name: of the record.
        rate: frames per second; None where it is not said.
        frames: length; None where it is not said.
        channels: a signal line each; none where there are segments.
        segments: name and frames of each; the name ``~`` is a gap.
    """

    name: str
    rate: float | None
    frames: int | None
    channels: tuple[Channel, ...]
    segments: tuple[tuple[str, int], ...]


def read_header(file: Path) -> Header:
    """A header, whose claims do not go beyond its signal files.

    Raises:
        FileNotFoundError: if it or a signal file is not there.
        SignalError: if a line of it is malformed, or a signal file is shorter than it says.
    """
    if not file.is_file():
        raise FileNotFoundError(f"no WFDB header {file}. A record needs its .hea and .dat files.")
    if file.stat().st_size > LARGEST_HEADER:
        raise SignalError(f"expected a WFDB header in {file.name}; it is larger than any")
    lines = _lines(file)
    found = _RECORD.fullmatch(lines[0]) if lines else None
    if found is None:
        said = f"its first line is {_short(lines[0])}" if lines else "it is empty"
        raise SignalError(
            f"expected a WFDB header in {file.name}, which begins with a name, the number of "
            f"signals and the rate; {said}, so it cannot be read. Compare it with the original."
        )
    claimed = int(found["segments"] or found["channels"])
    if claimed != len(lines) - 1:
        what = "segments" if found["segments"] else "signals"
        raise SignalError(
            f"expected {claimed} {what} in {file.name}, as its first line says; it lists "
            f"{len(lines) - 1}. The header may be cut off or damaged."
        )
    rate = float(found["rate"]) if found["rate"] else None
    if rate is not None and not 0 < rate < math.inf:
        raise SignalError(f"expected a rate above 0 Hz in {file.name}; it says {found['rate']}")
    frames = int(found["samples"] or 0) or None  # 0 counts as not said
    if found["segments"]:
        segments = tuple(_segment(line, file) for line in lines[1:])
        return Header(found["name"], rate, frames, (), segments)
    channels = tuple(_channel(line, at, file) for at, line in enumerate(lines[1:], 1))
    _check_sizes(channels, frames, file)
    return Header(found["name"], rate, frames, channels, ())


def without_length(file: Path) -> str | None:
    """A header's text without the length that it says, where that is 0; None where it is not.

    What follows the length, a time and a date, is left out too: it cannot stand without it.
    """
    lines = _lines(file)
    found = _RECORD.fullmatch(lines[0]) if lines else None
    if not found or not found["samples"] or int(found["samples"]):
        return None
    return "\n".join([lines[0][: found.start("samples")].rstrip(), *lines[1:], ""])


def _lines(file: Path) -> list[str]:
    """The lines of a header, without blank ones and comments."""
    lines = [line for line in map(str.strip, _text(file).splitlines()) if line]
    return [line for line in lines if not line.startswith("#")]


def _text(file: Path) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _short(line: str) -> str:
    return repr(line[:60] + ("..." if len(line) > 60 else ""))


def _segment(line: str, file: Path) -> tuple[str, int]:
    found = _SEGMENT.fullmatch(line)
    if found is None:
        raise SignalError(
            f"expected a segment's name and length in {file.name}; got {_short(line)}"
        )
    return found[1], int(found[2])


def _channel(line: str, at: int, file: Path) -> Channel:
    """A signal line; what it says is in this order, and may end early."""
    words = line.split(None, 8)
    where = f"signal {at} of {file.name}"
    stored = _FORMAT.fullmatch(words[1]) if len(words) > 1 else None
    if stored is None:
        raise SignalError(
            f"expected a file and its format, such as 16 or 212, of {where}; got {_short(line)}"
        )
    if words[0] != "~" and not _FILE.fullmatch(words[0]):
        raise SignalError(
            f"expected the name of a signal file of {where}, of letters, digits, - and _, such as "
            f"r_1.dat; got {_short(words[0])}"
        )
    if stored[1] != "0" and stored[1] not in (*BITS, *COMPRESSED):
        raise SignalError(f"expected a WFDB format of {where}; got {stored[1]}")
    gain, unit, place = None, "mV", 2
    if len(words) > place and (calibrated := _GAIN.fullmatch(words[place])):
        gain, unit, place = float(calibrated[1]), calibrated[3] or "mV", 3
    numbers: list[int] = []
    while place < min(len(words), 8) and gain is not None and _WHOLE.fullmatch(words[place]):
        numbers.append(int(words[place]))
        place += 1
    named = line.split(None, place)[place] if len(words) > place else ""
    if named and place < 8 and not named[0].isalpha():
        field = "gain" if gain is None else _NUMBERS[len(numbers)]
        raise SignalError(f"expected the {field} of {where} as a number; got {_short(named)}")
    return Channel(
        file=words[0],
        format=stored[1],
        per_frame=int(stored[2] or 1),
        skew=int(stored[3] or 0),
        offset=int(stored[4] or 0),
        gain=gain if gain and math.isfinite(gain) else None,
        unit=unit,
        checksum=numbers[3] if len(numbers) > 3 else None,
        name=named.strip(),
    )


def _check_sizes(channels: Sequence[Channel], frames: int | None, file: Path) -> None:
    """Checks that the signal files are there, and as long as the header says."""
    for name, group in _by_file(channels):
        first, path = group[0], file.with_name(name)
        if any((one.format, one.offset) != (first.format, first.offset) for one in group):
            raise SignalError(f"expected one format of all signals in {name}; {file.name} has two")
        if any(one.per_frame < 1 for one in group):
            raise SignalError(f"expected a sample or more in each frame of {name}; got 0")
        if not path.is_file():
            raise FileNotFoundError(
                f"{file.name} names a signal file that is not there: {path}. "
                "Put it beside the header."
            )
        held, per_frame = path.stat().st_size - first.offset, sum(one.per_frame for one in group)
        claimed = 1 if frames is None else frames
        per_byte = SAMPLES_PER_BYTE if first.format in COMPRESSED else 8 / BITS[first.format]
        if claimed * per_frame > held * per_byte + 1e-6:
            raise SignalError(
                f"expected {claimed} frames of {per_frame} samples in {name}, as {file.name} says; "
                f"a file of {path.stat().st_size} bytes holds fewer. A file may be cut off or "
                "damaged: compare its size or checksum with the published one."
            )


def _by_file(channels: Sequence[Channel]) -> Iterator[tuple[str, list[Channel]]]:
    files = dict.fromkeys(one.file for one in channels if one.file != "~" and one.format != "0")
    for name in files:
        yield name, [one for one in channels if one.file == name]
