"""The command `compare-predictions`: two files of predictions, and no model at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ecgzoo.cli.tables import console_of

if TYPE_CHECKING:
    from ecgzoo.evaluation import Posterior
    from ecgzoo.report.compare import TwoModels

FEW = 100  # patients; with 50, intervals of the AUC that say 95% held the truth in 92%
CAUTION = "intervals, AUC's most, and Bayesian probabilities are too sure (docs/statistics.md)."


def compare_predictions(
    first: Annotated[Path, typer.Argument(help="CSV file of A's predictions.", metavar="A.csv")],
    second: Annotated[Path, typer.Argument(help="CSV file of B's.", metavar="B.csv")],
    groups: Annotated[str, typer.Option(help="Column of the patient, or of the record's name.")],
    label: Annotated[
        str, typer.Option(help="Column of the label, a class name; 'labels' holds A|B.")
    ] = "label",
    name: Annotated[str, typer.Option(help="Column of the record's name, if any.")] = "name",
    metric: Annotated[
        str | None,
        typer.Option(
            help="It decides: accuracy, macro_f1 or macro_auc.",
            show_default="macro_f1; of several labels macro_auc",
        ),
    ] = None,
    rope: Annotated[float, typer.Option(help="Difference that is none in practice.")] = 0.01,
    level: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.95,
    resamples: Annotated[int, typer.Option(help="Resamples, swaps and draws.")] = 5000,
    seed: Annotated[int, typer.Option(help="Of all draws.")] = 0,
    json: Annotated[Path | None, typer.Option(help="File for all figures.")] = None,
) -> None:
    """Compare two models by files of their predictions: which is better, and how sure is that?

    A file has a line per record: its label, its patient, and a column of
    probabilities per class. With a column of names, records may stand in any order.
    A column 'labels' holds several labels of a record, as in MI|CD.

    Example: [bold]ecgzoo compare-predictions a.csv b.csv --groups patient[/bold]
    """
    from ecgzoo.files.atomic import write_json
    from ecgzoo.report.compare import two_models, verdict
    from ecgzoo.report.study.prediction_files import in_one_order, read_predictions

    ours, theirs = (read_predictions(one, groups, label, name) for one in (first, second))
    found = two_models(ours, in_one_order(ours, theirs), metric, rope, resamples, level, seed)
    console = console_of(80, markup=False, highlight=False)  # names may hold brackets
    console.print(f"A: {first}", f"B: {second}", sep="\n", soft_wrap=True)
    for table in (_metrics(found, groups), _differences(found), _probabilities(found)):
        console.print(table)
    console.print(_of_single_records(found, groups))
    if found.groups < FEW:
        console.print(f"{found.groups} groups are few: {CAUTION}")
    console.print(verdict(found), style="bold")
    if json is not None:
        files = {"first": str(first), "second": str(second)}
        write_json(json, {"files": files, **found.to_dict(), "verdict": verdict(found)})


def _metrics(found: TwoModels, groups: str) -> Table:
    from ecgzoo.report.study.headline import SHOWN

    level = found.first.accuracy.level
    table = _table(
        f"{found.records} records, {found.groups} groups by {groups}", "metric", "A", "B"
    )
    table.caption = f"with {level * 100:g}% BCa intervals by resampling each {groups}"
    for name in found.contrasts:
        table.add_row(
            SHOWN[name], *(str(getattr(one, name)) for one in (found.first, found.second))
        )
    return table


def _differences(found: TwoModels) -> Table:
    from ecgzoo.evaluation.results import p_shown
    from ecgzoo.report.study.headline import SHOWN

    table = _table("A minus B", "metric", "difference", "bootstrap", "permutation")
    for name, one in found.contrasts.items():
        gap = one.difference
        table.add_row(
            SHOWN[name], gap.interval, p_shown(gap.p_value), p_shown(one.permutation.p_value)
        )
    return table


def _probabilities(found: TwoModels) -> Table:
    from ecgzoo.report.study.headline import SHOWN

    rope = found.contrasts[found.metric].posterior.rope
    table = _table("Bayesian probabilities", "metric", "A better", f"within {rope:g}", "B better")
    for name, one in found.contrasts.items():
        table.add_row(SHOWN[name], *_shares(one.posterior))
    if found.outcomes is not None:
        table.add_row("accuracy, by paired outcomes", *_shares(found.outcomes))
    return table


def _shares(one: Posterior) -> list[str]:
    return [f"{share:.3f}" for share in (one.better, one.equivalent, one.worse)]


def _of_single_records(found: TwoModels, groups: str) -> str:
    """McNemar's test, or why there is none."""
    from ecgzoo.evaluation.results import p_shown

    one = found.mcnemar
    if one is None:
        return f"McNemar's test and paired outcomes are left out: a {groups} has several records."
    return (
        f"Right alone: A {one.only_first}, B {one.only_second} records; McNemar ({one.method}) "
        f"{p_shown(one.p_value)}."
    )


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), title_justify="left")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", no_wrap=True)
    return table
