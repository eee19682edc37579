"""Sheets as drawn: traces in closed form, names where they stand, examples that agree with both."""

import numpy as np
import pytest

from ecgzoo.pages.sheets.camera import STAGES, take_picture
from ecgzoo.pages.sheets.drawing import FIRST_NAME, PULSE, TRACE, draw_sheet
from ecgzoo.pages.sheets.example import make_example
from ecgzoo.pages.sheets.plane import reading_plane
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, LAYOUTS, PIXELS_PER_MM, TWELVE, Sheet
from ecgzoo.pages.sheets.style import Style

RATE = 500


def waves(seconds=10.0):
    """Twelve leads, a slow wave of its own frequency each."""
    times = np.arange(round(seconds * RATE)) / RATE
    return 0.6 * np.sin(2 * np.pi * times[:, None] * np.linspace(0.4, 1.5, 12))


def sheet_of(layout, **changes):
    rows = LAYOUTS[layout]
    return Sheet(
        rows, tuple(40.0 + 150 / len(rows) * place for place in range(len(rows))), **changes
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_shows_each_lead_once(layout) -> None:
    assert sorted(lead for row in LAYOUTS[layout] for lead in row) == sorted(TWELVE)


@pytest.mark.whole
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("gain", [5.0, 10.0])
def test_each_trace_runs_where_its_lead_is_printed(layout, gain) -> None:
    sheet = sheet_of(layout, gain=gain)
    drawn = draw_sheet(waves(), RATE, sheet)
    x = (np.arange(drawn.traces.shape[1]) + 0.5) / COLUMNS_PER_MM
    for row, leads in enumerate(sheet.rows):
        ends = sheet.row_boundaries(leads)
        for lead, left, right in zip(leads, ends, ends[1:], strict=False):
            inside = (x > left + 0.2) & (x < right - 0.2)
            seconds = (x[inside] - sheet.left) / sheet.speed
            frequency = np.linspace(0.4, 1.5, 12)[TWELVE.index(lead)]
            expected = sheet.baselines[row] - gain * 0.6 * np.sin(2 * np.pi * frequency * seconds)
            np.testing.assert_allclose(drawn.traces[row, inside], expected, atol=0.01)
    outside = (x < sheet.left) | (x > sheet.right)
    assert np.isnan(drawn.traces[:, outside]).all()


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_ink_lies_around_the_trace(dpi) -> None:
    sheet = sheet_of("12x1")
    drawn = draw_sheet(
        waves(), RATE, sheet, Style(grid="none", pulses="none", name_place=(0, -6)), dpi
    )
    dark, away = 255.0 - drawn.image[..., 0], []
    for column in range(400, 2200, 171):  # of the truth
        pixel = (column + 0.5) / COLUMNS_PER_MM * drawn.dots_per_mm
        y = drawn.traces[5, column] * drawn.dots_per_mm
        around = dark[round(y) - 8 : round(y) + 9, int(pixel)]
        middle = (around * (np.arange(around.size) + 0.5)).sum() / around.sum() + round(y) - 8
        away.append(middle - y)
    assert np.median(np.abs(away)) < 0.6
    assert np.max(np.abs(away)) < 1.5  # where it is steep


def test_names_and_pulses_are_told_where_they_stand() -> None:
    sheet = sheet_of("6x2")
    kinds = draw_sheet(waves(), RATE, sheet, Style(pulses="left")).kinds
    for row, leads in enumerate(sheet.rows):
        for lead, left in zip(leads, sheet.row_boundaries(leads), strict=False):
            y, x = np.nonzero(kinds == FIRST_NAME + TWELVE.index(lead))
            assert x.min() / PIXELS_PER_MM == pytest.approx(left + 1, abs=0.8)
            assert y.max() / PIXELS_PER_MM == pytest.approx(sheet.baselines[row] - 5, abs=0.8)
    y, x = np.nonzero(kinds == PULSE)
    assert x.max() / PIXELS_PER_MM < sheet.left + 0.5
    assert (kinds == TRACE).sum() > 6 * 250 * PIXELS_PER_MM


@pytest.mark.whole
@pytest.mark.parametrize("stage", STAGES)
def test_the_plane_shows_ink_where_the_sheet_has_it(stage) -> None:
    sheet = sheet_of("3x4")
    drawn = draw_sheet(waves(), RATE, sheet, Style(grid="none", pulses="none"))
    picture = take_picture(drawn.image, drawn.dots_per_mm, np.random.default_rng(3), stage)
    plane = reading_plane(picture.image, picture.from_mm, sheet.size)
    columns = np.arange(300, 1900, 97)
    rows = drawn.traces[1, columns] * PIXELS_PER_MM - 0.5
    darkest = [
        plane[int(row) - 4 : int(row) + 6, column, 0].argmax() - 4
        for row, column in zip(rows, columns, strict=True)
    ]
    assert np.median(np.abs(darkest)) <= 1


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(8))
def test_an_example_agrees_with_itself(seed) -> None:
    example = make_example(waves(), RATE, seed)
    assert example.plane.dtype == np.uint8
    assert example.traces.shape == (len(example.sheet.rows), example.plane.shape[1])
    inked = []
    for trace in example.traces:
        columns = np.flatnonzero(np.isfinite(trace))[::50]
        rows = np.clip(np.round(trace[columns]).astype(int), 2, len(example.plane) - 3)
        near = np.stack([example.plane[rows + off, columns, 0] for off in (-1, 0, 1)]).max(axis=0)
        away = example.plane[np.clip(rows + 12, 0, len(example.plane) - 1), columns, 0]
        inked += [np.median(near.astype(float) - away)]
    assert np.median(inked) > 20


def test_the_same_seed_gives_the_same_example() -> None:
    one, other = (make_example(waves(), RATE, 5) for _ in range(2))
    np.testing.assert_array_equal(one.plane, other.plane)
    np.testing.assert_array_equal(one.traces, other.traces)
