"""Finds the published records in a folder; under which licence they are, and how to cite them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

SOURCE = {
    "licence": "ODC-By 1.0, https://opendatacommons.org/licenses/by/1-0/",
    "citation": (
        "George B. Moody and Roger G. Mark (2001), The impact of the MIT-BIH Arrhythmia Database, "
        "IEEE Engineering in Medicine and Biology Magazine 20(3):45-50; PhysioNet, version 1.0.0, "
        "doi:10.13026/C2F305. Cut into beats by ecgzoo."
    ),
}


HOMEPAGE = "https://doi.org/10.13026/C2F305"
ZIP = "https://physionet.org/static/published-projects/mitdb/mit-bih-arrhythmia-database-1.0.0.zip"
ENDINGS = (".hea", ".dat", ".atr")
REMEDY = f"Unpack {ZIP} there; it holds a .hea, a .dat and an .atr file per record."


def find_records(folder: Path, records: Sequence[str]) -> list[Path]:
    """Paths of the records, without endings, in the order asked for.

    Args:
        folder: searched at any depth for the folder that holds the first record.
        records: names, such as ``"100"``.

    Raises:
        FileNotFoundError: if there is no such folder or a file is missing.

    Example:
        >>> find_records(Path("no/such/folder"), ["100"])
        Traceback (most recent call last):
        ...
        FileNotFoundError: no folder no/such/folder. Unpack ...
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}. {REMEDY}")
    header = next(iter(sorted(folder.rglob(f"{records[0]}.hea"))), None)
    root = header.parent if header else folder
    paths = [root / record for record in records]
    missing = [
        name
        for path in paths
        for name in (path.name + ending for ending in ENDINGS)
        if not (root / name).is_file()
    ]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise FileNotFoundError(
            f"expected the {len(records)} records of the MIT-BIH Arrhythmia Database in {folder}; "
            f"{', '.join(missing[:3])}{more} missing. {REMEDY}"
        )
    return paths
