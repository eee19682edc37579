"""The published records of the challenge of 2017, with one of four labels each."""

import csv
from functools import partial as unread
from pathlib import Path

from tf_data.cards import read_card
from tf_data.published_files import find_file, those_there
from tf_data.recording import UnreadRecordings, read_wfdb_recording

CARD = read_card(Path(__file__).parent)
LABELS, RECORDS = "REFERENCE-v3.csv", "training2017"
LEAD = ("I",)  # the header calls it "ECG"; the device is held in both hands


def recordings(folder: Path, partial: bool = False) -> UnreadRecordings:
    """The records at 300 Hz; no patients are known.

    Args:
        folder: holds ``REFERENCE-v3.csv``, and the records beside it or in ``training2017`` there.
        partial: whether to take those that are there where not all are.

    Raises:
        DatasetNotFoundError: if the table or a record is missing.
        SignalError: if a record is damaged.
    """
    table = find_file(folder, LABELS, CARD)
    inner = table.parent / RECORDS
    root = inner if inner.is_dir() else table.parent
    with table.open(newline="", encoding="utf-8-sig") as stream:
        rows = [(name, label) for name, label in csv.reader(stream)]

    def header(row: tuple[str, str]) -> Path:
        return root / f"{row[0]}.hea"

    return UnreadRecordings(
        unread(read_wfdb_recording, header(row), LEAD, leads=LEAD, labels={"rhythm": (row[1],)})
        for row in those_there(rows, header, CARD, folder, partial)
    )
