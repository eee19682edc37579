"""Figures: one record's three domains; models side by side."""

import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.domains.frequency import frequency
from ecgzoo.domains.time_frequency import time_frequency
from ecgzoo.report.saved_figure import BLUE, GRAY, ORANGE, save_figure
from ecgzoo.report.study.headline import SHOWN
from ecgzoo.report.study.side_by_side import Ranked, Row
from ecgzoo.signal_spec import SignalSpec


def places_of_labels(heights: np.ndarray, least: float) -> np.ndarray:
    """Heights moved apart by at least ``least``, in their order, as little as one pass can.

    Example:
        >>> places_of_labels(np.array([0.5, 0.5, 0.9]), 0.1).round(2).tolist()
        [0.45, 0.55, 0.9]
    """
    order = np.argsort(heights, kind="stable")
    placed = heights[order].astype(float)
    for _ in range(1000):
        gaps = np.diff(placed)
        short = np.flatnonzero(gaps < least - 1e-9)
        if not short.size:
            break
        for i in short:
            lack = (least - (placed[i + 1] - placed[i])) / 2
            if lack > 0:
                placed[i] -= lack
                placed[i + 1] += lack
    back = np.empty_like(placed)
    back[order] = placed
    return back


def draw_domains(signal: np.ndarray, spec: SignalSpec, lead: str, path: Path, title: str) -> None:
    """Writes :func:`domains_figure` to a file, of any ending that matplotlib knows."""
    save_figure(domains_figure(signal, spec, lead, title), path)


def domains_figure(signal: np.ndarray, spec: SignalSpec, lead: str, title: str) -> Figure:
    """One lead in time, frequency and time-frequency.

    Args:
        signal: ``[samples, leads]``, in ``spec.unit``.
        spec: what it means.
        lead: which lead.
        title: what stands above it.
    """
    column = spec.leads.index(lead)
    figure = Figure(figsize=(9, 2.8), layout="constrained")
    figure.suptitle(_fitting(title, figure), fontsize=10)
    time, spectrum, scalogram = figure.subplots(1, 3)
    seconds = np.arange(spec.samples) / spec.sampling_rate
    time.plot(seconds, signal[:, column], color=BLUE, linewidth=1)
    time.set(title=f"time: lead {lead}", xlabel="time (s)", ylabel=spec.unit)
    _draw_spectrum(spectrum, signal[:, [column]], spec)
    _draw_scalogram(figure, scalogram, signal[:, [column]], spec)
    return figure


def _fitting(title: str, figure: Figure) -> str:
    """A title in as many lines as the figure's width asks for, broken behind commas."""
    spaced = re.sub(r",(?=\S)", ", ", title)
    return textwrap.fill(spaced, int(12 * figure.get_figwidth()), break_on_hyphens=False)


def draw_side_by_side(rows: list[Row], path: Path, title: str) -> None:
    """Writes :func:`side_by_side_figure` to a file."""
    save_figure(side_by_side_figure(rows, title), path)


def side_by_side_figure(rows: list[Row], title: str) -> Figure:
    """Each model's accuracy and headline figure with intervals, and the paper's accuracy."""
    figure = Figure(figsize=(7, 0.6 * len(rows) + 1.4), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1].astype(float)
    shown = SHOWN[rows[0].metric]
    for shift, colour, label in ((0.12, BLUE, "accuracy"), (-0.12, ORANGE, shown)):
        found = [row.accuracy if label == "accuracy" else row.f1 for row in rows]
        middle = np.array([one.estimate for one in found])
        ends = np.array([[one.estimate - one.low, one.high - one.estimate] for one in found]).T
        axes.errorbar(
            middle, places + shift, xerr=ends, fmt="o", color=colour, label=label, capsize=3
        )
    published = [(row.paper, y) for row, y in zip(rows, places, strict=True) if row.paper]
    if published:
        shares, heights = zip(*published, strict=True)
        axes.scatter(shares, heights, marker="|", s=200, color=GRAY, label="accuracy in the paper")
    axes.set_yticks(places, [row.model for row in rows])
    axes.set(xlim=(min(0.5, axes.get_xlim()[0]), 1.0))
    axes.set_title(_fitting(title, figure), fontsize=10)
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)
    return figure


def draw_accuracy_against_cost(rows: list[Ranked], baseline: str, path: Path, title: str) -> None:
    """Draws each model's headline figure, with its interval, over what a record costs.

    The models' names stand at the right, in the order of that figure, and lines lead to them.

    Args:
        rows: the ranking.
        baseline: the model that is drawn in another colour.
        path: the picture to write, of any ending that matplotlib knows.
        title: what stands above it.
    """
    figure = Figure(figsize=(9, max(4.5, 0.2 * len(rows) + 1.5)), layout="constrained")
    figure.suptitle(_fitting(title, figure), fontsize=10)
    axes = figure.subplots()
    costs = np.array([row.cost.flops / 1e6 for row in rows])
    middle = np.array([row.f1.estimate for row in rows])
    ends = np.array([[row.f1.estimate - row.f1.low, row.f1.high - row.f1.estimate] for row in rows])
    colours = [ORANGE if row.model == baseline else BLUE for row in rows]
    axes.errorbar(costs, middle, yerr=ends.T, fmt="none", ecolor=GRAY, alpha=0.4, linewidth=1)
    axes.scatter(costs, middle, c=colours, s=25, zorder=3)
    axes.set(
        xlabel="operations per record, domains not counted (MFLOP)", ylabel=SHOWN[rows[0].metric]
    )
    axes.grid(alpha=0.3)
    low, high = axes.get_ylim()
    heights = places_of_labels(middle, (high - low) / max(len(rows) + 1, 22))
    for row, cost, at, height, colour in zip(rows, costs, middle, heights, colours, strict=True):
        axes.annotate(
            f"{row.model}  {row.cost.milliseconds:.1f} ms",
            xy=(cost, at),
            xytext=(1.02, height),
            textcoords=axes.get_yaxis_transform(),
            fontsize=7,
            va="center",
            color=colour,
            arrowprops={"arrowstyle": "-", "color": GRAY, "alpha": 0.4, "linewidth": 0.6},
            annotation_clip=False,
        )
    save_figure(figure, path)


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
    mesh = axes.pcolormesh(
        centres, layer.row_frequencies, image, shading="auto", cmap="viridis", rasterized=True
    )
    axes.set(title="time-frequency", xlabel="time (s)", ylabel="frequency (Hz)", yscale="log")
    shown = [hertz for hertz in (1, 2, 5, 10, 20, 40) if hertz <= layer.row_frequencies[0]]
    axes.set_yticks(shown, map(str, shown))
    axes.minorticks_off()
    figure.colorbar(mesh, ax=axes, label="log power")
