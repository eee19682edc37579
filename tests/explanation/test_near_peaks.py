"""R peaks by column: on made signals, and on an embedded page whose columns follow each other."""

import numpy as np
import pytest

from ecgzoo.errors import NoPeaksError, SignalError
from ecgzoo.evaluation import r_peaks
from ecgzoo.explanation import near_r_peaks, simultaneous_leads
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
from ecgzoo.signal_spec import SignalSpec
from tf_data import load

FOUR = SignalSpec(("V1", "I", "aVR", "II"), 200, 500, simultaneous=False)
SPEC = SignalSpec(("x", "y"), 200, 500, simultaneous=False)


def spikes(places):
    return np.exp(-(((np.arange(500)[:, None] - np.array(places)) / 2) ** 2)).sum(1)


def test_leads_of_one_column_share_their_peaks():
    assert simultaneous_leads(FOUR) == [[1, 3], [2], [0]]
    assert simultaneous_leads(SPEC) == [[0], [1]]
    assert simultaneous_leads(SignalSpec(("x", "y"), 200, 500)) == [[0, 1]]
    assert sum(map(len, simultaneous_leads(PAGE_SPEC))) == 12


def test_each_column_has_its_own_peaks():
    signal = np.stack([spikes(p) for p in ((50, 250), (150, 350), (220, 400), (150, 350))], 1)
    near = near_r_peaks(signal[None], FOUR)[0]
    for lead, peaks in enumerate(((50, 250), (150, 350), (220, 400), (150, 350))):
        expected = np.abs(np.arange(500)[:, None] - np.array(peaks)).min(1) <= 12
        np.testing.assert_array_equal(near[:, lead], expected)


def test_what_cannot_be_marked_is_said():
    noise = np.stack([spikes((50, 250)), 0 * spikes((1,))], 1)
    assert near_r_peaks(noise[None], SPEC).sum() == 50
    slow = np.sin(np.arange(500) / 60)[:, None] * np.ones(2)
    with pytest.raises(NoPeaksError, match="no R peaks found in signal 1"):
        near_r_peaks(np.stack([noise, slow]), SPEC)
    with pytest.raises(SignalError, match="expected signals"):
        near_r_peaks(noise[None, :300], SPEC)


def test_the_rhythm_goes_on_from_column_to_column_of_embedded_pages():
    """A page's columns follow each other in time: a healthy heart's beats are evenly spaced."""
    data = load("ecg_images")
    pages = np.flatnonzero(data.labels == data.classes.index("Normal"))[:40]
    after = np.diff(PAGE_LAYOUT.box_left).mean() / PAGE_LAYOUT.sampling_rate
    spread = []
    for page in pages:
        times = [
            r_peaks(data.signals[page][:, leads], data.spec.sampling_rate) / data.spec.sampling_rate
            + column * after
            for column, leads in enumerate(simultaneous_leads(data.spec))
        ]
        between = np.diff(np.concatenate(times))
        assert 0.4 < np.median(between) < 1.5
        spread.append(between.std() / between.mean())
    assert np.median(spread) < 0.05
    assert np.mean(np.array(spread) < 0.15) > 0.9
