"""The printed ID of every page, as a table in the package: ``groups.csv``.

The published folder has no such table. This one was made by comparing the bitmaps of the IDs that
the printer drew on the pages (two IDs differ by 0 or by at least 40 pixels, nothing between), and
numbers them ``g000`` to ``g310``; the IDs themselves are not in it. From a manifest with the
columns ``sha256`` and ``group_id``, the table is written by::

    python -m tf_data.ecg_images.groups MANIFEST.csv
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

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
    parser = argparse.ArgumentParser(prog="tf_data.ecg_images.groups", description=main.__doc__)
    parser.add_argument("manifest", type=Path, help="CSV with the columns sha256 and group_id")
    parser.add_argument("--output", type=Path, default=TABLE, help="table to write")
    options = parser.parse_args(arguments)
    groups = read_groups(options.manifest)
    write_groups(groups, options.output)
    print(f"{len(groups)} pages, {len(set(groups.values()))} printed IDs: {options.output}")


if __name__ == "__main__":
    main()
