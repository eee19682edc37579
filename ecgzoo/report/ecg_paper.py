"""A record on ECG paper: 25 mm a second, 10 mm a millivolt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ecgzoo.errors import SignalError
from ecgzoo.report.saved_figure import save_figure
from ecgzoo.signal_spec import PRINTED
from tf_data.formats.raw_record import MILLIVOLTS
from tf_data.open_record import OpenRecord

MM_PER_INCH, MM_PER_SECOND, MM_PER_MILLIVOLT = 25.4, 25.0, 10.0
SECONDS = 10.0  # shown at most: a page
LACK = 0.1  # seconds that a page read off paper may end early
MARGIN, PULSE = 5.0, 10.0  # mm around the traces, and before them for the calibration pulse
HEAD, FOOT = 12.0, 8.0  # mm for words above and below
LEAST, MOST = 12.0, 50.0  # mm: what a row has above its baseline, and below
NARROWEST = 4.0  # seconds: room for the words
PAPER, FINE, COARSE, INK = "#fffafa", "#f6d3d3", "#e39a9a", "#1a1a1a"


@dataclass(frozen=True)
class Strip:
    """A piece of a lead on the page.

    Attributes:
        lead: its name.
        row: from the top.
        start: seconds from the left.
        stop: where it ends.
    """

    lead: str
    row: int
    start: float
    stop: float


def layout(leads: Sequence[str], seconds: float) -> list[Strip]:
    """Where each lead stands: four columns of three and lead II below, or a row for each.

    Twelve leads of ten seconds stand as on a printed page, by their names in any case.

    Example:
        >>> [one.row for one in layout(["I", "V5"], 10)]
        [0, 1]
        >>> twelve = [name for column in PRINTED for name in column]
        >>> layout(twelve, 10)[3], layout(twelve, 10)[-1]
        (Strip(lead='aVR', row=0, start=2.5, stop=5.0), Strip(lead='II', row=3, start=0.0, stop=10))
    """
    own = {name.lower(): name for name in leads}
    columns = [[own.get(name.lower()) for name in column] for column in PRINTED]
    if seconds < SECONDS - LACK or not all(name for column in columns for name in column):
        return [Strip(name, row, 0.0, seconds) for row, name in enumerate(leads)]
    wide = seconds / len(columns)
    strips = [
        Strip(str(name), row, place * wide, (place + 1) * wide)
        for place, column in enumerate(columns)
        for row, name in enumerate(column)
    ]
    return [*strips, Strip(own["ii"], len(columns[0]), 0.0, seconds)]


def draw_ecg(
    signal: np.ndarray, rate: float, leads: Sequence[str], path: Path, title: str, start: float = 0
) -> None:
    """Writes :func:`ecg_figure` to a file, of any ending that matplotlib knows."""
    save_figure(ecg_figure(signal, rate, leads, title, start), path)


def ecg_figure(
    signal: np.ndarray, rate: float, leads: Sequence[str], title: str, start: float = 0
) -> Figure:
    """Some seconds of a record, in a figure as large as its paper.

    Each lead is drawn about its own median, so that a constant offset does not push it off the
    paper; gaps are left white. A row is as high as its leads need, up to 5 mV to either side.

    Args:
        signal: ``[samples, leads]`` in mV, ten seconds at most; NaN where samples are missing.
        rate: in Hz.
        leads: names.
        title: what stands above it.
        start: when in the record it begins, in seconds.
    """
    seconds = len(signal) / rate
    strips = layout(leads, seconds)
    traces = [_trace(signal[:, leads.index(one.lead)], rate, one) for one in strips]
    tops, height = _rows(strips, traces)
    width = 2 * MARGIN + PULSE + max(NARROWEST, seconds) * MM_PER_SECOND
    size = width / MM_PER_INCH, (HEAD + height + FOOT) / MM_PER_INCH
    figure = Figure(figsize=size)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0, width), ylim=(HEAD + height + FOOT, 0))
    axes.axis("off")
    _draw_paper(axes, width, HEAD, height)
    for strip, (times, millimetres) in zip(strips, traces, strict=True):
        _draw_strip(axes, strip, times, millimetres, tops[strip.row])
    for row in range(len(tops)):
        _draw_pulse(axes, tops[row][1])
    axes.text(MARGIN, HEAD / 2, title, va="center", fontsize=10, color=INK)
    told = f"25 mm/s, 10 mm/mV; from {start:g} to {start + seconds:g} s; {rate:g} Hz; not filtered"
    if any(np.nanmax(np.abs(mm), initial=0) > MOST for _, mm in traces):
        told += f"; cut off beyond {MOST / MM_PER_MILLIVOLT:g} mV"
    axes.text(MARGIN, HEAD + height + FOOT / 2, told, va="center", fontsize=8, color=INK)
    return figure


def _trace(lead: np.ndarray, rate: float, strip: Strip) -> tuple[np.ndarray, np.ndarray]:
    """Seconds from the left, and millimetres above the lead's median."""
    first, stop = round(strip.start * rate), round(strip.stop * rate) + 1
    samples = np.asarray(lead[first:stop], np.float64)
    known = samples[np.isfinite(samples)]
    middle = np.median(known) if known.size else 0.0
    return (first + np.arange(len(samples))) / rate, (samples - middle) * MM_PER_MILLIVOLT


