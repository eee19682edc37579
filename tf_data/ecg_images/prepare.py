"""Measures the published pages once and writes the embedded data set.

Run it in a checkout, with the published four folders, or their zip, in ``FOLDER``::

    python -m tf_data.ecg_images.prepare --manual-dir FOLDER

It writes ``prepared/<version>`` beside this file, in TFDS's own prepared form, in one step at the
end: until then, and if it fails, what was there stays.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ecgzoo.errors import DatasetNotFoundError, PageError
from tf_data import prepared as preparing
from tf_data.ecg_images.published import check_folder

PREPARED = Path(__file__).with_name("prepared")
LARGEST = 10_000_000  # bytes; the embedded set is committed and downloaded with the package


def prepare(manual_dir: Path, output: Path = PREPARED) -> Path:
    """Builds the data set from ``manual_dir`` into ``output/<version>``, replacing that.

    Returns:
        The folder written.

    Raises:
        ecgzoo.errors.DatasetNotFoundError: if ``manual_dir`` holds no data set.
        ecgzoo.errors.PageError: at a page that cannot be traced.
        ValueError: if the result is larger than 10 MB.
    """
    from tf_data.ecg_images.ecg_images_dataset_builder import Builder

    check_folder(manual_dir)
    return preparing.prepare(Builder, output, manual_dir, LARGEST)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the published pages and writes the embedded data set."""
    parser = argparse.ArgumentParser(prog="tf_data.ecg_images.prepare", description=main.__doc__)
    parser.add_argument("--manual-dir", type=Path, required=True, help="published folder or zip's")
    parser.add_argument("--output", type=Path, default=PREPARED, help="folder of the versions")
    options = parser.parse_args(arguments)
    try:
        folder = prepare(options.manual_dir, options.output)
    except (DatasetNotFoundError, PageError) as error:
        parser.exit(1, f"{error}\n")
    print(f"{folder}: {preparing.size_of(folder) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
