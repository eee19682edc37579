"""Rows as read: places and gaps of a network whose answer is known."""

import numpy as np
import pytest

from ecgzoo.pages.networks.unet import DIVISOR, Interleaved
from ecgzoo.pages.row_reading import HEIGHT, read_rows


class Painted:
    """Answers with a bell around the brightest row of each column, as wide as asked."""

    def __init__(self, width):
        self.width = width

    def __call__(self, crops, training):
        assert not training
        assert crops.shape[2] % DIVISOR == 0
        place = np.arange(crops.shape[1])[None, :, None]
        brightest = crops[..., 0].argmax(axis=1)[:, None]
        bell = 20 - ((place - brightest) / self.width) ** 2 / 2
        return np.where(crops[..., 0].max(axis=1)[:, None] > 0, bell, -20.0)


@pytest.fixture
def plane():
    plane = np.zeros((300, 170, 2), np.uint8)
    y = np.round(60 + 20 * np.sin(np.arange(170) / 9)).astype(int)
    plane[y, np.arange(170), 0] = 200
    plane[y + 150, np.arange(170), 0] = 200
    plane[:, 40:50] = 0
    return plane, y


def test_each_row_is_read_where_it_runs(plane) -> None:
    plane, y = plane
    one, other = read_rows(plane, np.array([60.0, 210.0]), Painted(0.8))
    seen = np.r_[0:40, 50:170]
    np.testing.assert_allclose(one.y[seen], y[seen], atol=0.01)
    np.testing.assert_allclose(other.y[seen], y[seen] + 150, atol=0.01)
    assert np.isnan(one.y[40:50]).all()


@pytest.mark.parametrize("width", [0.8, 2.5])
def test_the_spread_is_how_wide_the_answer_is(plane, width) -> None:
    plane, _ = plane
    (row,) = read_rows(plane, np.array([60.0]), Painted(width))
    assert np.median(row.spread[:40]) == pytest.approx(width, rel=0.05)


def test_a_row_at_the_edge_of_the_sheet_is_read(plane) -> None:
    plane, y = plane
    (row,) = read_rows(plane, np.array([10.0]), Painted(0.8))
    above = y[:40] < 10 + HEIGHT // 2
    np.testing.assert_allclose(row.y[:40][above], y[:40][above], atol=0.01)


def test_nothing_is_seen_beyond_the_columns_that_are_looked_at(plane) -> None:
    plane, y = plane
    (row,) = read_rows(plane, np.array([60.0]), Painted(0.8), slice(60, 120))
    np.testing.assert_allclose(row.y[60:120], y[60:120], atol=0.01)
    assert np.isnan(row.y[np.r_[0:60, 120:170]]).all()


def test_interleaved_channels_are_the_pixels_of_squares() -> None:
    x = np.arange(24.0, dtype="float32").reshape(1, 2, 3, 4)
    found = np.asarray(Interleaved()(x))
    assert found.shape == (1, 4, 6)
    for row in range(4):
        for column in range(6):
            channel = 2 * (row % 2) + column % 2
            assert found[0, row, column] == x[0, row // 2, column // 2, channel]


def test_dots_in_a_gap_are_no_trace_and_small_gaps_in_one_tear_nothing(plane) -> None:
    plane, y = plane
    plane[150, 43:46, 0] = 200  # alone
    plane[:, 100:102] = 0
    (row,) = read_rows(plane, np.array([60.0]), Painted(0.8))
    assert np.isnan(row.y[40:50]).all()
    assert np.isfinite(row.y[[99, 102]]).all()
    np.testing.assert_allclose(row.y[102:], y[102:], atol=0.01)


class ShortSighted(Painted):
    """Sees nothing beyond 22 mm from the middle of a row."""

    def __call__(self, crops, training):
        near = crops.copy()
        near[:, : HEIGHT // 2 - 88] = near[:, HEIGHT // 2 + 88 :] = 0
        return super().__call__(near, training)


@pytest.mark.parametrize(("other", "apart"), [(400.0, True), (300.0, False)])
def test_tips_are_followed_beyond_reach_where_rows_stand_apart(other: float, apart: bool) -> None:
    plane = np.zeros((500, 96, 2), np.uint8)
    plane[250, :, 0] = plane[90:250, 40:44, 0] = 200  # 40 mm high
    row, _ = read_rows(plane, np.array([250.0, other]), ShortSighted(0.8))
    assert np.nanmin(row.y) == pytest.approx(91.5 if apart else 163, abs=1)
    assert (row.added > 0).any() == apart
