"""ECG paper: a second is 25 mm and a millivolt 10, wherever a lead stands on the page."""

import numpy as np
import pytest
from PIL import Image

from ecgzoo.errors import SignalError
from ecgzoo.report import ecg_paper
from ecgzoo.report.ecg_paper import draw_ecg, layout, record_figure
from ecgzoo.signal_spec import PRINTED
from tf_data.open_record import open_record

TWELVE = tuple(name for column in PRINTED for name in column)
RATE = 500


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Draws, and gives the figure instead of writing it."""
    kept = []
    monkeypatch.setattr(ecg_paper, "save_figure", lambda figure, path: kept.append(figure))

    def draw(signal, leads, rate=RATE):
        draw_ecg(signal, rate, leads, tmp_path / "x.png", "x.hea")
        return kept[-1]

    return draw


def lines_of(figure):
    """Times in s and heights in mV of all lines, with lengths of the paper's own millimetres."""
    (axes,) = figure.axes
    width, height = figure.get_size_inches() * 25.4
    assert np.ptp(axes.get_xlim()) == pytest.approx(width)
    assert np.ptp(axes.get_ylim()) == pytest.approx(height)
    return [(line.get_xdata(), -line.get_ydata()) for line in axes.lines]


@pytest.mark.parametrize("rate", [100, 250, 500])
def test_a_second_is_25_mm_and_a_millivolt_10(drawn, rate):
    signal = np.zeros((10 * rate, 2))
    signal[3 * rate, 0], signal[5 * rate, 0], signal[:, 1] = 1.5, -0.5, 300
    first, second = lines_of(drawn(signal, ("I", "II"), rate))[:2]
    up, down = first[1].argmax(), first[1].argmin()
    assert first[0][down] - first[0][up] == pytest.approx(50)
    assert first[1][up] - np.median(first[1]) == pytest.approx(15)
    assert first[1][down] - np.median(first[1]) == pytest.approx(-5)
    assert np.ptp(second[1]) == 0, "a constant offset does not push a lead off the paper"


def test_the_calibration_pulse_is_a_millivolt_for_a_fifth_of_a_second(drawn):
    x, y = lines_of(drawn(np.zeros((5000, 1)), ("I",)))[-1]
    assert np.ptp(y) == pytest.approx(10)
    top = x[y == y.max()]
    assert np.ptp(top) == pytest.approx(5)


def test_twelve_leads_follow_each_other_as_printed_and_the_strip_is_whole(drawn):
    time, beats = np.arange(10 * RATE)[:, None] / RATE, 0.1 + 0.8 * np.arange(12)
    signal = np.exp(-(((time - beats) / 0.01) ** 2))
    lines = lines_of(drawn(signal, TWELVE))
    left = lines[12][0][0]  # where the strip starts
    for place, (x, y) in enumerate(lines[:12]):
        column = place // 3
        assert x[0] - left == pytest.approx(62.5 * column, abs=0.1)
        assert x[-1] - left == pytest.approx(62.5 * (column + 1), abs=0.1)
        inside = 2.5 * column <= beats[place] <= 2.5 * (column + 1)
        assert (np.ptp(y) > 9) == inside
        if inside:
            assert x[y.argmax()] - left == pytest.approx(25 * beats[place], abs=0.1)
    assert len(lines[12][0]) == 5000


def test_leads_of_other_names_or_less_than_ten_seconds_have_a_row_each():
    assert [one.row for one in layout(TWELVE, 8)] == list(range(12))
    assert [one.row for one in layout(("MLII", "V5"), 10)] == [0, 1]
    upper = tuple(name.upper() for name in TWELVE)
    assert {one.row for one in layout(upper, 10)} == {0, 1, 2, 3}


def test_rows_do_not_run_into_each_other_and_a_gap_stays_white(drawn):
    signal = np.random.default_rng(0).normal(0, 1, (5000, 3)).clip(-3, 3)
    signal[1000:2000, 1] = np.nan
    lines = lines_of(drawn(signal, ("I", "II", "III")))
    for (_, above), (_, below) in zip(lines[:2], lines[1:3], strict=True):
        assert np.nanmin(above) > np.nanmax(below)
    assert np.isnan(lines[1][1]).sum() == 1000


def test_it_is_said_where_a_lead_is_cut_off(drawn):
    signal = np.zeros((5000, 1))
    signal[100] = 7
    said = [one.get_text() for one in drawn(signal, ("I",)).axes[0].texts]
    assert said[-1] == (
        "25 mm/s, 10 mm/mV; from 0 to 10 s; 500 Hz; not filtered; cut off beyond 5 mV"
    )


def test_a_record_is_drawn_from_where_it_is_asked_for_whatever_its_unit(tmp_path, monkeypatch):
    signal = np.random.default_rng(0).normal(0, 300, (20 * RATE, 2))
    np.save(tmp_path / "r.npy", signal)
    record = open_record(tmp_path / "r.npy", RATE, unit="uV")
    asked = []
    monkeypatch.setattr(ecg_paper, "ecg_figure", lambda *given: asked.append(given))
    record_figure(record, start=15)
    drawn, rate, leads, *_, start = asked[0]
    np.testing.assert_allclose(drawn, signal[15 * RATE :] / 1000)
    assert (rate, leads, start) == (RATE, ("1", "2"), 15)
    with pytest.raises(SignalError, match=r"within the 20 s of r\.npy; got 20"):
        record_figure(record, start=20)


def test_the_picture_is_as_large_as_the_paper_and_the_same_every_time(tmp_path):
    signal = np.random.default_rng(0).normal(0, 0.1, (10 * RATE, 12))
    for name in ("a.png", "b.png"):
        draw_ecg(signal, RATE, TWELVE, tmp_path / name, "x")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == pytest.approx(270 / 25.4 * 130, abs=1)
