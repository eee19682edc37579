"""Pages to test on: rendered ones always, real ones where the data set is."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from drawn_pages import gray, heartbeats
from limb_leads import limb_leads

from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.render import render_page


@pytest.fixture(scope="session")
def known_signal() -> np.ndarray:
    """A 12-lead signal of PAGE_SPEC with the physics of a real one."""
    beat = heartbeats(PAGE_SPEC.samples, PAGE_SPEC.sampling_rate)
    drift = 0.05 * np.sin(np.arange(PAGE_SPEC.samples) / 60)
    gains = (-0.7, -1.1, 0.6, 1.2, 1.1, 0.8)
    leads = [*limb_leads(0.6 * beat + drift, beat), *(gain * beat for gain in gains)]
    return np.stack(leads, axis=-1)


@pytest.fixture(scope="session")
def known_rhythm() -> np.ndarray:
    """Ten seconds of lead II that go on where the known signal's 2.5 s end."""
    return heartbeats(RHYTHM_SAMPLES, PAGE_SPEC.sampling_rate)


@pytest.fixture(scope="session")
def page(known_signal: np.ndarray, known_rhythm: np.ndarray) -> np.ndarray:
    """The known signal's page, gray, ``[1572, 2213]``."""
    return gray(render_page(known_signal, rhythm=known_rhythm, rhythm_lead="II"))


@pytest.fixture(scope="session")
def real_pages() -> list[Path]:
    """Paths of the distinct pages of the data set."""
    root = Path(os.environ.get("ECGZOO_DATA", "~/.cache/ecgzoo-data")).expanduser() / "ecg_images"
    if not (root / "manifest.csv").exists():
        pytest.skip(f"no ECG Images data set under {root}: set ECGZOO_DATA")
    with open(root / "manifest.csv", newline="") as file:
        return [root / row["path"] for row in csv.DictReader(file) if row["is_first_copy"] == "1"]


@pytest.fixture(scope="session")
def layout() -> object:
    """The data set's layout."""
    return PAGE_LAYOUT
