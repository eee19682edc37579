"""Measures signals on pages, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from tf_data.ecg_images.published import DistinctPage

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
        What :class:`~ecgzoo.pages.lead_traces.LeadTraces` returns, and ``average``.
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
