"""Sheets of any layout, from an image to millivolts, by the networks that ship."""

import io

import numpy as np
import pytest
from lawful_beats import beats
from PIL import Image

from ecgzoo.errors import PageError
from ecgzoo.evaluation.digitisation import signal_to_noise
from ecgzoo.pages.arrangement.printing import Printing
from ecgzoo.pages.digitised_page import digitise
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.render import page_bytes
from ecgzoo.pages.sheets.camera import take_picture
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE, Sheet
from ecgzoo.pages.sheets.style import Note, Style

pytestmark = pytest.mark.whole

PRINTED = Style(grid_colour=(240, 150, 150), pen=0.3, name_height=3.0)


def wandering():
    """Lawful leads of beats that differ a little, on a slow wave."""
    times = np.arange(5000) / 500
    return beats() * (1 + 0.2 * np.sin(times * 2.1))[:, None]


def sheet_of(layout, strips=(), **changes):
    rows = (*LAYOUTS[layout], *((lead,) for lead in strips))
    step = min(155 / len(rows), 35)
    return Sheet(rows, tuple(42.0 + step * place for place in range(len(rows))), **changes)


def printed(sheet, signal):
    """What a sheet shows of the leads, and NaN."""
    truth = np.full(signal.shape, np.nan)
    for leads in sheet.rows:
        ends = [round((x - sheet.left) / sheet.speed * 500) for x in sheet.row_boundaries(leads)]
        for lead, first, last in zip(leads, ends, ends[1:], strict=False):
            place = TWELVE.index(lead)
            truth[first:last, place] = signal[first:last, place]
    return truth


def ratio(found, truth):
    times = np.arange(len(truth)) / 500 * found.traced.spec.sampling_rate
    read = np.full(truth.shape, np.nan)
    for place, lead in enumerate(found.traced.spec.leads):
        seen = np.flatnonzero(np.isfinite(found.printed[:, place]))
        inside = (times >= seen[0]) & (times <= seen[-1])
        read[inside, TWELVE.index(lead)] = np.interp(
            times[inside], seen, found.printed[seen, place]
        )
    return signal_to_noise(truth, read, 500)


@pytest.mark.parametrize(
    ("layout", "strips"), [("3x4", ("II",)), ("6x2", ()), ("12x1", ()), ("6x2 Cabrera", ("V1",))]
)
def test_a_clean_sheet_of_any_layout_is_read(layout, strips) -> None:
    sheet = sheet_of(layout, strips)
    drawn = draw_sheet(wandering(), 500, sheet, PRINTED, 200)
    found = digitise(page_bytes(drawn.image))
    assert found.sheet.arrangement.sheet.rows == sheet.rows
    assert found.traced.spec.leads == TWELVE
    assert ratio(found, printed(sheet, wandering())) > 15
    assert found.traced.error.max() < 0.1


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_sheet_on_its_side_is_turned(turn) -> None:
    drawn = draw_sheet(wandering(), 500, sheet_of("3x4", ("II",)), PRINTED, 150)
    found = digitise(page_bytes(np.rot90(drawn.image, turn)))
    assert ratio(found, printed(sheet_of("3x4", ("II",)), wandering())) > 12


def test_a_photograph_in_perspective_is_read() -> None:
    sheet = sheet_of("3x4", ("II",))
    drawn = draw_sheet(wandering(), 500, sheet, PRINTED, 200)
    picture = take_picture(drawn.image, drawn.dots_per_mm, np.random.default_rng(2), "photographed")
    found = digitise(page_bytes(picture.image))
    assert ratio(found, printed(sheet, wandering())) > 10


def test_exchanged_names_are_refused() -> None:
    leads = wandering()
    leads[:, [3, 5]] = leads[:, [5, 3]]  # aVR and aVF
    drawn = draw_sheet(leads, 500, sheet_of("6x2"), PRINTED, 200)
    with pytest.raises(PageError, match="cannot be of one heart"):
        digitise(page_bytes(drawn.image))


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_the_reason_of_a_refusal_is_that_of_the_turn_in_which_rows_were_found(turn) -> None:
    drawn = draw_sheet(wandering(), 500, sheet_of("3x4"), PRINTED, 100)
    with pytest.raises(PageError, match="3 rows where the layout has 6 of 2 leads"):
        digitise(page_bytes(np.rot90(drawn.image, turn)), Printing("6x2"))


def noise_image():
    return np.random.default_rng(0).integers(0, 256, (800, 1000, 3)).astype(np.uint8)


def text_image():
    drawn = draw_sheet(
        np.zeros((5000, 12)),
        500,
        Sheet((("I",),), (500.0,), size=(200.0, 280.0)),
        Style(
            notes=tuple(Note("I II V1 aVR rhythm", (20.0, 20.0 + 9 * n), 3.0) for n in range(18))
        ),
    )
    return drawn.image


@pytest.mark.parametrize(
    "image",
    [np.full((700, 900, 3), 255, "uint8"), noise_image(), text_image()],
    ids=["blank", "noise", "text"],
)
def test_what_is_no_ecg_is_refused(image) -> None:
    with pytest.raises(PageError, match="expected a printed ECG") as refused:
        digitise(page_bytes(image))
    assert refused.value.quality == PageQuality.UNREADABLE


def test_half_a_sheet_is_refused_or_read_as_what_it_shows() -> None:
    sheet = sheet_of("6x2")
    image = draw_sheet(wandering(), 500, sheet, PRINTED, 200).image
    stream = io.BytesIO()
    Image.fromarray(image[: image.shape[0] // 2]).save(stream, "png")
    try:
        found = digitise(stream.getvalue())
    except PageError:
        return
    assert set(found.traced.spec.leads) < set(TWELVE)
