"""Headings: words where printers put them, drawn as they say and never told to be names."""

import numpy as np
import pytest

from ecgzoo.pages.sheets.drawing import FIRST_NAME, PULSE, draw_sheet
from ecgzoo.pages.sheets.headings import FREE, HEADINGS, random_heading
from ecgzoo.pages.sheets.sheet import LAYOUTS, PIXELS_PER_MM, Sheet
from ecgzoo.pages.sheets.style import Note, Style

SHEET = Sheet((*LAYOUTS["3x4"], ("II",)), (65.0, 100.0, 135.0, 170.0))


def drawn(**style):
    return draw_sheet(np.zeros((5000, 12)), 500, SHEET, Style(grid="none", **style))


def ink_around(one, other):
    """Top, bottom, left and right of what the second drawing shows beside the first, in mm."""
    y, x = np.nonzero((one.image != other.image).any(axis=2))
    return np.array([y.min(), y.max() + 1, x.min(), x.max() + 1]) / one.dots_per_mm


@pytest.mark.parametrize("seed", range(12))
def test_a_heading_leaves_the_traces_free(seed) -> None:
    notes = random_heading(np.random.default_rng(seed), SHEET)
    lines = [note for note in notes if not note.upwards]
    assert len(lines) > 6
    for note in lines:
        above = note.place[1] <= SHEET.baselines[0] - FREE
        assert above or note.place[1] >= SHEET.baselines[-1] + FREE
    assert not any("{" in note.text for note in notes)


def test_every_printer_is_drawn_sometimes() -> None:
    texts = [
        " ".join(note.text for note in random_heading(np.random.default_rng(seed), SHEET))
        for seed in range(60)
    ]
    for heading in HEADINGS.values():
        constant = next(
            word for word in heading.footing[0].split() if "{" not in word and len(word) > 4
        )
        assert any(constant in text for text in texts)


def test_words_are_told_to_be_nothing() -> None:
    notes = random_heading(np.random.default_rng(1), SHEET)
    np.testing.assert_array_equal(drawn(notes=notes).kinds, drawn().kinds)


def test_a_note_stands_at_its_place() -> None:
    around = ink_around(drawn(), drawn(notes=(Note("HHHH", (40.0, 30.0), 4.0),)))
    np.testing.assert_allclose(around[:3], (26, 30, 40), atol=0.8)


def test_a_note_that_reads_upwards_ends_above_its_beginning() -> None:
    around = ink_around(drawn(), drawn(notes=(Note("HHHHHHHH", (10.0, 150.0), 4.0, upwards=True),)))
    assert around[1] == pytest.approx(150, abs=1)
    assert around[1] - around[0] > 3 * (around[3] - around[2])


def test_a_boxed_note_is_white_on_ink() -> None:
    mark = drawn(notes=(Note("H", (40.0, 30.0), 4.0, boxed=True),))
    top, bottom, left, right = ink_around(drawn(), mark)
    assert bottom - top == pytest.approx(8, abs=1)
    inside = mark.image[round(28 * mark.dots_per_mm), :, 0]
    beside = inside[round(left * mark.dots_per_mm) + 2 : round(right * mark.dots_per_mm) - 2]
    assert (beside < 50).mean() > 0.4  # the box
    assert (beside > 200).mean() > 0.1  # its letter


def test_a_strip_is_named_before_its_trace_as_well() -> None:
    kinds = drawn(strips_named_twice=True, pulses="none").kinds
    row = slice(round(160 * PIXELS_PER_MM), round(174 * PIXELS_PER_MM))
    left = np.nonzero(kinds[row] == FIRST_NAME + 1)[1] / PIXELS_PER_MM
    assert left.min() == pytest.approx(SHEET.left - 9, abs=1)
    assert left.max() > SHEET.left
    assert not (kinds == PULSE).any()
    other = slice(round(126 * PIXELS_PER_MM), round(140 * PIXELS_PER_MM))
    assert (kinds[other, : round((SHEET.left - 1) * PIXELS_PER_MM)] < FIRST_NAME).all()
