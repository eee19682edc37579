"""Measures signals on pages, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

import numpy as np

from tf_data.ecg_images.published import DistinctPage

BATCH = 4  # pages; one takes about 100 MB while it is traced


def measure(pages: Sequence[DistinctPage]) -> Iterator[tuple[DistinctPage, dict[str, np.ndarray]]]:
    """Yields every page with its ``signal``, ``rhythm``, ``rhythm_lead`` and ``average``.

    ``signal`` is int16 ``[samples, 12]`` and ``rhythm`` int16 ``[samples]``, both in microvolts
    (a pixel is 12.7); ``average`` is float16 ``[width, 1]`` in gray levels.

    Raises:
        ecgzoo.pages.quality.PageError: at a page that cannot be read or traced, naming its file.
    """
    measure_batch = _measurer()
    for batch in _batches(pages):
        columns = measure_batch([page.path.read_bytes() for page in batch])
        for row, page in enumerate(batch):
            _check_quality(page, int(columns["quality"][row]))
            yield page, _stored({name: column[row] for name, column in columns.items()})
