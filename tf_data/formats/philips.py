"""Philips XML, by the package ecgdatakit, after a look at how much its leads unfold to."""

import base64
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.libraries import reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.vendors import leads_of, parsed
from tf_data.formats.xml import xml_tree

KIND = "a Philips XML 1.03 or 1.04"
MOST = 2**23  # bytes of unfolded leads: twelve of ten minutes at 500 Hz
LARGEST = 1022  # code of LZW in ten bits


def read_philips(path: Path) -> RawRecord:
    """The leads of a Philips XML, compressed or not, in millivolts.

    Raises:
        SignalError: if the file is damaged, of another version, or its leads unfold without end.
    """
    with reading(KIND, path):
        leads = xml_tree(path).find(".//parsedwaveforms")
        if leads is not None and {"compression", "compressmethod"} & set(leads.keys()):
            _check_length(base64.b64decode(leads.text or ""), path)
    record, notes = parsed("sierra_xml:SierraXMLParser", KIND, path)
    return leads_of(record, path, notes)


def _check_length(content: bytes, path: Path) -> None:
    """Raises SignalError where compressed leads unfold to more than any ECG at rest has."""
    total = place = 0
    while place < len(content) and total <= MOST:
        start, size = place + 8, int.from_bytes(content[place : place + 4], "little")
        total += _unfolded(content[start : start + size])
        place = start + size
    if total > MOST:
        raise SignalError(
            f"expected at most {MOST:,} bytes of leads in {path.name}; they unfold to more. The "
            "file is damaged, or made to exhaust memory."
        )


def _unfolded(lead: bytes) -> int:
    """How many bytes a lead unfolds to, counted up to where it is too many."""
    bits = np.unpackbits(np.frombuffer(lead, np.uint8))
    codes = bits[: len(bits) // 10 * 10].reshape(-1, 10) @ (1 << np.arange(9, -1, -1))
    lengths, new, last, total = dict.fromkeys(range(256), 1), 256, 0, 0
    for code in codes.tolist():
        if code > LARGEST or total > MOST:
            break
        length = lengths.setdefault(code, last + 1)
        if last and new <= LARGEST:
            lengths[new] = last + 1
            new += 1
        total, last = total + length, length
    return total
