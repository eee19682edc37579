"""Pages that must be refused, each for its reason."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ecgzoo.pages.page_layers import LeadTraces
from ecgzoo.pages.quality import PageQuality, page_error, sentence


def whiten(page: np.ndarray, *part: slice) -> np.ndarray:
    page = page.copy()
    page[part] = 255
    return page


def rotate(page: np.ndarray, degrees: float) -> np.ndarray:
    turned = Image.fromarray(page).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(turned)


def noise(page: np.ndarray) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, page.shape, dtype=np.uint8)


SPOILT = {
    "white": (lambda page: np.full_like(page, 255), "BLANK"),
    "gray": (lambda page: np.full_like(page, 128), "BLANK"),
    "black": (lambda page: np.zeros_like(page), "OTHER_LAYOUT"),
    "noise": (noise, "OTHER_LAYOUT"),
    "inverted": (lambda page: 255 - page, "OTHER_LAYOUT"),
    "right third missing": (lambda page: whiten(page, slice(None), slice(1475, None)), "CUT"),
    "right tenth missing": (lambda page: whiten(page, slice(None), slice(1992, None)), "CUT"),
    "left third missing": (lambda page: whiten(page, slice(None), slice(0, 737)), "CUT"),
    "bottom third missing": (lambda page: whiten(page, slice(1048, None)), "CUT"),
    "strip missing": (lambda page: whiten(page, slice(1240, None)), "CUT"),
    "upside down": (lambda page: page[::-1, ::-1], "ROTATED"),
    "mirrored": (lambda page: page[:, ::-1], "OTHER_LAYOUT"),
    "half a degree": (lambda page: rotate(page, 0.5), "OTHER_LAYOUT"),
    "three degrees": (lambda page: rotate(page, 3), "OTHER_LAYOUT"),
    "shifted": (lambda page: np.roll(page, 9, axis=1), "OTHER_LAYOUT"),
    "a lead erased": (lambda page: whiten(page, slice(560, 890), slice(710, 1120)), "UNTRACEABLE"),
    "a hole": (lambda page: whiten(page, slice(400, 600), slice(900, 940)), "UNTRACEABLE"),
}


@pytest.fixture(scope="module")
def layer() -> LeadTraces:
    return LeadTraces()


@pytest.mark.whole
@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_page_is_refused(layer, page, spoil):
    change, reason = SPOILT[spoil]
    traced = layer(change(page)[None])
    assert PageQuality(int(traced["quality"][0])).name == reason
    assert np.isnan(traced["signal"]).all()
    assert np.isnan(traced["rhythm"]).all()


def test_one_bad_page_does_not_spoil_its_neighbours(layer, page):
    white = np.full_like(page, 255)
    alone = layer(page[None])["signal"][0]
    traced = layer(np.stack([white, page, white]))
    assert np.asarray(traced["quality"]).tolist() == [PageQuality.BLANK, 0, PageQuality.BLANK]
    np.testing.assert_array_equal(traced["signal"][1], alone)


def test_light_noise_is_no_reason(layer, page):
    rng = np.random.default_rng(0)
    noisy = np.clip(page + rng.normal(0, 15, page.shape), 0, 255).astype(np.uint8)
    assert int(layer(noisy[None])["quality"][0]) == PageQuality.GOOD


@pytest.mark.parametrize("code", list(PageQuality))
def test_every_code_has_its_sentence(code):
    text = sentence(code, "detail")
    assert all(part in text for part in ("expected", "found", "(detail)", "remedy"))


def test_an_error_carries_its_reason_and_its_file():
    error = page_error(PageQuality.CUT, "scan.png")
    assert error.quality is PageQuality.CUT
    assert str(error).startswith("scan.png: expected")
