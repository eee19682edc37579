"""The leads of a sheet of any layout, as a model of other leads, rate and length takes them."""

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from ecgzoo.pages import digitised_page as pages
from ecgzoo.pages.decode import TracedPage
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.sheets.sheet import TWELVE
from ecgzoo.prediction.file_windows import page_signal
from ecgzoo.prediction.page_file import PageFile
from ecgzoo.signal_spec import SignalSpec


class Asked:
    """What is looked at of a preset."""

    def __init__(self, spec):
        self.spec, self.page, self.model = spec, "traces", "some model"


def traced(seconds=2.5, leads=TWELVE):
    """Each lead a slow wave of its own height, at 200 Hz."""
    samples = round(200 * seconds)
    wave = np.sin(2 * np.pi * np.arange(samples) / 200)
    signal = wave[:, None] * np.arange(1, len(leads) + 1)
    spec = SignalSpec(leads, 200, samples, simultaneous=False)
    empty = np.zeros(0, np.float32)
    return TracedPage(signal.astype(np.float32), empty, "", np.zeros(len(leads), np.int32), spec)


@pytest.fixture
def shown(monkeypatch):
    """Makes every file show a page."""

    def show(page):
        found = pages.DigitisedPage(page, page.signal)
        monkeypatch.setattr(pages, "digitise", lambda file: found)

    return show


@pytest.mark.parametrize("seconds", [2.45, 2.5, 10.0])
def test_the_first_samples_of_each_lead_are_resampled(shown, tmp_path, seconds) -> None:
    shown(traced(seconds))
    signal = page_signal(PageFile(tmp_path / "page.jpg"), Asked(PAGE_SPEC))
    assert signal.shape == (1, *PAGE_SPEC.shape)
    times = np.arange(PAGE_SPEC.samples) / PAGE_SPEC.sampling_rate
    inner = slice(20, 460)
    for place in range(12):
        expected = (place + 1) * np.sin(2 * np.pi * times)
        np.testing.assert_allclose(
            signal[0, inner, place], expected[inner], atol=0.02 * (place + 1)
        )


def test_leads_are_picked_by_name(shown, tmp_path) -> None:
    shown(traced())
    spec = SignalSpec(("V2", "I"), 100, 250)
    signal = page_signal(PageFile(tmp_path / "page.jpg"), Asked(spec))
    assert signal.shape == (1, 250, 2)
    ratio = signal[0, 20:230, 0].std() / signal[0, 20:230, 1].std()
    assert ratio == pytest.approx(TWELVE.index("V2") + 1, rel=0.01)


def test_leads_that_are_not_shown_and_sheets_that_are_too_short_are_refused(
    shown, tmp_path
) -> None:
    shown(traced(leads=("I", "II")))
    with pytest.raises(SignalError, match="page.jpg: expected the leads .*it does not show III"):
        page_signal(PageFile(tmp_path / "page.jpg"), Asked(PAGE_SPEC))
    shown(traced(2.0))
    with pytest.raises(SignalError, match=r"expected 2\.5 s of each lead; it shows 2\.0 s"):
        page_signal(PageFile(tmp_path / "page.jpg"), Asked(PAGE_SPEC))
