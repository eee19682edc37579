"""The reading plane: ink keeps its place and its amount, however fine the image is."""

import numpy as np
import pytest

from ecgzoo.pages.sheets.plane import reading_plane
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM

SIZE = 60.0, 80.0  # mm


def sloping(dots_per_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """An image of a level line that sinks by 3 mm, .25 mm thick, and its y in mm by column."""
    height, width = (round(side * dots_per_mm) for side in SIZE)
    image = np.full((height, width, 3), 255, np.uint8)
    y = 28 + 3 * (np.arange(width) + 0.5) / width
    top = np.arange(height)[:, None] / dots_per_mm
    covered = np.minimum(top + 1 / dots_per_mm, y + 0.125) - np.maximum(top, y - 0.125)
    image -= np.round(255 * np.clip(covered * dots_per_mm, 0, 1)).astype(np.uint8)[..., None]
    return image, y


@pytest.mark.parametrize("dots_per_mm", [5.0, 5.9, 7.87, 11.8, 15.0, 23.6])
def test_a_line_keeps_its_place_and_its_darkness(dots_per_mm) -> None:
    image, y = sloping(dots_per_mm)
    plane = reading_plane(image, np.diag([dots_per_mm, dots_per_mm, 1.0]), SIZE)[..., 0] / 255
    columns = np.arange(80, plane.shape[1] - 80)
    there = plane[:, columns]
    row = (np.arange(len(plane)) + 0.5) / PIXELS_PER_MM
    middle = (row @ there) / there.sum(axis=0)
    x = (np.arange(y.size) + 0.5) / dots_per_mm
    wanted = np.interp((columns + 0.5) / COLUMNS_PER_MM, x, y)
    np.testing.assert_allclose(middle, wanted, atol=0.03)
    np.testing.assert_allclose(there.sum(axis=0) / PIXELS_PER_MM, 0.25, atol=0.02)
