"""One picture: how far off leads are that were read off pages, beside what was expected of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.report.saved_figure import BLUE, GRAY, ORANGE, save_figure


def draw_trust(errors: Sequence[tuple[float, float]], doubtful: float, path: Path) -> None:
    """Draws the error of each lead over the expected one.

    Args:
        errors: of each lead, the RMS error that was expected and the one there is, in mV.
        doubtful: the expected error from which on a lead is marked, in mV.
        path: the picture to write.
    """
    expected, found = np.maximum(np.array(errors).reshape(-1, 2), 1e-3).T
    figure = Figure(figsize=(5.5, 5.2), layout="constrained")
    axes = figure.subplots()
    ends = np.array([2e-3, 2.0])
    axes.plot(ends, ends, color=GRAY, linewidth=1, label="as expected")
    axes.fill_between(ends, ends / 2, ends * 2, color=GRAY, alpha=0.15, label="within twice")
    axes.axvline(doubtful, color=ORANGE, linewidth=1, label="marked as doubtful beyond")
    axes.scatter(expected, found, s=14, color=BLUE, alpha=0.6, linewidths=0)
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends)
    axes.set(xlabel="expected error of a lead, mV", ylabel="its error, mV")
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    save_figure(figure, path)
