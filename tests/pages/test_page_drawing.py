"""Pages drawn from signals, and the layout they are drawn in."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from limb_leads import limb_leads

from ecgzoo.errors import SignalError
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_LAYOUT, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.page_layers import LeadTraces, VerticalAverage
from ecgzoo.pages.render import page_bytes, render_page, write_page
from ecgzoo.signal_spec import SignalSpec

INK = 60


def test_the_layout_is_what_the_paper_speed_says():
    assert PAGE_SPEC.leads == ("I", "II", "III", "aVR", "aVL", "aVF") + tuple(
        f"V{n}" for n in range(1, 7)
    )
    assert PAGE_SPEC.sampling_rate == pytest.approx(196.8504, abs=1e-4)
    assert PAGE_LAYOUT.pixels_per_millivolt == pytest.approx(78.7402, abs=1e-4)
    assert RHYTHM_SAMPLES / PAGE_SPEC.sampling_rate == pytest.approx(10, abs=0.02)
    assert not PAGE_SPEC.simultaneous


def test_a_constant_signal_is_a_line_at_its_height():
    page = render_page(np.full(PAGE_SPEC.shape, 0.5), rhythm=np.zeros(RHYTHM_SAMPLES))
    for row, baseline in enumerate(PAGE_LAYOUT.baselines):
        x = 300
        inked = np.flatnonzero(page[330:, x].max(axis=-1) < INK) + 330
        expected = baseline - (39.37 if row < 3 else 0)
        assert np.abs(inked - expected).min() <= 1


def waves(times: np.ndarray) -> np.ndarray:
    """Twelve leads of sines, ``[times, leads]``; the limb leads obey their laws."""
    sines = [0.5 * np.sin(2 * np.pi * times * (1 + n / 12)) for n in range(12)]
    return np.stack([*limb_leads(sines[0], sines[1]), *sines[6:]], axis=-1)


@pytest.mark.whole
@pytest.mark.parametrize("rate", [100.0, 250.0, 500.0, 800.0])
def test_other_sampling_rates_are_resampled(rate):
    spec = SignalSpec(PAGE_SPEC.leads, rate, round(10 * rate))
    signal = waves(np.arange(spec.samples) / rate)
    page = render_page(signal, spec, rhythm_lead="III").mean(axis=-1)
    traced = LeadTraces()(page[None])
    assert int(traced["rhythm_lead"][0]) == 2
    for index, lead in enumerate(PAGE_SPEC.leads):
        start = PAGE_LAYOUT.box(lead)[1] - PAGE_LAYOUT.strip_left
        seconds = (start + np.arange(PAGE_SPEC.samples)) / PAGE_SPEC.sampling_rate
        expected = waves(seconds)[:, index]
        assert np.sqrt(np.mean((traced["signal"][0, :, index] - expected) ** 2)) < 0.02


def test_what_cannot_be_drawn_is_refused():
    zeros = np.zeros(PAGE_SPEC.shape)
    with pytest.raises(SignalError, match="expected a signal"):
        render_page(zeros[:-1])
    with pytest.raises(SignalError, match="finite"):
        render_page(np.full(PAGE_SPEC.shape, np.nan))
    with pytest.raises(SignalError, match="mV"):
        render_page(zeros, SignalSpec(PAGE_SPEC.leads, 196.85, PAGE_SPEC.samples, unit="uV"))
    with pytest.raises(SignalError, match="10.0|9.99"):
        render_page(zeros, SignalSpec(PAGE_SPEC.leads, 196.85, PAGE_SPEC.samples))
    with pytest.raises(ValueError, match="rhythm_lead"):
        render_page(zeros, rhythm_lead="V1")
    with pytest.raises(ValueError, match="jpeg"):
        page_bytes(np.zeros((2, 2), "uint8"), "gif")


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_written_page_is_read_back(tmp_path, known_signal, ending):
    path = tmp_path / f"page.{ending}"
    write_page(path, known_signal)
    assert np.sqrt(np.mean((trace_page(path).signal - known_signal) ** 2)) < 0.03
    with pytest.raises(ValueError, match="ending"):
        write_page(tmp_path / "page.bmp", known_signal)


@pytest.mark.parametrize("region", ["page", "grid", "strip", "I", "V6"])
def test_vertical_average_is_the_column_mean(page, region):
    layer = VerticalAverage(region)
    rows, columns = PAGE_LAYOUT.region(region)
    expected = page[rows, columns].mean(axis=0)
    average = np.asarray(layer(page[None]))
    assert average.shape == layer.compute_output_shape((1, *page.shape))
    np.testing.assert_allclose(average[0, :, 0], expected, rtol=1e-5)
    again = VerticalAverage.from_config(layer.get_config())(page[None, :, :, None] * 1.0)
    np.testing.assert_allclose(again, average, rtol=1e-5)


def test_vertical_average_of_the_page_meets_its_spec():
    symbolic = VerticalAverage()(keras.Input((1572, 2213), dtype="uint8"))
    assert symbolic.shape == (None, *AVERAGE_SPEC.shape)
    with pytest.raises(ValueError, match="region of page, grid, strip, I"):
        VerticalAverage("V7")
