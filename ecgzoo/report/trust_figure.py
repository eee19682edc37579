"""One picture: how far off leads are that were read off pages, beside what was expected of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecgzoo.evaluation.digitisation import accepting
from ecgzoo.report.saved_figure import BLUE, GRAY, ORANGE, save_figure


def draw_trust(errors: Sequence[tuple[float, float]], doubtful: float, path: Path) -> None:
    """Draws the error of each lead over the expected one, and the ROC of accepting leads by it.

    Args:
        errors: of each lead, the RMS error that was expected and the one there is, in mV.
        doubtful: the expected error from which on a lead is marked, and the error from which on it
            is off, in mV.
        path: the picture to write.
    """
    figure = Figure(figsize=(10, 5), layout="constrained")
    beside, roc = figure.subplots(1, 2)
    _draw_errors(beside, errors, doubtful)
    _draw_accepting(roc, errors, doubtful)
    for axes in (beside, roc):
        axes.legend(frameon=False, loc="lower right")
        axes.spines[["top", "right"]].set_visible(False)
    save_figure(figure, path)


def _draw_errors(axes: Axes, errors: Sequence[tuple[float, float]], doubtful: float) -> None:
    expected, found = np.maximum(np.array(errors).reshape(-1, 2), 1e-3).T
    ends = np.array([2e-3, 2.0])
    axes.plot(ends, ends, color=GRAY, linewidth=1, label="as expected")
    axes.fill_between(ends, ends / 2, ends * 2, color=GRAY, alpha=0.15, label="within twice")
    axes.axvline(doubtful, color=ORANGE, linewidth=1, label="marked as doubtful beyond")
    axes.scatter(expected, found, s=14, color=BLUE, alpha=0.6, linewidths=0)
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends)
    axes.set(xlabel="expected error of a lead, mV", ylabel="its error, mV")


def _draw_accepting(axes: Axes, errors: Sequence[tuple[float, float]], doubtful: float) -> None:
    found = accepting(errors, doubtful)
    name = "no lead is off" if np.isnan(found.area) else f"area {found.area:.3f}"
    axes.plot(found.off, found.others, color=BLUE, label=name)
    at = np.searchsorted(found.expected, doubtful, side="right") - 1
    axes.plot(found.off[at], found.others[at], "o", color=ORANGE, label=f"{doubtful:g} mV at most")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axes.set(xlabel=f"accepted of leads more than {doubtful:g} mV off")
    axes.set(ylabel="accepted of the others")
