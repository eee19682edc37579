"""The published records: where they lie, their licence and classes, and the beats cut from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.wfdb_record import read_annotations, read_wfdb
from tf_data.mit_bih.beat_context import rr_intervals

CLASSES = ("N", "S", "V", "F", "Q")
"""Normal or bundle branch block, supraventricular, ventricular, fusion of V and N, unknown."""

SYMBOLS = {
    "N": "N",  # normal beat
    "L": "N",  # left bundle branch block
    "R": "N",  # right bundle branch block
    "e": "N",  # atrial escape
    "j": "N",  # nodal (junctional) escape
    "A": "S",  # atrial premature
    "a": "S",  # aberrated atrial premature
    "J": "S",  # nodal (junctional) premature
    "S": "S",  # supraventricular premature
    "V": "V",  # premature ventricular contraction
    "E": "V",  # ventricular escape
    "F": "F",  # fusion of ventricular and normal
    "/": "Q",  # paced
    "f": "Q",  # fusion of paced and normal
    "Q": "Q",  # unclassifiable
}
"""PhysioNet's symbol to class. All others, of rhythm, noise or flutter waves, are no beats."""


def aami_class(symbol: str) -> str | None:
    """The class of an annotation; None if it is no beat.

    Args:
        symbol: PhysioNet's, such as ``"N"`` or ``"/"``.

    Example:
        >>> aami_class("L"), aami_class("E"), aami_class("+")
        ('N', 'V', None)
    """
    return SYMBOLS.get(symbol)


# fmt: off
DS1 = (
    "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122",
    "124", "201", "203", "205", "207", "208", "209", "215", "220", "223", "230",
)
DS2 = (
    "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210",
    "212", "213", "214", "219", "221", "222", "228", "231", "232", "233", "234",
)
# fmt: on
PACED = ("102", "104", "107", "217")
"""Left out, as EC57 says of records with paced beats."""

PARTS = {"train": DS1, "test": DS2}

SAME_PATIENT = {"202": "201"}
"""Records of somebody who has another one; 202 was taken from the same tape as 201."""


def patient(record: str) -> str:
    """The patient of a record: its own name, or the first record of the same person.

    Record 201 is in DS1 and 202 in DS2, so the published split has one patient on both sides.

    Example:
        >>> patient("100"), patient("201"), patient("202")
        ('100', '201', '201')
    """
    return SAME_PATIENT.get(record, record)


RATE = 360  # Hz, of every record
BEFORE, AFTER = 144, 216  # samples of a window: 0.4 s before its annotation, 0.6 s from there on
SAMPLES = BEFORE + AFTER
CHANNELS = 2


@dataclass(frozen=True, eq=False)
class Beat:
    """A heartbeat.

    Attributes:
        record: name of its record.
        sample: where it is annotated in the record, near the R peak; sample 144 of ``signal``.
        label: AAMI class.
        leads: names of the two channels, in the record's order.
        signal: float32 ``[360, 2]`` in mV, a second at 360 Hz, not filtered.
        rr: float32 ``[5]`` in seconds, of :func:`~tf_data.mit_bih.beat_context.rr_intervals`.
    """

    record: str
    sample: int
    label: str
    leads: tuple[str, ...]
    signal: np.ndarray
    rr: np.ndarray


@dataclass(frozen=True, eq=False)
class RecordBeats:
    """The beats of a record.

    Attributes:
        beats: in order of time.
        cut_off: number of beats left out since their window leaves the record.
    """

    beats: list[Beat]
    cut_off: int


def read_beats(path: Path) -> RecordBeats:
    """Cuts a record into beats.

    Args:
        path: of a WFDB record with annotations in an ``.atr`` file, without its ending.

    Raises:
        FileNotFoundError: if a file is missing.
        SignalError: if a file is damaged, or the record has other than two leads at 360 Hz.
    """
    record = read_wfdb(path)
    if record.sampling_rate != RATE or record.signal.shape[1] != CHANNELS:
        raise SignalError(
            f"expected {CHANNELS} leads at {RATE} Hz in {path.name}; got {record.signal.shape[1]} "
            f"at {record.sampling_rate:g} Hz. Is it of the MIT-BIH Arrhythmia Database?"
        )
    signal = record.signal.astype(np.float32)
    marks = [(sample, aami_class(symbol)) for sample, symbol in read_annotations(path)]
    labelled = [(sample, label) for sample, label in marks if label is not None]
    intervals = rr_intervals([sample / RATE for sample, _ in labelled])
    beats = [
        Beat(path.name, sample, label, record.leads or (), window, rr)
        for (sample, label), rr in zip(labelled, intervals, strict=True)
        if (window := _window(signal, sample)) is not None
    ]
    return RecordBeats(beats, cut_off=len(labelled) - len(beats))


def _window(signal: np.ndarray, sample: int) -> np.ndarray | None:
    """The window around a sample; None where it leaves the record."""
    start = sample - BEFORE
    return signal[start : start + SAMPLES] if 0 <= start <= len(signal) - SAMPLES else None


SOURCE = {
    "licence": "ODC-By 1.0, https://opendatacommons.org/licenses/by/1-0/",
    "citation": (
        "George B. Moody and Roger G. Mark (2001), The impact of the MIT-BIH Arrhythmia Database, "
        "IEEE Engineering in Medicine and Biology Magazine 20(3):45-50; PhysioNet, version 1.0.0, "
        "doi:10.13026/C2F305. Cut into beats by ecgzoo."
    ),
}


HOMEPAGE = "https://doi.org/10.13026/C2F305"
ZIP = "https://physionet.org/static/published-projects/mitdb/mit-bih-arrhythmia-database-1.0.0.zip"
ENDINGS = (".hea", ".dat", ".atr")
REMEDY = f"Unpack {ZIP} there; it holds a .hea, a .dat and an .atr file per record."


def find_records(folder: Path, records: Sequence[str]) -> list[Path]:
    """Paths of the records, without endings, in the order asked for.

    Args:
        folder: searched at any depth for the folder that holds the first record.
        records: names, such as ``"100"``.

    Raises:
        FileNotFoundError: if there is no such folder or a file is missing.

    Example:
        >>> find_records(Path("no/such/folder"), ["100"])
        Traceback (most recent call last):
        ...
        FileNotFoundError: no folder no/such/folder. Unpack ...
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}. {REMEDY}")
    header = next(iter(sorted(folder.rglob(f"{records[0]}.hea"))), None)
    root = header.parent if header else folder
    paths = [root / record for record in records]
    missing = [
        name
        for path in paths
        for name in (path.name + ending for ending in ENDINGS)
        if not (root / name).is_file()
    ]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise FileNotFoundError(
            f"expected the {len(records)} records of the MIT-BIH Arrhythmia Database in {folder}; "
            f"{', '.join(missing[:3])}{more} missing. {REMEDY}"
        )
    return paths
