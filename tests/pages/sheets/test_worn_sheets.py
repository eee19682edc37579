"""Sheets as phones see them: wear, light and what lies around them."""

import numpy as np
import pytest
from PIL import Image

from ecgzoo.pages.homography import through
from ecgzoo.pages.sheets.light import (
    dimmed,
    noisy,
    off_a_screen,
    shadowed,
    shaken,
    tinted,
    unevenly_lit,
)
from ecgzoo.pages.sheets.surroundings import on_a_table
from ecgzoo.pages.sheets.wear import creased, crumpled, marked, stained

SCALE = 4.0  # pixels per mm


def striped():
    """Black strokes of half a millimetre, 10 mm apart, on white paper."""
    levels = np.full((480, 640, 3), 255, np.uint8)
    levels[:, (np.arange(640) % 40) < 2] = 0
    return Image.fromarray(levels)


def rng():
    return np.random.default_rng(1)


def test_light_is_a_factor_of_each_channel() -> None:
    light = np.broadcast_to([0.5, 1.0, 0.2], (2, 2, 3))
    lit = np.asarray(dimmed(Image.new("RGB", (30, 20), (200, 100, 50)), light))
    assert np.unique(lit.reshape(-1, 3), axis=0).tolist() == [[100, 100, 10]]


@pytest.mark.parametrize(
    "changed",
    [
        lambda image: creased(image, SCALE, rng()),
        lambda image: crumpled(image, rng()),
        lambda image: marked(image, SCALE, rng()),
        lambda image: stained(image, rng()),
        lambda image: shadowed(image, rng()),
        lambda image: unevenly_lit(image, rng()),
        lambda image: off_a_screen(image, rng()),
        lambda image: tinted(image, rng()),
        lambda image: noisy(image, rng()),
        lambda image: shaken(image, rng()),
    ],
)
def test_the_print_stays_where_it_is_and_the_paper_is_another(changed) -> None:
    levels = np.asarray(changed(striped()), float).mean(axis=(0, 2))
    assert np.asarray(changed(striped())).shape == (480, 640, 3)
    by_place = levels.reshape(16, 40)
    assert (by_place.argmin(axis=1) < 2).all()
    assert np.abs(np.asarray(changed(striped()), float) - np.asarray(striped())).max() > 5


def test_around_a_sheet_is_a_table_and_no_paper() -> None:
    corners = np.array([(0, 0), (640, 0), (640, 480), (0, 480)], float)
    home = through(corners, corners / 2 + (160, 120))
    white = Image.new("RGB", (640, 480), "white")
    shown = np.asarray(on_a_table(white, home, SCALE, np.random.default_rng(3)))
    assert (shown[170:310, 240:400] == 255).all()
    beside = shown[:100].reshape(-1, 3)
    assert (beside == 255).all(axis=1).mean() < 0.01
    assert beside.std(axis=0).max() > 1
