"""What may be wrong with a file of each format: edits of a sound one, by name."""

import base64
import re
import struct
from collections.abc import Callable
from io import BytesIO

from scp_ecgs import sealed
from xli import lzw

Fault = Callable[[bytes], bytes]

BOMB = "".join(
    ['<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">']
    + [
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    + ["]>"]
)
"""Entities that unfold to a gigabyte."""


DOCTYPE = '<!DOCTYPE RestingECG SYSTEM "restecg.dtd">'  # of which there is only one


def swapped(old: str | bytes, new: str | bytes, encoding: str = "latin-1") -> Fault:
    """All of one for another."""
    before, after = (one.encode(encoding) if isinstance(one, str) else one for one in (old, new))

    def edit(content: bytes) -> bytes:
        assert before in content, f"{old!r} is not in the file"
        return content.replace(before, after)

    return edit


def put(place: int, new: bytes) -> Fault:
    """Bytes at a place."""
    return lambda content: content[:place] + new + content[place + len(new) :]


def kept(share: float) -> Fault:
    """The beginning of a file that was cut off."""
    return lambda content: content[: round(len(content) * share)]


def bomb(before: str, encoding: str = "latin-1") -> Fault:
    """Entities before the first element."""
    return swapped(before, BOMB + before.replace(DOCTYPE, ""), encoding)


def _parquet(columns: dict[str, list[object]], said: dict[str, str]) -> Fault:
    import pyarrow
    from pyarrow.parquet import write_table

    file = BytesIO()
    write_table(pyarrow.table(columns).replace_schema_metadata(said), file)
    return lambda _: file.getvalue()


def _mat(**held: object) -> Fault:
    from scipy.io import savemat

    file = BytesIO()
    savemat(file, held)
    return lambda _: file.getvalue()


def _unfolding(content: bytes) -> bytes:
    """A lead of 10 MB of zeros instead of those of a Philips XML."""
    lead = lzw(bytes(10_000_000))
    leads = base64.b64encode(len(lead).to_bytes(4, "little") + bytes(4) + lead).decode()
    text = content.decode("utf-16")
    return re.sub(r"(?<=>)[^<>]*(?=</parsedwaveforms>)", leads, text).encode("utf-16")


EDF_RECORDS, EDF_DURATION, EDF_WIDTH = 236, 244, 252
CHANNELS = 15  # of the EDF that is written
HUGE = (2**31 - 1).to_bytes(4, "little")
_FIELDS = 256 + CHANNELS * (16 + 80 + 8)  # where an EDF's ranges begin
_EMPTY: Fault = lambda _: b""  # noqa: E731

FAULTS: dict[str, dict[str, Fault]] = {
    "DICOM": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "claims 2^31 samples": swapped(
            b"\x3a\x00\x10\x00UL\x04\x00\xdc\x05\x00\x00", b"\x3a\x00\x10\x00UL\x04\x00" + HUGE
        ),
        "pascals": swapped("uV", "Pa"),
        "0 Hz": swapped("DS\x04\x00500 ", "DS\x04\x000   "),
        "0 uV per step": swapped("DS\x04\x002.5 ", "DS\x04\x000.0 "),
        "average beats alone": swapped("ORIGINAL", "DERIVED "),
        "no waveform": swapped(b"\x00\x54\x00\x01SQ", b"\x01\x54\x00\x01SQ"),
        "big-endian": swapped("1.2.840.10008.1.2.1\0", "1.2.840.10008.1.2.2\0"),
    },
    "EDF": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "claims 99,999,999 records": put(EDF_RECORDS, b"99999999"),
        "claims 9,999 channels": put(EDF_WIDTH, b"9999"),
        "pascals": swapped("uV      ", "Pa      "),
        "records of 0 s": put(EDF_DURATION, b"0       "),
        "counts of no range": put(_FIELDS + 24 * CHANNELS + 8, b"-32000  "),
        "a range of nothing": put(_FIELDS + 8 * CHANNELS + 8, b"-160000 "),
        "no numbers": put(EDF_RECORDS, b"many    "),
    },
    "BDF": {"empty": _EMPTY, "cut in half": kept(0.5), "pascals": swapped("uV      ", "Pa      ")},
    "ISHNE": {
        "empty": _EMPTY,
        "cut in the middle of a sample": lambda content: content[:-1],
        "another header than its checksum": put(272, b"\xe8\x03"),
        "0 Hz": lambda content: put(8, b"\0\0")(put(272, b"\0\0")(content)),
        "13 leads": lambda content: put(8, b"\0\0")(put(156, b"\x0d\0")(content)),
        "no resolution": lambda content: put(8, b"\0\0")(put(206, bytes(24))(content)),
    },
    "HL7 aECG": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "an entity bomb": bomb("<AnnotatedECG"),
        "millimetres of mercury": swapped('unit="uV"', 'unit="mm[Hg]"'),
        "0 s between samples": swapped('increment value="0.002"', 'increment value="0"'),
        "words for digits": swapped("<digits>", "<digits>none "),
        "no rhythm": swapped("series>", "other>"),
    },
    "GE MUSE XML": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "an entity bomb": bomb(DOCTYPE),
        "another checksum": swapped("<LeadDataCRC32>", "<LeadDataCRC32>1"),
        "pascals": swapped("MICROVOLTS", "PASCALS"),
        "0 Hz": swapped("<SampleBase>500", "<SampleBase>0"),
        "median beats alone": swapped("Rhythm", "Median"),
        "no base64": swapped("<WaveFormData>", "<WaveFormData>!!"),
    },
    "Philips XML 1.04": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "an entity bomb": bomb("<restingecgdata", "utf-16-le"),
        "version 1.05": swapped("1.04", "1.05", "utf-16-le"),
        "no resolution": swapped("resolution>5<", "resolution><", "utf-16-le"),
        "0 Hz": swapped("samplingrate>500", "samplingrate>0", "utf-16-le"),
        "claims an hour": swapped('channel="3000"', 'channel="3600000"', "utf-16-le"),
        "leads that unfold to 10 MB": _unfolding,
    },
    "Schiller XML": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "an entity bomb": bomb("<examdescript"),
        "average beats alone": swapped("ECG_RHYTHMS", "ECG_AVERAGES"),
        "pascals": swapped("<units>UV", "<units>PA"),
        "no rate": swapped("<value>500</value>", ""),
        "an exponent": swapped("<exponent>1<", "<exponent>3<"),
        "words for samples": swapped("<data>", "<data>none,"),
    },
    "SCP-ECG": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "a sample changed": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "claims 2^31 samples": lambda content: sealed(
            swapped(struct.pack("<IIB", 1, 1500, 1), struct.pack("<IIB", 1, 2**31 - 1, 1))(content)
        ),
        "0 us between samples": lambda content: sealed(
            swapped(struct.pack("<HHBB", 5000, 2000, 2, 0), struct.pack("<HHBB", 5000, 0, 2, 0))(
                content
            )
        ),
        "0 nV per step": lambda content: sealed(
            swapped(struct.pack("<HHBB", 5000, 2000, 2, 0), struct.pack("<HHBB", 0, 2000, 2, 0))(
                content
            )
        ),
    },
    "Parquet": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "words": _parquet({"I": ["a", "b"]}, {}),
        "pascals": _parquet({"I": [0.1, 0.2]}, {"unit": "Pa"}),
        "a rate in words": _parquet({"I": [0.1, 0.2]}, {"sampling_rate": "fast"}),
        "a rate below 0": _parquet({"I": [0.1, 0.2]}, {"sampling_rate": "-5"}),
        "a rate that is no number": _parquet({"I": [0.1, 0.2]}, {"sampling_rate": "nan"}),
        "lists": _parquet({"I": [0.1], "x": [[1, 2, 3]]}, {}),
        "no columns": _parquet({}, {}),
    },
    "MATLAB 4": {
        "empty": _EMPTY,
        "cut in half": kept(0.5),
        "claims 10 GB": put(4, struct.pack("<2i", 100_000, 12_500)),
        "two matrices": _mat(one=[[1.0, 2.0]], two=[[1.0, 2.0]]),
        "words": _mat(val="none"),
    },
}
"""By format; its writer is the one of the same name."""
