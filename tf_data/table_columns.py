"""Columns of a table that are known by name: the record, its labels, its patient, its part."""

from __future__ import annotations

import re
from collections.abc import Sequence

RECORD, GROUP, SPLIT = "record", "group", "split"
LABEL, LABELS = "label", "labels"
PATIENTS = (
    *("patient_id", "patient", "patient_no", "patient_number"),
    *("subject_id", "subject", "subject_no", "participant_id", "participant", "person_id"),
    *("pid", "mrn", GROUP),
)
"""What the column of patients may be called, the surest first: groups may be cases and controls."""


def plain(name: str) -> str:
    """A name without what people write differently: case, blanks, ``_``, ``-`` and points.

    Example:
        >>> plain("Patient ID"), plain("patient_id"), plain("PatientID")
        ('patientid', 'patientid', 'patientid')
    """
    return re.sub(r"[\s_.-]+", "", name).lower()


_KNOWN = {plain(name): name for name in (RECORD, LABEL, LABELS, SPLIT, *PATIENTS)}


def known_as(name: str) -> str:
    """The name by which a column is known here; another column keeps its own.

    Example:
        >>> known_as(" PatientID "), known_as("Record"), known_as("AF")
        ('patient_id', 'record', 'AF')
    """
    return _KNOWN.get(plain(name), name.strip())


def is_known(name: str) -> bool:
    """Whether a table of labels has such a column.

    Example:
        >>> is_known("Record"), is_known("AF")
        (True, False)
    """
    return plain(name) in _KNOWN


def patient_column(columns: Sequence[str]) -> str | None:
    """The column that tells the patient best; None where none does.

    Example:
        >>> patient_column(["record", "group", "patient_id"])
        'patient_id'
    """
    return next((one for one in PATIENTS if one in columns), None)


def is_index(name: str) -> bool:
    """Whether a column counts lines, as pandas writes it: without a name, or ``Unnamed: 0``.

    Example:
        >>> is_index(""), is_index("Unnamed: 0"), is_index("AF")
        (True, True, False)
    """
    return re.fullmatch(r"(unnamed: ?\d+|index|#)?", name.strip().lower()) is not None
