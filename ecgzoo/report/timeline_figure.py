"""A strip over time: what a model says of a long record, from its start to its end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.artifact.windows_over_time import WindowsOverTime
from ecgzoo.report.saved_figure import GRAY, save_figure

COLUMNS = 480  # of the strip: three minutes of a day each
UNITS = ((3 * 3600, 3600, "hours"), (180, 60, "minutes"), (0, 1, "seconds"))


def mean_over_time(found: WindowsOverTime, columns: int = COLUMNS) -> np.ndarray:
    """The mean probability of each class in equal parts of the record, ``[classes, columns]``.

    A window counts in every part that it reaches into; a part without answered windows is NaN.
    """
    width = found.seconds / columns
    first = (found.starts / width + 1e-9).astype(int)
    last = np.minimum(columns, np.ceil((found.starts + found.window) / width - 1e-9).astype(int))
    sums = np.zeros((columns + 1, found.answers.probabilities.shape[1] + 1))
    weighed = np.column_stack([found.answers.probabilities, np.ones(len(first))])
    np.add.at(sums, first, weighed)
    np.subtract.at(sums, last, weighed)
    sums = np.cumsum(sums, axis=0)[:-1]
    counts = np.round(sums[:, -1])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, sums[:, :-1].T / counts, np.nan)


def draw_over_time(found: WindowsOverTime, path: Path, title: str) -> None:
    """Writes :func:`timeline_figure` to a file, of any ending that matplotlib knows."""
    save_figure(timeline_figure(found, title), path)


def timeline_figure(found: WindowsOverTime, title: str) -> Figure:
    """The strip: a row for each class, darker where it is more probable.

    Args:
        found: what the model answered.
        title: what stands above it.
    """
    classes = found.answers.classes
    columns = min(COLUMNS, max(1, round(found.seconds / found.window * 2)))
    figure = Figure(figsize=(9, 1.3 + 0.32 * len(classes)), layout="constrained")
    axes = figure.subplots()
    unit, name = next((unit, name) for least, unit, name in UNITS if found.seconds >= least)
    axes.set_facecolor(GRAY)
    image = axes.imshow(
        mean_over_time(found, columns),
        extent=(0, found.seconds / unit, len(classes) - 0.5, -0.5),
        aspect="auto",
        interpolation="nearest",
        cmap="Blues",
        vmin=0,
        vmax=1,
    )
    shares = [f"{label}  {found.shares[label]:.1%}" for label in classes]
    axes.set_yticks(np.arange(len(classes)), shares)
    axes.set_yticks(np.arange(len(classes) - 1) + 0.5, minor=True)
    axes.grid(which="minor", axis="y", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.set_title(title, fontsize=10)
    gray = "; gray: not answered" if found.left_out else ""
    axes.set_xlabel(f"{name} from the start; beside a class, its share of the windows{gray}")
    figure.colorbar(image, ax=axes, label="probability", pad=0.01)
    return figure
