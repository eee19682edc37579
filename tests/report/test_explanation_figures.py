"""Figures of explanations: they are drawn of what they should be, or it is said why not."""

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection, LineCollection
from matplotlib.figure import Figure
from small_encoders import small_encoders
from small_presets import SPEC, heartbeats

from ecgzoo import SignalSpec, build
from ecgzoo.errors import UnknownNameError
from ecgzoo.explanation import Explanation, explain
from ecgzoo.report import explanation_figures
from ecgzoo.report.explanation_figures import HEAT, draw_explanation

TWELVE = SignalSpec(tuple("ABCDEFGHIJKL"), 128, 256)


@pytest.fixture(scope="module")
def explained():
    with small_encoders():
        model = build("hybrid2", SPEC, 3)
    signals = heartbeats(SPEC, 2)
    return signals, {one: explain(model, signals, SPEC, one) for one in ("saliency", "grad_cam")}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("domain", "ending"), [(None, "png"), ("frequency", "png"), ("time_frequency", "svg")]
)
def test_every_domain_is_drawn_and_alike_each_time(tmp_path, explained, domain, ending):
    signals, found = explained
    files = [tmp_path / f"{i}.{ending}" for i in range(2)]
    for file in files:
        draw_explanation(
            signals[1], SPEC, found["saliency"], file, "title", found["grad_cam"], domain, row=1
        )
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_size > 5000


def test_the_colour_is_the_map_and_its_peaks_are_underlined(tmp_path, explained, monkeypatch):
    signals, found = explained
    kept: list[Figure] = []
    monkeypatch.setattr(
        explanation_figures, "save_figure", lambda figure, path: kept.append(figure)
    )
    near = np.zeros(SPEC.shape, bool)
    near[40:60] = True
    draw_explanation(signals[0], SPEC, found["saliency"], tmp_path / "x.png", "t", near=near)
    map_ = found["saliency"].on_signal()[0]
    panels = [axes for axes in kept[0].subfigs[0].axes if axes.get_title("left") in SPEC.leads]
    lines = [one for axes in panels for one in axes.collections if isinstance(one, LineCollection)]
    assert len(lines) == 2
    (mark,) = (one for one in panels[0].collections if isinstance(one, FillBetweenPolyCollection))
    ends = mark.get_paths()[0].vertices[:, 0]
    assert (ends.min(), ends.max()) == pytest.approx((40 / 250, 59 / 250))
    for lead, line in enumerate(lines):
        np.testing.assert_allclose(line.get_array(), (map_[1:, lead] + map_[:-1, lead]) / 2)
    pieces = lines[0].get_segments()
    np.testing.assert_allclose([piece[0, 1] for piece in pieces], signals[0, :-1, 0], atol=1e-6)


def test_the_darkest_colour_is_darker_in_gray():
    gray = HEAT(np.linspace(0, 1, 20))[:, :3] @ [0.3, 0.59, 0.11]
    assert (np.diff(gray) < 0).all()


def test_what_cannot_be_drawn_is_said(tmp_path, explained):
    signals, found = explained
    with pytest.raises(UnknownNameError, match="unknown domain 'frequencies'; did you mean"):
        draw_explanation(
            signals[0], SPEC, found["saliency"], tmp_path / "x.png", "t", domain="frequencies"
        )
    whole = found["grad_cam"]
    spectral = Explanation("grad_cam", whole.target, whole.probabilities, whole.leads, {})
    with pytest.raises(ValueError, match="no time axis"):
        draw_explanation(signals[0], SPEC, spectral, tmp_path / "x.png", "t")
    assert not list(tmp_path.iterdir())


def test_twelve_leads_of_one_time_and_a_map_of_zeros_are_drawn(tmp_path):
    zeros = np.zeros((1, *TWELVE.shape))
    found = Explanation("saliency", np.array([0]), np.ones((1, 1)), TWELVE.leads, {}, zeros)
    draw_explanation(heartbeats(TWELVE, 1)[0], TWELVE, found, tmp_path / "x.png", "t")
    assert (tmp_path / "x.png").stat().st_size > 5000
