"""Examples on disk: drawn once from records, then learned from many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataError
from ecgzoo.files.atomic import write_atomically
from ecgzoo.pages.sheets.example import Example, make_example
from ecgzoo.pages.sheets.sheet import TWELVE
from tf_data.records import read_record

SECONDS = 10.0  # of a record that a sheet shows
HELD_OUT = 12  # one record in so many tells how well is read what was not learned from


def draw_examples(
    records: Sequence[Path], folder: Path, count: int, seed: int = 0
) -> Iterator[Path]:
    """Draws examples that are not there yet.

    Args:
        records: twelve-lead records of ten seconds or more, in any format; used in turn.
        folder: where the examples are kept.
        count: of examples.
        seed: of how they are drawn.

    Yields:
        The file of each, as soon as it is there: ``learn...npz``, or ``check...npz`` of the records
        that are held out.

    Raises:
        DataError: if there are no records.
        SignalError: if a record lacks a lead.
    """
    if not records:
        raise DataError("expected records of twelve leads to draw sheets from; found none")
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        place = number % len(records)
        file = folder / f"{'check' if place % HELD_OUT == 0 else 'learn'}{number:05}.npz"
        if not file.exists():
            signal, info = read_record(records[place], leads=TWELVE)
            shown = signal[: round(SECONDS * info.sampling_rate)]
            _write(make_example(np.nan_to_num(shown), info.sampling_rate, [number, seed]), file)
        yield file


def _write(example: Example, file: Path) -> None:
    arrays = {name: getattr(example, name) for name in ("plane", "kinds", "traces", "baselines")}

    def save(draft: Path) -> None:
        with draft.open("wb") as stream:
            np.savez(stream, **arrays)

    write_atomically(file, save)
