"""The published records of PTB-XL, with their statements in six label sets.

Which statements a label set has, and which superclass or subclass a diagnostic one is of, is read
in the published ``scp_statements.csv``. As in the published benchmark
(helme/ecg_ptbxl_benchmarking, ``compute_label_aggregations`` and ``select_data``), a statement
counts at any likelihood, 0 included, which is also what an unknown likelihood is written as; and a
record of no class of a label set is not of it.
"""

import ast
import csv
from collections.abc import Mapping
from functools import partial as unread
from pathlib import Path

from tf_data.cards import read_card
from tf_data.label_sets import Classes
from tf_data.published_files import find_file, those_there
from tf_data.recording import UnreadRecordings, read_wfdb_recording

CARD = read_card(Path(__file__).parent)
PARTS = {9: "validation", 10: "test"}  # of strat_fold; the others train
NO_PATIENT = {2506, 5817, 7782, 11817, 13796}  # withdrawn by version 1.0.3: nobody's
SECOND = {138, 144, 463, 457, 460, 9823}  # the same recordings as 137, 143, 145, 456, 459, 461

Row = dict[str, str]


def recordings(folder: Path, partial: bool = False) -> UnreadRecordings:
    """The records at 500 Hz, but for those withdrawn and the second of each pair of copies.

    Args:
        folder: holds ``ptbxl_database.csv``, at any depth.
        partial: whether to take those that are there where not all are.

    Raises:
        DatasetNotFoundError: if the table or a record is missing.
        SignalError: if a record is damaged.
    """
    table = find_file(folder, "ptbxl_database.csv", CARD)
    sets = _sets(_rows(find_file(folder, "scp_statements.csv", CARD)))

    def header(row: Row) -> Path:
        return table.parent / (row["filename_hr"] + ".hea")

    return UnreadRecordings(
        unread(
            read_wfdb_recording,
            header(row),
            CARD.leads,
            name=f"{int(row['ecg_id']):05d}",
            group=str(int(float(row["patient_id"]))),
            part=PARTS.get(int(row["strat_fold"]), "train"),
            labels=_labels(ast.literal_eval(row["scp_codes"]), sets),
        )
        for row in those_there(_rows(table), header, CARD, folder, partial)
        if not left_out(row)
    )


def left_out(row: Mapping[str, str]) -> bool:
    """Whether a line of the table is of no known patient, or of a recording that is there already.

    Example:
        >>> left_out({"ecg_id": "138", "patient_id": "7.0"})
        True
    """
    return not row["patient_id"] or int(row["ecg_id"]) in NO_PATIENT | SECOND


def _rows(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def _sets(statements: list[Row]) -> dict[str, dict[str, str]]:
    """By label set: the class of each of its statements."""
    names = {row[""]: row for row in statements}
    diagnostic = {name: row for name, row in names.items() if row["diagnostic"]}
    return {
        "superclass": {name: row["diagnostic_class"] for name, row in diagnostic.items()},
        "subclass": {name: row["diagnostic_subclass"] for name, row in diagnostic.items()},
        "diagnostic": {name: name for name in diagnostic},
        "form": {name: name for name, row in names.items() if row["form"]},
        "rhythm": {name: name for name, row in names.items() if row["rhythm"]},
        "all": {name: name for name in names},
    }


def _labels(codes: Mapping[str, float], sets: dict[str, dict[str, str]]) -> dict[str, Classes]:
    return {
        name: tuple(dict.fromkeys(classes[code] for code in codes if code in classes))
        for name, classes in sets.items()
    }
