"""The grid of a sheet: its size, its turn, and how the sheet lies."""

import numpy as np
import pytest
from PIL import Image

from ecgzoo.pages.grid.comb import evened, find_grids
from ecgzoo.pages.grid.flattening import gradients_at, lie_of
from ecgzoo.pages.grid.ruling import ruled
from ecgzoo.pages.homography import through, warped
from ecgzoo.pages.sheet_lie import lie_in
from ecgzoo.pages.sheets.camera import take_picture
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.sheet import LAYOUTS, Sheet
from ecgzoo.pages.sheets.style import Style

pytestmark = pytest.mark.whole

SHEET = Sheet(LAYOUTS["3x4"], (50.0, 95.0, 140.0))


def lines_of(dpi=200.0, degrees=0.0, grid="lines", home=None):
    """The darkness of a drawn sheet, turned, or under a homography."""
    noise = np.random.default_rng(0).normal(0, 0.05, (5000, 12)).cumsum(axis=0) * 0.02
    image = Image.fromarray(draw_sheet(noise, 500, SHEET, Style(grid=grid), dpi).image)
    image = image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=(255,) * 3)
    if home is not None:
        image = warped(image, home, image.size)
    return evened(np.asarray(image).min(axis=2).astype(np.float32))


def home_of(lines):
    """How the first sheet found lies, that is, the first whose lines stand evenly."""
    homes = (ruled(lines, lie_of(lines, grid)) for grid in find_grids(lines))
    return next(home for home in homes if home is not None)


@pytest.mark.parametrize("dpi", [100.0, 150.0, 200.0, 300.0])
@pytest.mark.parametrize("grid", ["lines", "dots", "squares"])
def test_the_scale_is_found(dpi, grid) -> None:
    home = home_of(lines_of(dpi, grid=grid))
    assert np.hypot(*home[:2, 0]) == pytest.approx(25.4 / dpi, rel=2e-3)
    assert abs(np.degrees(np.arctan2(home[0, 1], home[0, 0]))) < 0.05


@pytest.mark.parametrize("degrees", [-17.0, -7.0, -1.0, 0.5, 12.0])
def test_the_turn_is_found(degrees) -> None:
    home = home_of(lines_of(degrees=degrees))
    assert np.degrees(np.arctan2(home[0, 1], home[0, 0])) == pytest.approx(degrees, abs=0.03)


def test_noise_and_blank_paper_have_no_grid() -> None:
    lines = np.random.default_rng(0).random((700, 900))
    assert all(ruled(lines, lie_of(lines, grid)) is None for grid in find_grids(lines))
    assert list(find_grids(np.zeros((300, 400)))) == []


@pytest.mark.parametrize("seed", range(4))
def test_perspective_is_undone(seed) -> None:
    rng = np.random.default_rng(seed)
    plain = lines_of()
    height, width = plain.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    home = through(corners, corners + rng.uniform(-0.06, 0.06, (4, 2)) * width)
    lines = lines_of(home=home)
    found = lie_of(lines, next(find_grids(lines)))
    whole = (
        found @ home @ np.diag([200 / 25.4, 200 / 25.4, 1.0])
    )  # from mm to mm: a turn and a shift
    places = np.array([(30.0, 30.0), (267.0, 30.0), (267.0, 180.0), (30.0, 180.0), (150.0, 100.0)])
    lengths = np.linalg.norm(gradients_at(whole, places), axis=2)
    np.testing.assert_allclose(lengths, 1, atol=0.006)
    whole = ruled(lines, found) @ home @ np.diag([200 / 25.4, 200 / 25.4, 1.0])
    lengths = np.linalg.norm(gradients_at(whole, places), axis=2)
    np.testing.assert_allclose(lengths, 1, atol=0.001)


@pytest.mark.parametrize("narrower", [0.8, 1.25])
def test_a_foreshortened_sheet_is_found(narrower) -> None:
    home = home_of(lines_of(home=np.diag([narrower, 1.0, 1.0])))
    across, down = np.linalg.norm(home[:2, :2] / home[2, 2], axis=1)
    assert across == pytest.approx(25.4 / 200 / narrower, rel=2e-3)
    assert down == pytest.approx(25.4 / 200, rel=2e-3)


def test_a_shadow_is_evened_out() -> None:
    x = np.arange(1200)
    levels = np.where(x % 40 < 3, 180.0, 230.0) + np.random.default_rng(0).normal(0, 2, (600, 1200))
    shaded = levels * np.where(x < 600, 0.4, 1.0)
    away = np.abs(x - 600) > 50
    off = evened(shaded.astype(np.float32)) - evened(levels.astype(np.float32))
    assert np.abs(off[:, away]).max() < 0.02
    assert np.median(evened(levels.astype(np.float32))[:, x % 40 == 1]) == 1


def test_nine_tenths_of_the_grids_that_a_phone_sees_are_found() -> None:
    drawn = draw_sheet(np.zeros((5000, 12)), 500, SHEET, dots_per_inch=150)
    off = []
    for seed in range(10):
        picture = take_picture(drawn.image, drawn.dots_per_mm, np.random.default_rng(seed), "phone")
        lie = lie_in(picture.image)
        found = lie is not None and not lie.bent
        whole = lie.home @ picture.from_mm if found else np.diag([0, 0, 1.0])
        places = np.array([(60.0, 50.0), (240.0, 50.0), (240.0, 160.0), (60.0, 160.0)])
        off.append(np.abs(np.linalg.norm(gradients_at(whole, places), axis=2) - 1).max())
    assert np.sum(np.array(off) < 0.005) >= 9


def test_gradients_are_those_of_finite_differences() -> None:
    home = np.array([[0.12, 0.01, 3.0], [-0.02, 0.13, 5.0], [1e-5, -2e-5, 1.0]])
    places = np.array([(100.0, 200.0), (900.0, 50.0)])

    def applied(points):
        moved = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ home.T
        return moved[:, :2] / moved[:, 2:]

    step = 1e-3
    for axis in (0, 1):
        ahead = places + step * np.eye(2)[axis]
        numeric = (applied(ahead) - applied(places)) / step
        np.testing.assert_allclose(gradients_at(home, places)[:, :, axis], numeric, rtol=1e-4)
