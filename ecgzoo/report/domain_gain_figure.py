"""One picture: what a second and a third domain add, data set by data set."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from ecgzoo.report.saved_figure import BLUE, GRAY, ORANGE, save_figure
from ecgzoo.report.study.domain_gain import SECOND, THIRD, DomainGain
from ecgzoo.report.study.headline import SHOWN

SHOWN_GAINS = {
    SECOND: ("a second domain: time and scalogram, against time alone", BLUE, 0.14),
    THIRD: ("a third: and spectrum, against these two", ORANGE, -0.14),
}


def draw_domain_gains(found: Sequence[DomainGain], path: Path) -> None:
    """Draws each data set's two differences with their intervals.

    Args:
        found: a row of the picture each, the first at the top.
        path: the picture to write.
    """
    figure = Figure(figsize=(8, 1.4 + 0.7 * len(found)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color=GRAY, linewidth=1)
    for pair, (label, colour, above) in SHOWN_GAINS.items():
        chosen = [
            (row, gain.difference)
            for row, one in enumerate(found)
            for gain in one.gains
            if (gain.model, gain.without) == pair
        ]
        middle = [one.estimate for _, one in chosen]
        ends = [
            [one.estimate - one.low for _, one in chosen],
            [one.high - one.estimate for _, one in chosen],
        ]
        heights = [row - above for row, _ in chosen]
        axes.errorbar(
            middle, heights, xerr=ends, fmt="o", color=colour, capsize=3, linewidth=2, label=label
        )
    names = [f"{one.called}\n{SHOWN[one.metric]}, {one.records:,} records" for one in found]
    axes.set_yticks(range(len(found)), names)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlabel("difference (95% interval over patients and training)")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#E5E5E5")
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper center", ncols=1, frameon=False)
    save_figure(figure, path)
