"""Tips of tall complexes: followed by their ink, where the trace of a row cannot reach them."""

import numpy as np
import pytest

from ecgzoo.pages.tall_complexes import lost_tips, with_tips

MIDDLE, COLUMNS = 300, 400
SEEN = 88  # rows from the middle, beyond which a network sees no trace


def drawn(tip: float, width: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """A row with a triangular complex of so many rows every hundred columns, and its ink.

    The pen is half a millimetre wide: four columns, two rows.
    """
    x = np.arange(COLUMNS)
    away = np.abs((x % 100) - 50)
    y = MIDDLE - np.clip(1 - away / (width / 2), 0, None) * tip
    ink = np.zeros((600, COLUMNS), np.uint8)
    fine = np.arange(0, COLUMNS - 1, 0.01)
    for column, row in zip(fine, np.interp(fine, x, y), strict=True):
        ink[round(row) - 1 : round(row) + 1, max(round(column) - 2, 0) : round(column) + 2] = 170
    return y, ink


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("tip", [120.0, 180.0])
def test_a_tip_that_is_cut_short_goes_to_the_end_of_its_ink(tip: float, side: int) -> None:
    y, ink = drawn(tip)
    y, ink = (y, ink) if side == 1 else (600 - y, ink[::-1])
    seen = np.clip(y, MIDDLE - SEEN, MIDDLE + SEEN)
    told, off = with_tips(seen, ink, MIDDLE)
    assert np.abs(seen - y).max() == tip - SEEN
    assert np.abs(told - y).max() < 0.2 * (tip - SEEN)
    assert (off > 0).sum() == (np.abs(told - seen) > 0).sum() > 0
    assert (off >= np.abs(told - y) - 4).all()


def test_what_is_followed_in_place_of_a_tip_is_none_of_the_trace() -> None:
    y, ink = drawn(176.0, width=16)
    seen = np.where(MIDDLE - y > SEEN, MIDDLE + 10.0, y)
    away = seen != y
    assert lost_tips(seen - MIDDLE)[away].tolist() == [-1] * away.sum()
    told, _ = with_tips(seen, ink, MIDDLE)
    assert np.abs(told - y).max() < 0.3 * np.abs(seen - y).max()
    blind, off = with_tips(seen, np.zeros_like(ink), MIDDLE)
    np.testing.assert_array_equal(np.isnan(blind), away)
    assert not off.any()


def test_complexes_within_reach_are_left_as_they_are() -> None:
    y, ink = drawn(70.0)
    ink[100:500, 150] = 170  # a line of the grid through one of them
    told, off = with_tips(y, ink, MIDDLE)
    np.testing.assert_array_equal(told, y)
    assert not off.any()


def test_a_line_of_the_grid_and_a_row_above_lengthen_no_tip() -> None:
    y, ink = drawn(80.0)
    ink[:, 150] = ink[150:154] = 170
    told, _ = with_tips(y, ink, MIDDLE)
    assert np.abs(told - y).max() < 5


def test_nothing_seen_is_nothing() -> None:
    told, off = with_tips(np.full(50, np.nan), np.zeros((300, 50)), 150)
    assert np.isnan(told).all()
    assert not off.any()


def test_notches_of_a_wide_complex_are_no_lost_tips() -> None:
    split = np.interp(np.arange(60), [10, 18, 26, 34, 42], [0, 100, 30, 100, 0])
    assert not lost_tips(split).any()
    first_small = np.interp(np.arange(60), [10, 14, 20, 26, 34], [0, 25, -10, 90, 0])
    assert not lost_tips(first_small).any()
