"""Figures: one record's three domains; models side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ecgzoo.domains.frequency import frequency
from ecgzoo.domains.time_frequency import time_frequency
from ecgzoo.report.side_by_side import Row
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.files import write_atomically

# Colours that stay apart in gray print and for colour-blind readers (Okabe and Ito 2008).
BLUE, ORANGE, GRAY = "#0072B2", "#D55E00", "#8C8C8C"
PAPER = "accuracy in the paper"


def draw_domains(signal: np.ndarray, spec: SignalSpec, lead: str, path: Path, title: str) -> None:
    """Draws one lead in time, frequency and time-frequency.

    Args:
        signal: ``[samples, leads]``, in ``spec.unit``.
        spec: what it means.
        lead: which lead.
        path: the picture to write.
        title: what stands above it.
    """
    column = spec.leads.index(lead)
    figure = Figure(figsize=(9, 2.8), layout="constrained")
    figure.suptitle(title, fontsize=10)
    time, spectrum, scalogram = figure.subplots(1, 3)
    seconds = np.arange(spec.samples) / spec.sampling_rate
    time.plot(seconds, signal[:, column], color=BLUE, linewidth=1)
    time.set(title=f"time: lead {lead}", xlabel="time (s)", ylabel=spec.unit)
    _draw_spectrum(spectrum, signal[:, [column]], spec)
    _draw_scalogram(figure, scalogram, signal[:, [column]], spec)
    _save(figure, path)


def draw_side_by_side(rows: list[Row], path: Path, title: str) -> None:
    """Draws each model's accuracy and macro F1 with intervals, and the paper's accuracy."""
    figure = Figure(figsize=(7, 0.6 * len(rows) + 1.4), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1].astype(float)
    for shift, colour, label in ((0.12, BLUE, "accuracy"), (-0.12, ORANGE, "macro F1")):
        found = [row.accuracy if label == "accuracy" else row.f1 for row in rows]
        middle = np.array([one.estimate for one in found])
        ends = np.array([[one.estimate - one.low, one.high - one.estimate] for one in found]).T
        axes.errorbar(
            middle, places + shift, xerr=ends, fmt="o", color=colour, label=label, capsize=3
        )
    published = [(row.paper, y) for row, y in zip(rows, places, strict=True) if row.paper]
    if published:
        shares, heights = zip(*published, strict=True)
        axes.scatter(shares, heights, marker="|", s=200, color=GRAY, label=PAPER)
    axes.set_yticks(places, [row.model for row in rows])
    axes.set(title=title, xlim=(min(0.5, axes.get_xlim()[0]), 1.0))
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)
    _save(figure, path)


def _draw_spectrum(axes: Any, signal: np.ndarray, spec: SignalSpec) -> None:
    layer = frequency(spec)
    values = np.asarray(layer(signal[None]))[0, :, 0]
    hertz = np.arange(len(values)) * spec.sampling_rate / spec.samples
    axes.plot(hertz, values, color=BLUE, linewidth=1)
    axes.set(title="frequency", xlabel="frequency (Hz)", ylabel="log amplitude")


def _draw_scalogram(figure: Figure, axes: Any, signal: np.ndarray, spec: SignalSpec) -> None:
    layer = time_frequency(spec)
    image = np.asarray(layer(signal[None]))[0, :, :, 0]
    centres = (np.arange(layer.columns) + 0.5) * spec.seconds / layer.columns
    mesh = axes.pcolormesh(centres, layer.row_frequencies, image, shading="auto", cmap="viridis")
    axes.set(title="time-frequency", xlabel="time (s)", ylabel="frequency (Hz)", yscale="log")
    shown = [hertz for hertz in (1, 2, 5, 10, 20, 40) if hertz <= layer.row_frequencies[0]]
    axes.set_yticks(shown, map(str, shown))
    axes.minorticks_off()
    figure.colorbar(mesh, ax=axes, label="log power")


def _save(figure: Figure, path: Path) -> None:
    # The date and version that matplotlib adds would change the file at every run.
    with matplotlib.rc_context({"svg.hashsalt": "ecgzoo"}):
        write_atomically(
            path, lambda draft: figure.savefig(draft, dpi=130, metadata={"Software": None})
        )
