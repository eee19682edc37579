"""de Chazal's split: which records train, which test, and who they are of.

Source: de Chazal, O'Dwyer and Reilly (2004), IEEE Trans. Biomed. Eng. 51(7), 1196-1206, Table III:
DS1 and DS2, with about as many beats of each class in both.
"""

from __future__ import annotations

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
