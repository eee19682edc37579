"""ecg_images: a TFDS builder that measures signals on the published pages."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.page_signals import PAGE_SIGNALS
from tf_data.ecg_images.published import (
    ADDRESS,
    CLASSES,
    PUBLISHED_FILES,
    SOURCE,
    DistinctPage,
    find_pages,
    read_groups,
)

BATCH = 4  # pages at a time; one takes some 100 MB while it is traced
MICROVOLTS = 1000.0  # per mV

Columns = dict[str, np.ndarray]


def measure(pages: Sequence[DistinctPage]) -> Iterator[tuple[DistinctPage, Columns]]:
    """Yields every page with its ``signal``, ``rhythm``, ``rhythm_lead`` and ``average``.

    ``signal`` is int16 ``[samples, 12]`` and ``rhythm`` int16 ``[samples]``, both in microvolts
    (a pixel is 12.7); ``rhythm_lead`` is an index into the twelve leads; ``average`` is float16
    ``[width, 1]`` in gray levels.

    Raises:
        ecgzoo.errors.PageError: at a page that cannot be read or traced, naming its file.
    """
    for start in range(0, len(pages), BATCH):
        batch = pages[start : start + BATCH]
        columns = measure_batch([page.path.read_bytes() for page in batch])
        for row, page in enumerate(batch):
            yield page, _stored(page, {name: column[row] for name, column in columns.items()})


def measure_batch(contents: Sequence[bytes]) -> Columns:
    """Decodes and traces image files.

    Args:
        contents: bytes of JPEG or PNG files.

    Returns:
        What :class:`~ecgzoo.pages.page_layers.LeadTraces` returns, and ``average``.
    """
    measured = _graph()(list(contents))
    return {name: np.asarray(value) for name, value in measured.items()}


@cache
def _graph() -> Any:
    """Files to columns, compiled once for batches of any size."""
    import tensorflow as tf

    from ecgzoo.pages.decode import decode_pages
    from ecgzoo.pages.page_signals import PAGE_SIGNALS, page_reader

    read = page_reader(*PAGE_SIGNALS)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def columns(contents: Any) -> dict[str, Any]:
        pages, readable = decode_pages(contents)
        found = read(pages)
        return found | {"quality": tf.where(readable == 0, found["quality"], readable)}

    return columns


def _stored(page: DistinctPage, columns: Columns) -> Columns:
    from ecgzoo.pages.quality import page_error

    if columns["quality"]:
        raise page_error(int(columns["quality"]), page.files[0])
    return {
        "signal": _microvolts(columns["signal"]),
        "rhythm": _microvolts(columns["rhythm"]),
        "rhythm_lead": columns["rhythm_lead"],
        "average": columns["average"].astype(np.float16),
    }


def _microvolts(millivolts: np.ndarray) -> np.ndarray:
    return np.rint(millivolts * MICROVOLTS).astype(np.int16)


HOMEPAGE = "https://doi.org/10.17632/gwbz3fsgp8.2"


class Builder(tfds.core.GeneratorBasedBuilder):
    """Twelve traced leads, rhythm strip and vertical average of every distinct page.

    Signals are stored as int16 microvolts, averages as float16 gray levels. The metadata say what
    they mean: a :class:`~ecgzoo.signal_spec.SignalSpec` dictionary for each page signal.
    Both are stored with zlib, since TFDS stores integers as 64-bit varints otherwise.
    """

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {"1.0.0": "First release."}
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        f"Download version 2 of the data set from {ADDRESS} and pass the folder that holds its "
        "four folders, or its zip, as manual_dir."
    )
    EXPECTED_FILES: ClassVar[dict[str, int]] = PUBLISHED_FILES

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "signal": _compressed(PAGE_SPEC.shape, np.int16),
                    "rhythm": _compressed((RHYTHM_SAMPLES,), np.int16),
                    "rhythm_lead": tfds.features.ClassLabel(names=PAGE_SPEC.leads),
                    "average": _compressed(AVERAGE_SPEC.shape, np.float16),
                    "label": tfds.features.ClassLabel(names=CLASSES),
                    "group": tfds.features.Text(),
                    "content_hash": tfds.features.Text(),
                    "files": tfds.features.Sequence(tfds.features.Text()),
                }
            ),
            supervised_keys=("signal", "label"),
            homepage=HOMEPAGE,
            license=f"{SOURCE['licence']} (Khan and Hussain 2021)",
            metadata=tfds.core.MetadataDict(
                {name: one.spec.to_dict() for name, one in PAGE_SIGNALS.items()}
            ),
        )

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, Iterator[tuple[str, dict[str, Any]]]]:
        """One split: which rows train and which test is a protocol's matter, not the data's."""
        return {"train": self._generate_examples(Path(dl_manager.manual_dir))}

    def _generate_examples(self, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields a record per distinct page, keyed by its content hash."""
        groups = read_groups()
        pages = find_pages(folder, self.EXPECTED_FILES)
        for page, columns in measure(pages):
            yield (
                page.content_hash,
                {
                    **columns,
                    "label": page.label,
                    "group": groups.get(page.content_hash, page.content_hash),
                    "content_hash": page.content_hash,
                    "files": list(page.files),
                },
            )


def _compressed(shape: tuple[int, ...], dtype: type) -> tfds.features.Tensor:
    return tfds.features.Tensor(shape=shape, dtype=dtype, encoding="zlib")
