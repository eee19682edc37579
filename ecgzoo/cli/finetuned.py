"""What a fine-tuning gave, for a terminal: a table of its moments, and what the controls say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from ecgzoo.cli.tables import leak_of, named, of_known_patients
from ecgzoo.evaluation.results import without_zero
from ecgzoo.training.finetuning.controls import COMPARED
from ecgzoo.training.finetuning.measured import FIGURES, Measured

if TYPE_CHECKING:
    from ecgzoo.training.finetuning.result import FineTuned

UNTESTED = "Nothing was held out to test on: there are no figures. `ecgzoo evaluate` gives some."


def said(found: Measured) -> str:
    """The figures of a moment in a line."""
    return ", ".join(f"{FIGURES[name]} {shown}" for name, shown in _cells(found).items())


def show(tuned: FineTuned, console: Console) -> None:
    """Prints the moments as a table, and how the controls compare."""
    if tuned.known:
        console.print(_known(tuned.known), markup=False, highlight=False)
    if not tuned.measured:
        console.print(UNTESTED)
        return
    figures = tuned.after.figures
    table = Table("", *(FIGURES[name] for name in figures), caption=_caption(tuned))
    for moment, found in tuned.measured.items():
        table.add_row(moment, *_cells(found).values())
    console.print(table)
    for control, differences in tuned.differences.items():
        for name, one in differences.items():
            console.print(f"{COMPARED[control]} against {control}, {FIGURES[name]}: {one}")


def _cells(found: Measured) -> dict[str, str]:
    """A figure with its interval, where it has one."""
    return {
        name: str(found.intervals.get(name, "-" if value is None else without_zero(value)))
        for name, value in found.figures.items()
    }


def _known(names: tuple[str, ...]) -> str:
    """That it was tuned on records which the weights had seen."""
    return (
        f"The weights had seen {len(names)} of the records that they are tuned on{named(names)}. "
        "What they gain on these says little of new records."
    )


def _caption(tuned: FineTuned) -> str:
    metrics = tuned.preset.metrics
    records = f"{tuned.after.n} test records that nothing was fitted or chosen on"
    lines = [leak_of(metrics) or records, of_known_patients(metrics)]
    if tuned.new_head:
        by = "about the mean" if tuned.preset.regression else "by chance"
        lines.append(f"Before: a new head that is not trained answers {by}.")
    if not tuned.measured["after"].intervals:
        lines.append("No intervals: the test records are of one patient, or of one class.")
    return "\n".join(filter(None, lines))
