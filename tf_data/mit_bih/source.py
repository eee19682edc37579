"""Source: under which licence the records are, and how to cite them."""

from __future__ import annotations

SOURCE = {
    "licence": "ODC-By 1.0, https://opendatacommons.org/licenses/by/1-0/",
    "citation": (
        "George B. Moody and Roger G. Mark (2001), The impact of the MIT-BIH Arrhythmia Database, "
        "IEEE Engineering in Medicine and Biology Magazine 20(3):45-50; PhysioNet, version 1.0.0, "
        "doi:10.13026/C2F305. Cut into beats by ecgzoo."
    ),
}
