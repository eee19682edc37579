"""The tracing of the data set's pages, checked by physics, by redrawing and by the strip.

Run all of it with ``pytest -m slow tests/pages/test_real_pages.py -s``: it prints the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from ecgzoo.pages.decode import decode_page
from ecgzoo.pages.fixed_print import name_ink, separator_ink
from ecgzoo.pages.ink import SPECK, trace_window
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
from ecgzoo.pages.page_layers import LeadTraces
from ecgzoo.pages.render import draw_stroke

pytestmark = [pytest.mark.needs_data, pytest.mark.whole]

BATCH = 8
HEADER = slice(0, 277), slice(1550, 1840)
NEIGHBOURS = np.ones((3, 3))
FIRST_SECONDS = slice(0, PAGE_SPEC.samples)


def pages_of(paths: list[Path]) -> tf.data.Dataset:
    dataset = tf.data.Dataset.from_tensor_slices([str(path) for path in paths])
    return dataset.map(lambda path: decode_page(tf.io.read_file(path)), tf.data.AUTOTUNE)


def trace(paths: list[Path]) -> dict[str, np.ndarray]:
    layer = LeadTraces()
    traced = pages_of(paths).batch(BATCH).map(lambda pages, _: layer(pages))
    batches = list(traced.as_numpy_iterator())
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def rms(x: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean(np.square(x), axis=-1))


def residuals(signal: np.ndarray) -> dict[str, np.ndarray]:
    one, two, three, avr, avl, avf = (signal[..., lead] for lead in range(6))
    return {"II - I - III": two - one - three, "aVR + aVL + aVF": avr + avl + avf}


def known_ink() -> np.ndarray:
    """What is no trace: separators, lead names and the header, and a pixel around them."""
    ink = separator_ink(PAGE_LAYOUT) | name_ink(PAGE_LAYOUT, "III")
    ink[HEADER] = True
    return ndimage.binary_dilation(ink, NEIGHBOURS)


def trace_ink(page: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Ink in the trace window that is in vertical runs above a speck and not known otherwise."""
    dark = page < PAGE_LAYOUT.ink_below
    tall = ndimage.binary_opening(dark, np.ones((SPECK + 1, 1)))
    window = trace_window(PAGE_LAYOUT)
    return (tall & ~known)[window]


def drawn_ink(signal: np.ndarray, rhythm: np.ndarray, known: np.ndarray) -> np.ndarray:
    ink = np.zeros(known.shape, bool)
    places = [(*PAGE_LAYOUT.box(lead), signal[:, i]) for i, lead in enumerate(PAGE_SPEC.leads)]
    for y, x, values in [*places, (PAGE_LAYOUT.baselines[-1], PAGE_LAYOUT.strip_left, rhythm)]:
        draw_stroke(ink, y - values * PAGE_LAYOUT.pixels_per_millivolt, x, PAGE_LAYOUT.pen)
    return (ink & ~known)[trace_window(PAGE_LAYOUT)]


def coverage(paths: list[Path], traced: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the trace ink covered and of the drawn ink on ink: exactly, and within a pixel."""
    known = known_ink()
    shares = []
    pages: Iterator[tuple[np.ndarray, int]] = pages_of(paths).as_numpy_iterator()
    for (page, _), signal, rhythm in zip(pages, traced["signal"], traced["rhythm"], strict=True):
        ink, drawn = trace_ink(page, known), drawn_ink(signal, rhythm, known)
        near_ink, near_drawn = (ndimage.binary_dilation(x, NEIGHBOURS) for x in (ink, drawn))
        exact = (ink & drawn).sum() / np.array([ink.sum(), drawn.sum()])
        near = (ink & near_drawn).sum() / ink.sum(), (drawn & near_ink).sum() / drawn.sum()
        shares.append((*exact, *near))
    return np.array(shares)


def strip_correlation(traced: dict[str, np.ndarray], other: bool = False) -> np.ndarray:
    leads = 3 - traced["rhythm_lead"] if other else traced["rhythm_lead"]
    pairs = zip(traced["signal"], traced["rhythm"], leads, strict=True)
    return np.array(
        [np.corrcoef(signal[:, lead], strip[FIRST_SECONDS])[0, 1] for signal, strip, lead in pairs]
    )


def check(paths: list[Path]) -> None:
    traced = trace(paths)
    assert traced["quality"].tolist() == [0] * len(paths)
    for name, residual in residuals(traced["signal"]).items():
        middle, (half, most) = np.median(np.abs(residual)), np.percentile(rms(residual), [50, 95])
        print(f"{name}: median {middle:.4f} mV; RMS median {half:.4f}, 95% {most:.4f} mV")
        assert middle <= 0.013
        assert half <= 0.02
        assert most <= 0.05
    matches = strip_correlation(traced)
    print(f"strip: correlation median {np.median(matches):.4f}, least {matches.min():.4f}")
    assert np.median(matches) >= 0.99
    assert np.all(matches > strip_correlation(traced, other=True))
    *exact, covered, on_ink = np.median(coverage(paths, traced), axis=0)
    print(f"redrawn: covers {exact[0]:.4f} of the trace ink, {exact[1]:.4f} of it on ink")
    print(f"within a pixel: covers {covered:.4f}, {on_ink:.4f} on ink")
    assert covered >= 0.95
    assert on_ink >= 0.95


def test_some_pages(real_pages):
    check(real_pages[::60])


@pytest.mark.slow
def test_all_pages(real_pages):
    assert len(real_pages) == 491
    check(real_pages)
