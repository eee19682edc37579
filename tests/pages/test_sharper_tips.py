"""Sharper tips: a blunted complex comes nearer to itself, and nothing else changes much."""

import numpy as np
import pytest
from scipy import ndimage

from ecgzoo.pages.lead_pieces import MOST, SHARPER, sharper


def test_a_blunted_complex_is_sharper_and_a_slope_is_what_it_was() -> None:
    columns = np.arange(200.0)
    complex_ = 40 * np.exp(-(((columns - 100) / 3) ** 2)) + 0.2 * columns
    blunt = ndimage.gaussian_filter1d(complex_, 1.0)
    found = sharper(blunt)
    far = np.abs(columns - 100) > 20
    np.testing.assert_allclose(found[far][5:-5], complex_[far][5:-5], atol=1e-3)
    assert np.abs(found - complex_).max() < 0.7 * np.abs(blunt - complex_).max()


def test_little_is_added_to_a_leap_and_nothing_to_what_was_not_seen() -> None:
    y = np.where(np.arange(60) < 30, 0.0, 100.0)
    y[10:14] = np.nan
    found = sharper(y)
    assert np.nanmax(np.abs(found - y)) == pytest.approx(SHARPER * MOST)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(y))
    assert np.isnan(sharper(np.full(9, np.nan))).all()
