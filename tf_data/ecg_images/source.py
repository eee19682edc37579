"""Source: under which licence the records are, and how to cite them."""

from __future__ import annotations

SOURCE = {
    "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "citation": (
        "Ali Haider Khan and Muzammil Hussain (2021), ECG Images dataset of Cardiac Patients, "
        "Mendeley Data, V2, doi:10.17632/gwbz3fsgp8.2. Traced from the pages and de-duplicated by "
        "ecgzoo."
    ),
}
