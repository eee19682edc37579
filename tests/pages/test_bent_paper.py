"""Bent paper: laid flat by its grid, and read."""

import numpy as np
import pytest
from lawful_beats import beats
from PIL import Image
from scipy import ndimage

from ecgzoo.evaluation.digitisation import signal_to_noise
from ecgzoo.pages.digitised_page import digitise
from ecgzoo.pages.grid.bend import bend_of
from ecgzoo.pages.grid.comb import evened, find_grids
from ecgzoo.pages.grid.flattening import lie_of
from ecgzoo.pages.grid.ruling import ruled
from ecgzoo.pages.render import page_bytes
from ecgzoo.pages.sheet_lie import lie_in
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE, Sheet
from ecgzoo.pages.sheets.style import Style
from ecgzoo.pages.sheets.wear import bent

pytestmark = pytest.mark.whole

SHEET = Sheet(LAYOUTS["12x1"], tuple(30.0 + 14 * row for row in range(12)))
STYLE = Style(grid_colour=(240, 150, 150), pen=0.3, name_height=3.0)


def drawn():
    return draw_sheet(beats(), 500, SHEET, STYLE, 150)


def curled(image, dots_per_mm):
    """A sheet whose edges stand up, and the mm of the paper that each pixel shows."""
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    across, down = 2 * x / image.shape[1] - 1, 2 * y / image.shape[0] - 1
    x, y = x + 2.0 * dots_per_mm * down**2, y + 1.5 * dots_per_mm * across**2 * (1 - down / 2)
    channels = np.moveaxis(image.astype(np.float32), -1, 0)
    seen = [ndimage.map_coordinates(one, (y, x), order=1, mode="nearest") for one in channels]
    return np.stack(seen, axis=-1).astype(np.uint8), np.stack([x, y], axis=-1) / dots_per_mm


def test_the_paper_is_laid_flat_to_a_tenth_of_a_millimetre() -> None:
    sheet = drawn()
    image, paper = curled(sheet.image, sheet.dots_per_mm)
    lines = evened(image.min(axis=2).astype(np.float32))
    home = lie_of(lines, next(find_grids(lines)))
    assert ruled(lines, home) is None  # no plane
    bend = bend_of(lines, home)
    found = bend.laid_flat(paper, per_mm=1)  # the paper's mm, at each mm of what was found
    inside = bend.told(per_mm=1)
    y, x = np.indices(inside.shape)[:, inside]
    places = np.stack([x, y, np.ones_like(x)], axis=1).astype(float)
    lie, *_ = np.linalg.lstsq(places, found[inside], rcond=None)
    assert np.linalg.svd(lie[:2])[1] == pytest.approx(1, abs=1e-3)
    assert np.percentile(np.abs(found[inside] - places @ lie), 99) < 0.1


def test_noise_is_no_bent_paper() -> None:
    lines = np.random.default_rng(0).random((900, 1200))
    home = np.diag([0.2, 0.2, 1.0])
    assert bend_of(lines, home) is None


def test_what_no_line_tells_is_left_white() -> None:
    sheet = drawn()
    image = curled(sheet.image, sheet.dots_per_mm)[0]
    image[:, -image.shape[1] // 4 :] = 90  # a table beside it
    lie = lie_in(image)
    assert lie.bent
    assert (lie.picture[:, -20:] == 255).all()


def test_a_bent_sheet_is_read() -> None:
    sheet = drawn()
    picture = bent(Image.fromarray(sheet.image), sheet.dots_per_mm, np.random.default_rng(0))
    found = digitise(page_bytes(np.asarray(picture)))
    assert found.sheet.flat is not None
    assert found.sheet.arrangement.sheet.rows == SHEET.rows
    times = np.arange(5000) / 500 * found.traced.spec.sampling_rate
    read = np.stack(
        [np.interp(times, np.arange(len(lead)), lead) for lead in found.printed.T],
        axis=1,
    )
    assert found.traced.spec.leads == TWELVE
    assert signal_to_noise(beats(), read, 500) > 12
