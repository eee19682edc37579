"""Pages to test on: rendered ones always, real ones where the data set is."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.render import render_page


def heartbeats(samples: int, rate: float, period: float = 0.8) -> np.ndarray:
    """A lead II-like signal in mV: P, Q, R, S and T as Gaussians, repeated."""
    times = np.arange(samples) / rate
    phase = (times % period) - 0.3
    waves = ((-0.16, 0.12, 0.02), (-0.03, -0.1, 0.01), (0.0, 1.2, 0.012), (0.03, -0.3, 0.012))
    waves += ((0.22, 0.3, 0.04),)
    return sum(a * np.exp(-((phase - m) ** 2) / (2 * s**2)) for m, a, s in waves)


def limb_leads(lead_i: np.ndarray, lead_ii: np.ndarray) -> list[np.ndarray]:
    """The six limb leads by Einthoven's and Goldberger's definitions."""
    lead_iii = lead_ii - lead_i
    return [
        lead_i,
        lead_ii,
        lead_iii,
        -(lead_i + lead_ii) / 2,
        (lead_i - lead_iii) / 2,
        (lead_ii + lead_iii) / 2,
    ]


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


def gray(page: np.ndarray) -> np.ndarray:
    """A colour page in gray levels, weighted as JPEG does."""
    return (page @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)


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
