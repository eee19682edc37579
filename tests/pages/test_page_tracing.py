"""LeadTraces against signals that are known because the page was drawn from them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.page_layers import LeadTraces
from ecgzoo.pages.render import draw_stroke
from ecgzoo.pages.stroke import fill_gaps, running_max, running_mean, undraw

MAX_RMS = 0.03


def rms(x: np.ndarray, axis: int = 0) -> np.ndarray:
    return np.sqrt(np.mean(np.square(x), axis=axis))


def assert_same(signal: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(signal, expected, atol=1e-6)


@pytest.fixture(scope="module")
def traced(page: np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in LeadTraces()(page[None]).items()}


def test_every_lead_comes_back(traced, known_signal):
    assert traced["quality"].tolist() == [0]
    assert traced["signal"].shape == (1, *PAGE_SPEC.shape)
    assert traced["signal"].dtype == np.float32
    assert rms(traced["signal"][0] - known_signal).max() < MAX_RMS


def test_peaks_keep_their_height(traced, known_signal):
    peaks = np.ptp(traced["signal"][0], axis=0) / np.ptp(known_signal, axis=0)
    np.testing.assert_allclose(peaks, 1.0, atol=0.05)


def test_the_strip_comes_back(traced, known_rhythm):
    assert traced["rhythm"].shape == (1, RHYTHM_SAMPLES)
    assert rms(traced["rhythm"][0] - known_rhythm) < MAX_RMS
    assert traced["rhythm_lead"].tolist() == [PAGE_SPEC.leads.index("II")]


def test_einthoven_holds_on_the_tracing(traced):
    signal = traced["signal"][0]
    one, two, three, avr, avl, avf = (signal[:, lead] for lead in range(6))
    assert rms(two - one - three) < 0.02
    assert rms(avr + avl + avf) < 0.02


def test_float_pages_and_a_channel_axis_give_the_same(page, traced):
    again = LeadTraces()(page[None, :, :, None].astype("float32"))
    np.testing.assert_array_equal(again["signal"], traced["signal"])


@pytest.mark.whole
def test_in_tf_data_and_in_a_saved_model(page, traced, tmp_path):
    layer = LeadTraces()
    dataset = tf.data.Dataset.from_tensors(page).repeat(2).batch(2).map(layer)
    assert_same(next(iter(dataset))["signal"][1], traced["signal"][0])
    module = tf.Module()
    module.trace = tf.function(
        lambda pages: layer(pages), input_signature=[tf.TensorSpec([None, 1572, 2213], tf.uint8)]
    )
    tf.saved_model.save(module, str(tmp_path / "traces"))
    loaded = tf.saved_model.load(str(tmp_path / "traces"))
    assert_same(loaded.trace(page[None])["signal"], traced["signal"])


def test_in_a_functional_model_that_is_saved(page, traced, tmp_path):
    pages = keras.Input((1572, 2213), dtype="uint8")
    model = keras.Model(pages, LeadTraces()(pages))
    assert {name: spec.shape for name, spec in model.output.items()} == {
        "signal": (None, *PAGE_SPEC.shape),
        "rhythm": (None, RHYTHM_SAMPLES),
        "rhythm_lead": (None,),
        "unseen": (None, len(PAGE_SPEC.leads)),
        "quality": (None,),
    }
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert_same(loaded(page[None])["signal"], traced["signal"])
    assert loaded.count_params() == 0


def test_a_wrong_shape_says_what_is_expected():
    with pytest.raises(ValueError, match=r"expected pages \[batch, 1572, 2213\]"):
        LeadTraces()(np.zeros((1, 100, 100), "uint8"))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.02, 0.15), st.floats(5, 200))
def test_any_smooth_stroke_can_be_undrawn(seed, highest, size):
    rng = np.random.default_rng(seed)
    times = np.arange(300)
    waves = [np.sin(f * times + p) for f, p in rng.uniform((0, 0), (highest, 6.3), (4, 2))]
    y = 400 + size * np.mean(waves, axis=0)
    ink = np.zeros((800, 302), bool)
    draw_stroke(ink, y, left=1, pen=PAGE_LAYOUT.pen)
    ink = ink[:, 1:-1]
    top, bottom = ink.argmax(axis=0), 800 - ink[::-1].argmax(axis=0)
    found = undraw(*(np.float32(x)[None] for x in (top, bottom)), PAGE_LAYOUT.pen)
    assert rms(np.asarray(found)[0, 2:-2] - y[2:-2]) < 1.0 + 0.02 * size


def test_running_extremes_and_means_match_numpy():
    x = np.random.default_rng(0).normal(size=(3, 50)).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x, ((0, 0), (2, 2)), mode="edge"), 5, axis=-1
    )
    np.testing.assert_array_equal(running_max(x, 2), windows.max(-1))
    np.testing.assert_allclose(running_mean(x, 2), windows.mean(-1), atol=1e-6)


def test_gaps_are_filled_with_straight_lines():
    seen = np.array([[0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0]], bool)
    values = np.array([[9, 1, 9, 9, 4, 9], [9, 9, 9, 9, 9, 9]], "float32")
    filled = np.asarray(fill_gaps(values, seen))
    np.testing.assert_allclose(filled, [[1, 1, 2, 3, 4, 4], [0] * 6], atol=1e-6)
