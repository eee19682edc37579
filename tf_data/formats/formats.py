"""Formats: which one a file is of, known by its content, and what it holds."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.errors import SignalError
from tf_data.formats import signs
from tf_data.formats.libraries import one_line
from tf_data.formats.raw_record import RawRecord, check_rate

HEAD = 4096  # bytes that a format is known by
LONGEST_SENTENCE = 800  # characters


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes:
        name: as people call it.
        endings: of its files' names, as they usually are; a file of another name is known too.
        reader: ``"module:function"`` that takes a path and gives a RawRecord; imported when needed.
        known: whether a file of this beginning is of the format, by a sign of its own. A format
            without one is known by its endings.
    """

    name: str
    endings: tuple[str, ...]
    reader: str
    known: Callable[[bytes], bool]

    def read(self, path: Path) -> RawRecord:
        """What a file of the format holds; raises SignalError, in a line, if it is broken."""
        module, function = self.reader.split(":")
        try:
            found: RawRecord = getattr(importlib.import_module(module), function)(path)
            check_rate(found.sampling_rate, path.name)
        except SignalError as error:  # may quote names of the file's, which may be anything
            line = one_line(str(error), LONGEST_SENTENCE)
            if line == str(error):
                raise
            raise SignalError(line) from error.__cause__
        return found


def _xml(root: str) -> Callable[[bytes], bool]:
    """The sign of an XML format: its first element."""
    return lambda head: signs.xml_root(head) == root


_HERE = "tf_data.formats"
FORMATS = (
    Format("NumPy", (".npy",), f"{_HERE}.npy:read_numpy", lambda h: h[:6] == b"\x93NUMPY"),
    Format("CSV", (".csv",), f"{_HERE}.delimited:read_csv", lambda _: False),
    Format("DICOM", (".dcm",), f"{_HERE}.dicom:read_dicom", signs.is_dicom),
    Format("EDF", (".edf",), f"{_HERE}.edf:read_edf", signs.is_edf),
    Format("BDF", (".bdf",), f"{_HERE}.edf:read_edf", signs.is_bdf),
    Format("ISHNE", (".ecg",), f"{_HERE}.vendors:read_ishne", signs.is_ishne),
    Format("HL7 aECG", (".xml",), f"{_HERE}.vendors:read_aecg", _xml("AnnotatedECG")),
    Format("GE MUSE XML", (".xml",), f"{_HERE}.vendors:read_muse", _xml("RestingECG")),
    Format("Philips XML", (".xml",), f"{_HERE}.philips:read_philips", _xml("restingecgdata")),
    Format("Schiller XML", (".xml",), f"{_HERE}.schiller:read_schiller", _xml("examdescript")),
    Format("SCP-ECG", (".scp",), f"{_HERE}.vendors:read_scp", signs.is_scp),
    Format("Parquet", (".parquet",), f"{_HERE}.parquet:read_parquet", signs.is_parquet),
    Format("MATLAB", (".mat",), f"{_HERE}.mat:read_mat", signs.is_mat),
)
"""A record of one file; the first that knows its beginning reads it."""

WFDB = Format("WFDB", (".hea", ".dat"), "tf_data.formats.wfdb_record:read_wfdb", lambda _: False)
"""A record of several files: known by its header, which lies beside the others."""

ENDINGS = tuple(dict.fromkeys((".hea", *(end for one in FORMATS for end in one.endings), ".dat")))
"""What a record's file may end in, in the order in which they are looked for."""


def format_of(path: Path) -> Format:
    r"""The format of a record.

    Raises:
        FileNotFoundError: if there is no such file and no such WFDB record.
        SignalError: if it is of no format that is read.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "beat.txt")
        >>> _ = file.write_text("I,II\n0.1,0.2\n")
        >>> format_of(file).name
        'CSV'
    """
    if _is_wfdb(path):
        return WFDB
    if not path.is_file():
        if path.is_dir():
            raise FileNotFoundError(f"expected one record; {path} is a folder. Name a file in it.")
        if path.exists():
            raise SignalError(f"expected a file; {path} is none: a pipe, a socket or a device.")
        raise FileNotFoundError(f"no record {path}. Check the path.")
    head = _head(path)
    found = next((one for one in FORMATS if one.known(head)), None) or _by_ending(path)
    if found is None and not head:
        raise SignalError(
            f"expected a record in {path.name}; it is empty. Copy or export it again."
        )
    if found is None and (other := signs.other_kind(head)):
        raise SignalError(f"expected a record in {path.name}; it is {other}")
    if found is None and _is_text(head):
        found = next(one for one in FORMATS if one.name == "CSV")
    if found is None:
        names = ", ".join(one.name for one in (*FORMATS, WFDB))
        raise SignalError(
            f"expected a record ({names}); {path.name} is none of these. "
            "Convert it, or pass the array to the model yourself."
        )
    return found


def _head(path: Path) -> bytes:
    """What a file begins with."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except PermissionError:
        raise
    except OSError as error:
        raise SignalError(f"{path} cannot be read: {error.strerror}. Copy it again.") from error


def _by_ending(path: Path) -> Format | None:
    """A damaged file's format, whose reader says what is wrong; None if it may be several."""
    found = [one for one in FORMATS if path.suffix.lower() in one.endings]
    return found[0] if len(found) == 1 else None


def _is_text(head: bytes) -> bool:
    """Whether it is text that may be a table."""
    return bool(head.strip()) and b"\0" not in head and not head.lstrip().startswith(b"<")


def _is_wfdb(path: Path) -> bool:
    if path.suffix.lower() in WFDB.endings or _is_samples(path):
        return True
    return has_header(path) and not path.is_file()


def has_header(path: Path) -> bool:
    """Whether a path is that of a WFDB record without its ending.

    Example:
        >>> has_header(Path("."))
        False
    """
    return bool(path.name) and path.with_name(path.name + ".hea").exists()


def _is_samples(path: Path) -> bool:
    """Whether it is a .mat file of a WFDB record, as PhysioNet's challenges have them."""
    return path.suffix.lower() == ".mat" and path.with_suffix(".hea").exists()


def read_raw(path: Path) -> RawRecord:
    """A recording as it is in its file, not checked.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if the file is broken or of another kind.
    """
    return format_of(path).read(path)


def records_in(folder: Path) -> Iterator[Path]:
    """The records of a folder by name, each once: WFDB records as their headers.

    Files of no known content and name are passed over, and hidden ones: macOS leaves such beside
    others.
    """
    for path in sorted(folder.iterdir()):
        seen = path.is_file() and not path.name.startswith(".")
        if seen and path.suffix.lower() != ".dat" and _is_record(path):
            yield path


def _is_record(path: Path) -> bool:
    """By its ending, where that says enough; else by its content: DICOM files have no ending."""
    if path.suffix.lower() in ENDINGS and path.suffix.lower() != ".xml":
        return not _is_samples(path)
    head = _head(path)
    return any(one.known(head) for one in FORMATS)
