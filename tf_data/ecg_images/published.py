"""Finds the published pages in a folder or zip, and which of them are copies of each other."""

import argparse
import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.errors import DatasetNotFoundError, UnreadableZipError, ZipError
from tf_data.zipped import ZippedFile, zipped_files

SOURCE = {
    "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "citation": (
        "Ali Haider Khan and Muzammil Hussain (2021), ECG Images dataset of Cardiac Patients, "
        "Mendeley Data, V2, doi:10.17632/gwbz3fsgp8.2. Traced from the pages and de-duplicated by "
        "ecgzoo."
    ),
}


TABLE = Path(__file__).with_name("groups.csv")
COLUMNS = ("sha256", "group_id")


def read_groups(table: Path = TABLE) -> dict[str, str]:
    """Content hash of a page to the number of its printed ID.

    Raises:
        ValueError: if the table lacks a column.

    Example:
        >>> groups = read_groups()
        >>> len(groups), len(set(groups.values()))
        (491, 311)
    """
    with table.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise ValueError(
                f"expected the columns {', '.join(COLUMNS)} in {table.name}; got "
                f"{', '.join(reader.fieldnames or ())}"
            )
        return {row["sha256"]: row["group_id"] for row in reader}


def write_groups(groups: dict[str, str], table: Path = TABLE) -> None:
    """Writes the table, sorted by hash."""
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(groups.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the package's table from a manifest."""
    parser = argparse.ArgumentParser(prog="tf_data.ecg_images.published", description=main.__doc__)
    parser.add_argument("manifest", type=Path, help="CSV with the columns sha256 and group_id")
    parser.add_argument("--output", type=Path, default=TABLE, help="table to write")
    options = parser.parse_args(arguments)
    groups = read_groups(options.manifest)
    write_groups(groups, options.output)
    print(f"{len(groups)} pages, {len(set(groups.values()))} printed IDs: {options.output}")


if __name__ == "__main__":
    main()


CLASSES = ("Normal", "HB", "MI", "PMI")
"""Healthy, abnormal heartbeat, myocardial infarction, history of myocardial infarction."""

PUBLISHED_FILES = {"Normal": 284, "HB": 233, "MI": 239, "PMI": 172}
"""Files per class in version 2 of the data set; MI(215) was never published."""

ADDRESS = "https://data.mendeley.com/datasets/gwbz3fsgp8/2"
REMEDY = (
    f"Download version 2 of the data set from {ADDRESS} and put its four folders, or the zip, "
    "there."
)
_PAGE_NAME = re.compile(r"(Normal|HB|MI|PMI) ?\((\d+)\)\.jpe?g", re.IGNORECASE)


@dataclass(frozen=True)
class DistinctPage:
    """A page and the files that hold it, byte for byte the same.

    Attributes:
        content_hash: SHA-256 of the bytes, in hexadecimal.
        label: class name.
        files: names of its files, in published order.
        path: where the first of them is read from.
    """

    content_hash: str
    label: str
    files: tuple[str, ...]
    path: Path | ZippedFile


def find_pages(folder: Path, expected: Mapping[str, int] = PUBLISHED_FILES) -> list[DistinctPage]:
    """The distinct pages below ``folder``, which holds the published folders or their zip.

    Args:
        folder: searched at any depth; zip files only if no page lies outside one.
        expected: number of files per class.

    Returns:
        The pages, sorted by content hash.

    Raises:
        DatasetNotFoundError: if there is no such folder, or a class has other than the expected
            number of files.
        UnreadableZipError: if a zip or a page in it is damaged, locked, or beyond the bounds of
            ``tf_data.zipped``.
        ValueError: if one page stands under two labels.

    Example:
        >>> find_pages(Path("no/such/folder"))
        Traceback (most recent call last):
        ...
        ecgzoo.errors.DatasetNotFoundError: no folder no/such/folder. Download ...
    """
    try:
        files = _files(folder)
        _check_complete(folder, list(files), expected)
        copies = _copies(files)
    except ZipError as error:
        raise UnreadableZipError(f"{error}. {REMEDY}") from error
    return [_distinct(key, names, files[names[0]]) for key, names in sorted(copies.items())]


def check_folder(folder: Path) -> None:
    """Checks that there is such a folder.

    Raises:
        DatasetNotFoundError: if there is none, or a file of that name.
    """
    if not folder.is_dir():
        raise DatasetNotFoundError(f"no folder {folder}. {REMEDY}")


def _files(folder: Path) -> dict[str, Path | ZippedFile]:
    check_folder(folder)
    entries = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    pages: list[Path | ZippedFile] = [path for path in entries if _PAGE_NAME.fullmatch(path.name)]
    if not pages:
        zips = [path for path in entries if path.suffix.lower() == ".zip"]
        zipped = (file for path in zips for file in zipped_files(path))
        pages = [file for file in zipped if _PAGE_NAME.fullmatch(file.name)]
    return {page.name: page for page in pages}


def _copies(files: Mapping[str, Path | ZippedFile]) -> dict[str, list[str]]:
    """Names by the hash of their content, in published order."""
    copies: dict[str, list[str]] = {}
    for name in sorted(files, key=_published_order):
        content_hash = hashlib.sha256(files[name].read_bytes()).hexdigest()
        copies.setdefault(content_hash, []).append(name)
    return copies


def _check_complete(folder: Path, names: list[str], expected: Mapping[str, int]) -> None:
    labels = [_label(name) for name in names]
    found = {label: labels.count(label) for label in CLASSES}
    if found != dict(expected):
        raise DatasetNotFoundError(
            f"expected {_listed(expected)} (files named like 'MI(1).jpg') in {folder}; found "
            f"{_listed(found)}. {REMEDY}"
        )


def _distinct(content_hash: str, names: list[str], path: Path | ZippedFile) -> DistinctPage:
    labels = {_label(name) for name in names}
    if len(labels) > 1:
        raise ValueError(f"one page stands under {len(labels)} labels: {', '.join(names)}")
    return DistinctPage(content_hash, labels.pop(), tuple(names), path)


def _label(name: str) -> str:
    return next(label for label in CLASSES if label.lower() == _published_order(name)[0])


def _published_order(name: str) -> tuple[str, int]:
    match = _PAGE_NAME.fullmatch(name)
    assert match is not None, name
    return match[1].lower(), int(match[2])


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {label}" for label, count in counts.items())
