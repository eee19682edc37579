"""Cuts the published records into beats once, and writes them in TFDS's prepared form.

With the unpacked database in ``FOLDER``, or without ``--manual-dir`` to download it::

    python -m tf_data.mit_bih.prepare --manual-dir FOLDER

It writes ``mit_bih/<version>`` into TFDS's folder of data sets, in one step at the end: until then,
and if it fails, what was there stays.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ecgzoo.errors import SignalError
from tf_data import prepared as preparing
from tf_data.mit_bih.beats import PARTS, find_records
from tf_data.mit_bih.loading import default_output


def prepare(manual_dir: Path | None = None, output: Path | None = None) -> Path:
    """Builds the data set into ``output/<version>``, replacing that.

    Args:
        manual_dir: holds the published records; None to download them.
        output: folder of the versions; by default ``mit_bih`` in TFDS's folder of data sets.

    Returns:
        The folder written.

    Raises:
        FileNotFoundError: if ``manual_dir`` lacks a file.
        OSError: if the download fails.
        SignalError: if a record is damaged.
    """
    from tf_data.mit_bih.mit_bih_dataset_builder import Builder

    if manual_dir is not None:
        find_records(manual_dir, [record for part in PARTS.values() for record in part])
    return preparing.prepare(Builder, output or default_output(), manual_dir)


def main(arguments: Sequence[str] | None = None) -> None:
    """Cuts the published records into beats and writes the data set."""
    parser = argparse.ArgumentParser(prog="tf_data.mit_bih.prepare", description=main.__doc__)
    parser.add_argument("--manual-dir", type=Path, help="published folder; without it, download")
    parser.add_argument("--output", type=Path, help="folder of the versions")
    options = parser.parse_args(arguments)
    try:
        folder = prepare(options.manual_dir, options.output)
    except (OSError, SignalError) as error:  # of files, and of a failed download
        parser.exit(1, f"{error}\n")
    print(f"{folder}: {preparing.size_of(folder) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