def _rows(
    strips: Sequence[Strip], traces: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[list[tuple[float, float, float]], float]:
    """Top, baseline and bottom of each row in mm, and the height of all."""
    found, top = [], HEAD
    for row in range(max(strip.row for strip in strips) + 1):
        own = [mm for strip, (_, mm) in zip(strips, traces, strict=True) if strip.row == row]
        values = np.concatenate(own)
        values = values[np.isfinite(values)]
        above = np.clip(values.max(initial=0) + 2, LEAST, MOST)
        below = np.clip(2 - values.min(initial=0), LEAST, MOST)
        baseline = HEAD + 5 * np.ceil((top - HEAD + above) / 5)  # on a line of the paper
        found.append((top, baseline, baseline + below))
        top = baseline + below
    return found, 5 * np.ceil((top - HEAD) / 5)


def _draw_paper(axes: Axes, width: float, top: float, height: float) -> None:
    """A line a millimetre, a stronger one every five; none within the margin's words."""
    axes.fill_between([0, width], top, top + height, color=PAPER, linewidth=0, zorder=0)
    for every, colour, thick in ((1, FINE, 0.4), (5, COARSE, 0.6)):
        axes.vlines(np.arange(0, width + 0.1, every), top, top + height, colour, linewidth=thick)
        axes.hlines(np.arange(top, top + height + 0.1, every), 0, width, colour, linewidth=thick)


def _draw_strip(
    axes: Axes, strip: Strip, times: np.ndarray, above: np.ndarray, row: tuple[float, float, float]
) -> None:
    top, baseline, bottom = row
    left = MARGIN + PULSE
    (line,) = axes.plot(left + times * MM_PER_SECOND, baseline - above, color=INK, linewidth=0.7)
    begin, end = left + strip.start * MM_PER_SECOND, left + strip.stop * MM_PER_SECOND
    box = Rectangle((begin, top), end - begin, bottom - top, transform=axes.transData)
    line.set_clip_path(box)
    if strip.start:
        axes.vlines(begin, baseline - 4, baseline + 4, INK, linewidth=0.7)
    words = axes.text(begin + 1, baseline - 7, strip.lead, fontsize=8, weight="bold", color=INK)
    words.set_bbox({"facecolor": PAPER, "alpha": 0.7, "edgecolor": "none", "pad": 0.5})


def _draw_pulse(axes: Axes, baseline: float) -> None:
    """One millivolt for a fifth of a second, as cardiographs print it."""
    steps = np.array([0, 2.5, 2.5, 7.5, 7.5, 10]) + MARGIN - 1
    up = baseline - np.array([0, 0, 1, 1, 0, 0]) * MM_PER_MILLIVOLT
    axes.plot(steps, up, color=INK, linewidth=0.7)


def draw_record(record: OpenRecord, path: Path, start: float = 0.0) -> None:
    """Writes :func:`record_figure` to a file, of any ending that matplotlib knows."""
    save_figure(record_figure(record, start), path)


def record_figure(record: OpenRecord, start: float = 0.0) -> Figure:
    """Ten seconds of a record, or what there is.

    Args:
        record: voltages, of any length: no more is read than what is drawn.
        start: where they begin, in seconds.

    Raises:
        SignalError: if the record is no voltage, or shorter than ``start``.
    """
    info, rate = record.info, record.info.sampling_rate
    factor = MILLIVOLTS.get(info.unit.lower())
    first = round(start * rate)
    if factor is None:
        raise SignalError(f"ECG paper shows voltages; {record.path.name} is in {info.unit}")
    if first >= info.samples - 1:
        raise SignalError(
            f"expected a start within the {record.seconds:g} s of {record.path.name}; got {start:g}"
        )
    stop = min(info.samples, first + round(SECONDS * rate))
    signal = np.asarray(record.read(first, stop), np.float64) * factor
    return ecg_figure(signal, rate, info.leads, record.path.name, start)
