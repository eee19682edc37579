"""The reading plane: a sheet's darkness, laid flat, at a scale of its own."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ecgzoo.pages.homography import warped
from ecgzoo.pages.registration.page_image import darkness
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM

NO_FINER = 0.1  # of a row: so much finer an image may be than the plane without aliasing much


def reading_plane(image: np.ndarray, from_mm: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    """Lays a sheet flat.

    Args:
        image: uint8 ``[height, width, 3]``.
        from_mm: the homography from mm on the sheet to pixels.
        size: height and width of what is shown, in mm, from the sheet's upper left corner.

    Returns:
        uint8 ``[rows, columns, 2]``, ``PIXELS_PER_MM`` down and ``COLUMNS_PER_MM`` across: how dark
        the brightest and the darkest colour channel is, 0 for paper to 255. Ink is dark in both, a
        coloured grid in the second.
    """
    shown = Image.fromarray(image)
    to_plane = np.diag([COLUMNS_PER_MM, PIXELS_PER_MM, 1.0]) @ np.linalg.inv(from_mm)
    dots_per_mm = float(np.sqrt(abs(np.linalg.det(from_mm[:2, :2]))))
    shrink = int(max(dots_per_mm // COLUMNS_PER_MM, 1))
    shown, to_plane = shown.reduce(shrink), to_plane @ np.diag([shrink, shrink, 1.0])
    rows, columns = (
        round(side * per) for side, per in zip(size, (PIXELS_PER_MM, COLUMNS_PER_MM), strict=True)
    )
    finer = max(int(np.ceil(dots_per_mm / shrink / PIXELS_PER_MM - NO_FINER)), 1)
    fine = warped(shown, np.diag([1.0, finer, 1.0]) @ to_plane, (columns, finer * rows))
    flat = np.asarray(fine.reduce((1, finer)), np.float32)
    layers = [darkness(channel) for channel in (flat.max(axis=2), flat.min(axis=2))]
    return (255 * np.stack(layers, axis=-1)).astype(np.uint8)
