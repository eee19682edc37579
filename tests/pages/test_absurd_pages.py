"""Pages that look whole and would give signals that cannot be: each is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from drawn_pages import gray, heartbeats
from limb_leads import limb_leads

from ecgzoo.pages.decode import decode_page
from ecgzoo.pages.fixed_print import lead_name
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.page_layers import LeadTraces
from ecgzoo.pages.printed_scale import scale_ink
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.signal_spec import SignalSpec

TEN_SECONDS = SignalSpec(PAGE_SPEC.leads, PAGE_SPEC.sampling_rate, RHYTHM_SAMPLES)
FOOTER = slice(1538, 1553)


@pytest.fixture(scope="module")
def verdict() -> Callable[[np.ndarray], str]:
    layer = LeadTraces()
    return lambda page: PageQuality(int(layer(page[None])["quality"][0])).name


@pytest.fixture(scope="module")
def heart() -> np.ndarray:
    """Ten seconds of twelve simultaneous leads, ``[samples, 12]`` in mV."""
    beat = heartbeats(RHYTHM_SAMPLES, PAGE_SPEC.sampling_rate)
    later = np.roll(beat, 6)
    limbs = limb_leads(0.6 * beat - 0.2 * later, beat)
    return np.stack([*limbs, *(gain * beat for gain in (-0.7, -1.1, 0.6, 1.2, 1.1, 0.8))], axis=-1)


def printed(heart: np.ndarray, order: tuple[str, ...], strip: str, shown: str) -> np.ndarray:
    """A page on which the leads stand in another order than their names, and so the strip."""
    leads = [PAGE_SPEC.leads.index(name) for name in order]
    rhythm = heart[:, PAGE_SPEC.leads.index(shown)]
    return gray(render_page(heart[:, leads], TEN_SECONDS, rhythm, strip))


def exchanged(first: str, second: str) -> tuple[str, ...]:
    swap = {first: second, second: first}
    return tuple(swap.get(name, name) for name in PAGE_SPEC.leads)


@pytest.mark.parametrize("strip", ["II", "III"])
def test_leads_of_one_heart_are_no_contradiction(verdict, heart, strip):
    assert verdict(printed(heart, PAGE_SPEC.leads, strip, strip)) == "GOOD"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("first", "second"),
    [("I", "II"), ("II", "III"), ("aVR", "aVL"), ("aVL", "aVF"), ("aVR", "aVF")],
)
def test_exchanged_leads_contradict_one_another(verdict, heart, first, second):
    assert verdict(printed(heart, exchanged(first, second), "II", "II")) == "CONTRADICTORY"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("first", "second"), [("I", "II"), ("II", "III"), ("aVR", "aVF"), ("V1", "V2"), ("V3", "V6")]
)
def test_exchanged_names_are_another_layout(verdict, page, first, second):
    exchanged = page.copy()
    for place, name in ((first, second), (second, first)):
        row, column = PAGE_LAYOUT.cell(place)
        y, x = PAGE_LAYOUT.name_tops[row], PAGE_LAYOUT.box_left[column]
        box = exchanged[y : y + 20, x : x + 56]
        box[lead_name(place)] = 255
        box[lead_name(name)] = 0
    assert verdict(exchanged) == "OTHER_LAYOUT"


@pytest.mark.whole
@pytest.mark.parametrize(("strip", "shown"), [("II", "V1"), ("II", "III"), ("III", "II")])
def test_a_strip_that_is_another_lead(verdict, heart, strip, shown):
    assert verdict(printed(heart, PAGE_SPEC.leads, strip, shown)) == "CONTRADICTORY"


def test_traces_at_heights_of_their_own_are_no_contradiction(verdict, heart):
    raised = heart + 0.1 * np.arange(12) / 12
    assert verdict(gray(render_page(raised, TEN_SECONDS))) == "GOOD"


@pytest.mark.whole
@pytest.mark.parametrize("columns", [8, 12, 20, 24])
def test_a_gap_in_a_lead_is_not_made_up(verdict, page, columns):
    assert verdict(with_gap(page, columns)) == "UNTRACEABLE"


def test_a_short_gap_is_bridged_and_counted(page, known_signal):
    whole, bridged = (LeadTraces()(one[None]) for one in (page, with_gap(page, 6)))
    assert int(bridged["quality"][0]) == PageQuality.GOOD
    more = np.asarray(bridged["unseen"] - whole["unseen"])[0]
    assert more.tolist() == [6, *[0] * 11]
    assert np.abs(bridged["signal"][0, :, 0] - known_signal[:, 0])[90:110].max() < 0.03


def with_gap(page: np.ndarray, columns: int) -> np.ndarray:
    """White in lead I from column 250 on, sample 96."""
    page = page.copy()
    page[350:600, 250 : 250 + columns] = 255
    return page


@pytest.mark.whole
@pytest.mark.parametrize(
    ("speed", "gain", "expected"),
    [
        ("25", "10", "GOOD"),
        ("50", "10", "OTHER_SCALE"),
        ("12.5", "10", "OTHER_SCALE"),
        ("6.25", "10", "OTHER_SCALE"),
        ("5", "10", "OTHER_SCALE"),
        ("25", "20", "OTHER_SCALE"),
        ("25", "5", "OTHER_SCALE"),
        ("25", "2.5", "OTHER_SCALE"),
    ],
)
def test_the_printed_speed_and_gain_are_read(verdict, page, speed, gain, expected):
    assert verdict(saying(page, scale_ink(PAGE_LAYOUT, speed, gain))) == expected


def test_the_scale_is_read_where_other_words_moved_it(verdict, page):
    for speed, expected in (("25", "GOOD"), ("50", "OTHER_SCALE")):
        moved = np.roll(scale_ink(PAGE_LAYOUT, speed), 31, axis=1)
        assert verdict(saying(page, moved)) == expected


def test_a_page_that_says_no_scale_is_good(verdict, page):
    assert verdict(saying(page, np.zeros(page.shape, bool))) == "GOOD"


def saying(page: np.ndarray, line: np.ndarray) -> np.ndarray:
    """The page with another line below its grid."""
    page = page.copy()
    page[FOOTER] = np.where(line[FOOTER], 0, 255)
    return page


def test_a_page_whose_lower_part_is_displaced(verdict, page):
    displaced = page.copy()
    displaced[1460:] = np.roll(page[1460:], 16, axis=1)
    assert verdict(displaced) == "DISPLACED"


def test_a_page_of_black_and_white_has_no_frame_and_is_good(verdict, page):
    assert verdict(np.where(page < 60, 0, 255).astype(np.uint8)) == "GOOD"


# Damage there left the layout whole, and the strip up to 3 mV off.
@pytest.mark.whole
@pytest.mark.parametrize("place", [735_214, 761_006, 777_126])
def test_a_damaged_byte_of_a_jpeg_yields_no_other_strip(page, known_rhythm, place):
    damaged = bytearray(page_bytes(page, "jpeg"))
    damaged[place] ^= 0x55
    pixels, quality = decode_page(tf.constant(bytes(damaged)))
    traced = LeadTraces()(pixels[None])
    if int(quality) == int(traced["quality"][0]) == PageQuality.GOOD:
        assert np.abs(traced["rhythm"][0] - known_rhythm).max() < 0.5
