"""AAMI: the five classes of heartbeats, and which of MIT-BIH's annotations belong to each.

Source: ANSI/AAMI EC57 (recommended practice for testing arrhythmia algorithms), as mapped by de
Chazal, O'Dwyer and Reilly (2004), Automatic Classification of Heartbeats Using ECG Morphology and
Heartbeat Interval Features, IEEE Trans. Biomed. Eng. 51(7), 1196-1206, Table II.
"""

from __future__ import annotations

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
