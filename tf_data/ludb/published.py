"""The published records of LUDB, with rhythm and electric axis.

Their headers give every lead a gain of its own, which breaks Einthoven's law; the digital values,
taken as microvolts, obey it exactly in all records.
"""

import csv
from functools import partial as unread
from pathlib import Path

from tf_data.cards import read_card
from tf_data.label_sets import Classes
from tf_data.published_files import find_file, those_there
from tf_data.recording import UnreadRecordings, read_wfdb_recording

CARD = read_card(Path(__file__).parent)
RHYTHM, AXIS = "Rhythms", "Electric axis of the heart"
GAIN = 1000  # steps per mV of every lead, whatever the headers say

Row = dict[str, str]


def recordings(folder: Path, partial: bool = False) -> UnreadRecordings:
    """The records at 500 Hz; each is of another person.

    Args:
        folder: holds ``ludb.csv``, at any depth, and ``data`` beside it.
        partial: whether to take those that are there where not all are.

    Raises:
        DatasetNotFoundError: if the table or a record is missing.
        SignalError: if a record is damaged.
    """
    table = find_file(folder, "ludb.csv", CARD)
    with table.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))

    def header(row: Row) -> Path:
        return table.parent / "data" / f"{row['ID'].strip()}.hea"

    return UnreadRecordings(
        unread(
            read_wfdb_recording,
            header(row),
            CARD.leads,
            gain=GAIN,
            name=f"{int(row['ID']):03d}",
            labels={"rhythm": rhythm(row[RHYTHM]), "axis": _axis(row[AXIS])},
        )
        for row in those_there(rows, header, CARD, folder, partial)
    )


def rhythm(cell: str) -> Classes:
    r"""The rhythm in a cell of one or two lines, the second of which says what comes with it.

    Example:
        >>> rhythm("Atrial flutter, typical"), rhythm("Sinus rhythm\nWandering atrial pacemaker")
        (('Atrial flutter',), ('Sinus rhythm',))
    """
    lines = [line.strip().partition(",")[0] for line in cell.splitlines()]
    return tuple(line for line in lines if line)[:1]


def _axis(cell: str) -> Classes:
    """What follows the colon; nothing where the axis is not stated."""
    said = cell.partition(":")[2].strip()
    return (said,) if said else ()
