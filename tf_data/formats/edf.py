"""EDF, EDF+ and BDF: channels in records of some seconds, each at a rate of its own."""

from pathlib import Path
from typing import Any

from ecgzoo.errors import SignalError
from tf_data.formats.channels import Channel, record_of
from tf_data.formats.libraries import library, reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.signs import is_bdf

HEADER = 256  # bytes of the file's header, and again of each channel's
UNKNOWN = -1  # how many records a file says that was not closed


def read_edf(path: Path) -> RawRecord:
    """The ECG's channels in ``path`` at their own rate, in millivolts.

    Raises:
        SignalError: if the file is damaged, cut off or has gaps, or no channel is an ECG.
    """
    edfio = library("edfio", path)
    with path.open("rb") as file:
        head = file.read(HEADER)
    bdf = is_bdf(head)
    with reading("a BDF file" if bdf else "an EDF file", path):
        _check_size(head, path, 3 if bdf else 2)
        read = edfio.read_bdf if bdf else edfio.read_edf
        found = read(path, header_encoding="latin-1")  # some write their unit as µV
        if head[192:197] in (b"EDF+D", b"BDF+D") and not found.is_continuous:
            raise SignalError(
                f"expected one stretch of time in {path.name}; it has gaps (EDF+D). Cut it there."
            )
        return record_of([_channel(one) for one in found.signals], path, _notes(head, path))


def _check_size(head: bytes, path: Path, width: int) -> None:
    """Whether the file is as long as its header says, which a wrong header hardly is.

    Args:
        head: the file's header.
        path: of the file.
        width: bytes of a sample.

    Raises:
        SignalError: if it is not.
    """
    channels, start = int(head[252:256]), int(head[184:192])
    records, seconds, size = int(head[236:244]), float(head[244:252]), path.stat().st_size
    if not seconds > 0:
        raise SignalError(f"expected records of some time in {path.name}; it says {seconds:g} s")
    if channels < 1 or start != HEADER * (channels + 1) or start > size:
        raise SignalError(
            f"expected a header of {channels} channels in {path.name}; it says {start} bytes"
        )
    record = width * _samples_of_record(channels, path)
    held, rest = divmod(size - start, record)
    if rest or records not in (UNKNOWN, held):
        raise SignalError(
            f"expected {records} records of {record} bytes in {path.name}, as its header says; it "
            f"holds {(size - start) / record:.1f}. The file may be cut off or damaged."
        )


def _samples_of_record(channels: int, path: Path) -> int:
    with path.open("rb") as file:
        file.seek(HEADER + 216 * channels)
        samples = [int(file.read(8)) for _ in range(channels)]
    if min(samples) < 0 or not any(samples):
        raise SignalError(f"expected samples in every record of {path.name}; it says {samples}")
    return sum(samples)


def _channel(signal: Any) -> Channel:
    physical, digital = signal.physical_range, signal.digital_range
    counts = digital.max - digital.min
    step = (physical.max - physical.min) / counts if counts > 0 else 0.0  # which is refused
    zero = physical.min - digital.min * step
    unit, rate = signal.physical_dimension, signal.sampling_frequency
    return Channel(signal.label, signal.digital, rate, unit, step, zero)


def _notes(head: bytes, path: Path) -> list[str]:
    if int(head[236:244]) != UNKNOWN:
        return []
    return [f"{path.name} was not closed when it was written; the records that it holds are read"]
