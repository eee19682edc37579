"""Signs: what a file of a format begins with."""

import re
import struct

DICOM_DIRECTORY = b"1.2.840.10008.1.3.10"  # an index of other files, that holds no signal


def is_dicom(head: bytes) -> bool:
    """A DICOM file; its name has no ending as a rule."""
    return head[128:132] == b"DICM" and DICOM_DIRECTORY not in head


def is_edf(head: bytes) -> bool:
    """EDF or EDF+; both begin with a version, 0."""
    return head[:8] == b"0       "


def is_bdf(head: bytes) -> bool:
    """BDF: EDF of 24 bits."""
    return head[:8] == b"\xffBIOSEMI"


def is_ishne(head: bytes) -> bool:
    """An ISHNE Holter."""
    return head[:8] == b"ISHNE1.0"


def is_scp(head: bytes) -> bool:
    """An SCP-ECG: its section 0 lists itself, at byte 7, first."""
    if len(head) < 32:
        return False
    section, length = struct.unpack_from("<HI", head, 8)
    first, _, place = struct.unpack_from("<HII", head, 22)
    return (section, first, place) == (0, 0, 7) and length >= 26 and (length - 16) % 10 == 0


def is_mat(head: bytes) -> bool:
    """A MATLAB file: 5 and 7.3 say so; 4, which PhysioNet's challenges have, has numbers."""
    if head[:7] == b"MATLAB ":
        return True
    if len(head) < 22:
        return False
    kind, rows, columns, imaginary, length = struct.unpack_from("<5i", head)
    name = head[20 : 20 + length] if 1 < length <= 64 else b""
    numbers = kind in range(0, 60, 10) and rows > 0 and columns > 0 and imaginary == 0
    return numbers and name[-1:] == b"\0" and name[:-1].replace(b"_", b"").isalnum()


def is_parquet(head: bytes) -> bool:
    """A Parquet table."""
    return head[:4] == b"PAR1"


def xml_root(head: bytes) -> str:
    r"""The name of an XML file's first element, without its namespace; empty if it is no XML.

    Example:
        >>> xml_root(b'<?xml version="1.0"?>\n<!-- of 2004 --><hl7:AnnotatedECG xmlns:hl7="x">')
        'AnnotatedECG'
    """
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = head.decode("utf-16" if wide else "utf-8-sig", errors="ignore").lstrip()
    if not text.startswith("<"):
        return ""
    found = re.search(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)", _COMMENT.sub("", text))
    return found[1] if found else ""


_COMMENT = re.compile(r"<!--.*?-->", re.S)

_PAGE = "an image. `ecgzoo predict` reads printed pages, of a model that was trained on such."
_OTHERS = (
    (b"\x89PNG", _PAGE),
    (b"\xff\xd8\xff", _PAGE),
    (b"GIF8", _PAGE),
    (b"II*\0", _PAGE),
    (b"MM\0*", _PAGE),
    (b"%PDF", "a PDF. Save its page as an image, or get the record that it was printed from."),
    (b"PK\3\4", "a zip archive or an Excel workbook. Unpack it, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or Word file. Save the sheet as CSV."),
    (b"\x1f\x8b", "compressed by gzip. Unpack it."),
    (b"\x89HDF", "HDF5, in which anything may lie. Read it with h5py and pass the array."),
)


def other_kind(head: bytes) -> str:
    r"""What a file is that holds no record, and what to do about it; empty if nobody knows.

    Example:
        >>> other_kind(b"\x1f\x8b\x08")
        'compressed by gzip. Unpack it.'
    """
    return next((said for sign, said in _OTHERS if head.startswith(sign)), "")
