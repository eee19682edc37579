"""The published records of the challenge of 2021, with the scored classes of their SNOMED codes."""

from collections.abc import Iterable
from functools import partial as unread
from pathlib import Path

from ecgzoo.errors import DatasetNotFoundError
from tf_data.cards import read_card
from tf_data.formats.wfdb_record import read_digital
from tf_data.label_sets import Classes
from tf_data.published_files import how_to_get, those_there
from tf_data.recording import Recording, UnreadRecordings, digital_recording

CARD = read_card(Path(__file__).parent)
CODES = {
    "164889003": "AF",
    "164890007": "AFL",
    "6374002": "BBB",
    "426627000": "Brady",
    "733534002": "LBBB",
    "164909002": "LBBB",
    "713427006": "RBBB",
    "59118001": "RBBB",
    "270492004": "IAVB",
    "713426002": "IRBBB",
    "39732003": "LAD",
    "445118002": "LAnFB",
    "164947007": "LPR",
    "251146004": "LQRSV",
    "111975006": "LQT",
    "698252002": "NSIVCB",
    "426783006": "NSR",
    "284470004": "PAC",
    "63593006": "PAC",
    "10370003": "PR",
    "365413008": "PRWP",
    "427172004": "PVC",
    "17338001": "PVC",
    "164917005": "QAb",
    "47665007": "RAD",
    "427393009": "SA",
    "426177001": "SB",
    "427084000": "STach",
    "164934002": "TAb",
    "59931005": "TInv",
}
"""SNOMED CT code to scored class, with the challenge's abbreviations (physionetchallenges/
evaluation-2021, dx_mapping_scored.csv). Four pairs of codes are scored as one: complete and other
bundle branch blocks of a side; atrial and supraventricular, and both kinds of ventricular premature
beats, which are called LBBB, RBBB, PAC and PVC here."""


def scored(codes: Iterable[str]) -> Classes:
    """The scored classes of a record's codes, each once.

    Example:
        >>> scored(["164889003", "59118001", "713427006", "429622005"])
        ('AF', 'RBBB')
    """
    return tuple(dict.fromkeys(CODES[code] for code in codes if code in CODES))


def recordings(folder: Path, partial: bool = False) -> UnreadRecordings:
    """The records, most at 500 Hz; no patients are known.

    Args:
        folder: holds the ``.hea`` and ``.mat`` files, at any depth.
        partial: whether to take those that are there where not all are.

    Raises:
        DatasetNotFoundError: if a record is missing.
        SignalError: if a record is damaged.
    """
    if not folder.is_dir():
        raise DatasetNotFoundError(f"no folder {folder}. {how_to_get(CARD)}")
    headers = sorted(folder.rglob("*.hea"), key=lambda path: path.name)
    there = those_there(headers, lambda path: path.with_suffix(".mat"), CARD, folder, partial)
    return UnreadRecordings(unread(_recording, path) for path in there)


def _recording(path: Path) -> Recording:
    record = read_digital(path)
    labels = {"scored": scored(_codes(record.comments))}
    return digital_recording(record, CARD.leads, name=path.stem, labels=labels)


def _codes(comments: Iterable[str]) -> list[str]:
    """The SNOMED codes in a header's line ``Dx: 1,2``."""
    said = (line.partition(":")[2] for line in comments if line.strip().startswith("Dx"))
    return [code.strip() for line in said for code in line.split(",")]
