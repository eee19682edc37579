"""The published heart sounds: wav files of one channel, normal or abnormal."""

import csv
from functools import partial as unread
from pathlib import Path

from tf_data.cards import read_card
from tf_data.formats.wav import read_wav
from tf_data.published_files import find_file, those_there
from tf_data.recording import Recording, UnreadRecordings

CARD = read_card(Path(__file__).parent)
LABELS = {"-1": "Normal", "1": "Abnormal"}
STEP = 1 / 2**15  # of 16 bits, so that the loudest sound there can be is 1


def recordings(folder: Path, partial: bool = False) -> UnreadRecordings:
    """The recordings at 2 kHz, in shares of full scale; no patients are known.

    Args:
        folder: ``training-b``, or one that holds it: with ``REFERENCE.csv`` beside the wav files.
        partial: whether to take those that are there where not all are.

    Raises:
        DatasetNotFoundError: if the table or a record is missing.
        SignalError: if a record is damaged.
    """
    inner = folder / "training-b"
    table = find_file(inner if inner.is_dir() else folder, "REFERENCE.csv", CARD)
    with table.open(newline="", encoding="utf-8-sig") as stream:
        rows = [(row[0], row[1].strip()) for row in csv.reader(stream) if row]

    def sound(row: tuple[str, str]) -> Path:
        return table.parent / f"{row[0]}.wav"

    return UnreadRecordings(
        unread(_recording, sound(row), LABELS[row[1]])
        for row in those_there(rows, sound, CARD, folder, partial)
    )


def _recording(path: Path, label: str) -> Recording:
    counts, rate = read_wav(path)
    labels = {"heart": (label,)}
    return Recording(path.stem, counts * STEP, rate, CARD.leads, labels, resolution=STEP)
