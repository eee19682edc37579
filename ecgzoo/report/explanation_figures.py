"""Figures of explanations: traces coloured by what an answer rests on, and domains below them."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from ecgzoo.domains.frequency import FrequencyDomain
from ecgzoo.domains.layers import domain_layers
from ecgzoo.domains.time_frequency import TimeFrequencyDomain
from ecgzoo.explanation import Explanation, simultaneous_leads
from ecgzoo.report.saved_figure import BLUE, ORANGE, save_figure
from ecgzoo.signal_spec import SignalSpec

TICKS = (1, 2, 5, 10, 20, 40, 100, 200, 500, 1000)  # Hz
# From hardly there to dark: apart in gray print too.
HEAT = LinearSegmentedColormap.from_list("heat", ["#C9D3DB", "#E69F00", ORANGE, "#5B1A00"])
SHOWN = 3  # leads of a domain, those with the largest shares
TOP = 0.995  # quantile that is drawn as the darkest: a single sample shall not pale the rest


def draw_explanation(
    signal: np.ndarray,
    spec: SignalSpec,
    found: Explanation,
    path: Path,
    title: str,
    below: Explanation | None = None,
    domain: str | None = None,
    near: np.ndarray | None = None,
    row: int = 0,
) -> None:
    """Writes :func:`explanation_figure` to a file, of any ending that matplotlib knows."""
    save_figure(explanation_figure(signal, spec, found, title, below, domain, near, row), path)


def explanation_figure(
    signal: np.ndarray,
    spec: SignalSpec,
    found: Explanation,
    title: str,
    below: Explanation | None = None,
    domain: str | None = None,
    near: np.ndarray | None = None,
    row: int = 0,
) -> Figure:
    """A record's traces, coloured by a map, and a domain with its map laid over.

    Leads of one time stand in a column. The domain is shown for the leads whose maps on the signal
    have the largest shares.

    Args:
        signal: ``[samples, leads]``.
        spec: what it means.
        found: whose map on the signal colours the traces; absolute values.
        title: what stands above it.
        below: whose map is laid over the domain, such as Grad-CAM; by default ``found``.
        domain: the domain below the traces; None for none.
        near: bool ``[samples, leads]``, what to underline as near R peaks.
        row: which of the explained records this is.

    Raises:
        UnknownNameError: if the model has no such domain.
        ValueError: if there is no map on the signal.
    """
    map_, lower = np.abs(found.on_signal()[row]), below or found
    over = None if domain is None else np.abs(lower.domain(domain)[row])
    columns = _columns(spec)
    rows = max(map(len, columns))
    heights = [1.15 * rows + 0.4, *([2.5] if domain else [])]
    figure = Figure(figsize=(11, sum(heights) + 0.6), layout="constrained")
    figure.suptitle(title, fontsize=10)
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    _draw_traces(parts[0], signal, map_, spec, columns, near, found.method)
    if domain is not None and over is not None:
        shares = map_.sum(axis=0)
        leads = np.sort(np.argsort(-shares, kind="stable")[:SHOWN]).tolist()
        (layer,) = domain_layers([domain], spec, lower.domain_options).values()
        _draw_domain(parts[1], domain, layer, signal, over, spec, leads, lower.method)
    return figure


def _columns(spec: SignalSpec) -> list[list[int]]:
    """The leads by column: those of one time, or where all are, as many on each side."""
    groups = simultaneous_leads(spec)
    if len(groups) > 1 or len(spec.leads) <= SHOWN:
        return groups
    half = -(-len(spec.leads) // 2)
    return [groups[0][:half], groups[0][half:]]


def _draw_traces(
    part: Any,
    signal: np.ndarray,
    map_: np.ndarray,
    spec: SignalSpec,
    columns: list[list[int]],
    near: np.ndarray | None,
    method: str,
) -> None:
    grid = part.subplots(
        max(map(len, columns)), len(columns), sharex=True, sharey=True, squeeze=False
    )
    norm = _range(map_)
    seconds = np.arange(spec.samples) / spec.sampling_rate
    for axes in grid.flat:
        axes.set_visible(False)
    for across, leads in enumerate(columns):
        for down, lead in enumerate(leads):
            axes = grid[down, across]
            axes.set_visible(True)
            _draw_line(axes, seconds, signal[:, lead], map_[:, lead], norm)
            axes.set_title(spec.leads[lead], fontsize=8, loc="left", pad=2)
            axes.set_xlim(0, spec.seconds)
            axes.tick_params(labelsize=7)
            axes.grid(alpha=0.25)
            if near is not None:
                foot = axes.get_xaxis_transform()
                axes.fill_between(
                    seconds, 0, 0.03, near[:, lead], transform=foot, color=BLUE, linewidth=0
                )
        axes.set_xlabel("time (s)", fontsize=8)
    part.supylabel(spec.unit, fontsize=8)
    _draw_bar(part, norm, grid, f"|{method}|")


def _draw_line(axes: Any, x: np.ndarray, y: np.ndarray, map_: np.ndarray, norm: Normalize) -> None:
    """A line whose pieces are coloured by the map at their two ends."""
    points = np.stack([x, y], axis=1)
    pieces = np.stack([points[:-1], points[1:]], axis=1)
    line = LineCollection(
        list(pieces), cmap=HEAT, norm=norm, linewidth=1.4, capstyle="round", rasterized=True
    )
    line.set_array((map_[:-1] + map_[1:]) / 2)
    axes.add_collection(line)
    axes.autoscale_view()


def _draw_domain(
    part: Any,
    domain: str,
    layer: Any,
    signal: np.ndarray,
    map_: np.ndarray,
    spec: SignalSpec,
    leads: list[int],
    method: str,
) -> None:
    values = np.asarray(layer(signal[None]))[0]
    grid = part.subplots(1, len(leads), sharey=True, squeeze=False)
    norm = _range(map_)
    for axes, lead in zip(grid.flat, leads, strict=True):
        if values.ndim == 3:
            _draw_image(axes, values[..., lead], map_[..., lead], norm, layer, spec)
        else:
            x, label = _places(layer, len(values), spec)
            _draw_line(axes, x, values[:, lead], map_[:, lead], norm)
            axes.set_xlabel(label, fontsize=8)
        axes.set_title(f"{domain}: lead {spec.leads[lead]}", fontsize=8, loc="left", pad=2)
        axes.tick_params(labelsize=7)
    _draw_bar(part, norm, grid, f"|{method}|")


def _draw_image(
    axes: Any, image: np.ndarray, map_: np.ndarray, norm: Normalize, layer: Any, spec: SignalSpec
) -> None:
    """The image in gray, the map over it: the stronger, the less is seen through."""
    rows, columns = image.shape
    across, down = np.linspace(0, spec.seconds, columns + 1), np.arange(rows + 1)[::-1]
    axes.pcolormesh(across, down, image, cmap="gray_r", alpha=0.5, rasterized=True)
    strength = norm(map_).clip(0, 1)
    colours = HEAT(strength)
    colours[..., 3] = 0.75 * np.asarray(strength)
    axes.pcolormesh(across, down, colours, rasterized=True)
    axes.set_xlabel("time (s)", fontsize=8)
    if isinstance(layer, TimeFrequencyDomain):
        low, high = layer.row_frequencies[[-1, 0]]
        hertz = [one for one in TICKS if low <= one <= high]
        heights = np.interp(np.log(hertz), np.log(layer.row_frequencies[::-1]), np.arange(rows))
        axes.set_yticks(heights + 0.5, map(str, hertz))
        axes.set_ylabel("frequency (Hz)", fontsize=8)


def _places(layer: Any, count: int, spec: SignalSpec) -> tuple[np.ndarray, str]:
    """What stands under a domain's steps."""
    if isinstance(layer, FrequencyDomain):
        return layer.bin_frequencies(spec.samples), "frequency (Hz)"
    if getattr(layer, "time_axis", None) == 1:
        return (np.arange(count) + 0.5) * spec.seconds / count, "time (s)"
    return np.arange(count).astype(float), "step"


def _range(map_: np.ndarray) -> Normalize:
    """What is drawn palest and darkest; Grad-CAM may lie far from zero everywhere."""
    least, most = float(map_.min()), float(np.quantile(map_, TOP))
    return Normalize(least, most if most > least else max(float(map_.max()), least + 1e-9))


def _draw_bar(part: Any, norm: Normalize, grid: np.ndarray, label: str) -> None:
    bar = part.colorbar(
        ScalarMappable(norm, HEAT), ax=grid, extend="max", shrink=0.8, aspect=25, pad=0.01
    )
    bar.set_label(f"{label}, share of its top", fontsize=8)
    ends = (norm.vmin or 0.0, norm.vmax or 1.0)
    bar.set_ticks(ends, labels=[f"{ends[0] / ends[1]:.0%}", "100%"], fontsize=7)
