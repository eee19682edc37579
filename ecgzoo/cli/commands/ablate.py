"""The command `ablate`: what each domain of a model is worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.cli import dataset_options as given
from ecgzoo.cli import options
from ecgzoo.cli.cross_validation import caption_of, check_folds, train_with_bar
from ecgzoo.pages.page_signals import TRACES
from ecgzoo.processes import share_cores
from ecgzoo.quiet import import_datasets, import_tensorflow
from ecgzoo.registry import MODELS

if TYPE_CHECKING:
    from ecgzoo.evaluation import Interval
    from ecgzoo.report.study.ablation import Ablated
    from ecgzoo.training.recipe import Recipe


@given.takes_records
def ablate(
    model: Annotated[str, typer.Argument(help="A name of `ecgzoo list`, of several domains.")],
    source: given.Source,
    folds: Annotated[
        int | None,
        typer.Option(help="Test folds to run, of five.", show_default="all there are"),
    ] = None,
    fold_seed: options.FoldSeed = 0,
    protocol: options.Protocol = "grouped",
    signals: options.Signals = TRACES,
    epochs: options.Epochs = 30,
    domain_dropout: options.DomainDropout = 0.0,
    lead_dropout: options.LeadDropout = 0.1,
    jobs: options.Jobs = 1,
    runs: options.RunsFolder = options.RUNS,
) -> None:
    """Show what each domain is worth: trained without it, and silenced in the trained model.

    What is trained already is kept, so a killed run goes on where it was.

    Example: [bold]ecgzoo ablate hybrid2 --folds 5 --jobs 2[/bold]
    """
    MODELS.info(model)
    share_cores(jobs)
    import_tensorflow()
    from ecgzoo.report.study.ablation import ablation, whole_interval
    from ecgzoo.report.study.headline import headline_of
    from ecgzoo.report.study.missing import answers
    from ecgzoo.training.ablation import lacking
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run

    base = Recipe(
        model,
        **{"protocol": protocol, **source},
        fold_seed=fold_seed,
        signals=signals,
        epochs=epochs,
        domain_dropout=domain_dropout,
        lead_dropout=lead_dropout,
    )
    folds = base.test_folds if folds is None else folds
    check_folds(base, folds)
    others = lacking(base)
    plan = [replace(one, fold=fold) for fold in range(folds) for one in (base, *others.values())]
    console = Console()
    import_datasets()
    predictions = train_with_bar(plan, runs, console, jobs)
    whole = predictions[base.name]
    with console.status("silencing each domain in turn"):
        trained = [Run(runs / one.run_name) for one in plan if one.name == base.name]
        silenced = answers(trained, leads=False)
    retrained = {domain: (one.name, predictions[one.name]) for domain, one in others.items()}
    rows, f1 = ablation(whole, retrained, silenced, base.name), whole_interval(whole)
    metric = headline_of(whole)
    console.print(_table(rows, f1, base, folds, metric))
    results = runs / Path(base.run_name).parts[0] / f"ablation-{base.name}.md"
    _write(rows, f1, base, folds, results, metric)
    console.print(f"written: {results}")


def _table(rows: list[Ablated], whole: Interval, recipe: Recipe, folds: int, metric: str) -> Table:
    from ecgzoo.report.study.ablation import ablation_cells
    from ecgzoo.report.study.headline import SHOWN

    caption = (
        f"{caption_of(recipe)}\n95% group-bootstrap intervals, paired differences, "
        f"Holm's correction over {len(rows)}."
    )
    table = Table(title=recipe.title(folds), caption=caption, box=SIMPLE_HEAD)
    for head in ("lacks", "how", SHOWN[metric], f"minus {recipe.name}", "p", "Holm"):
        table.add_column(head)
    table.add_row("nothing", "", str(whole), "", "", "")
    for row in rows:
        table.add_row(*ablation_cells(row))
    return table


def _write(
    rows: list[Ablated],
    whole: Interval,
    recipe: Recipe,
    folds: int,
    results: Path,
    metric: str,
) -> None:
    from ecgzoo.files.atomic import write_atomically, write_json
    from ecgzoo.report.study.ablation import ablation_markdown

    text = f"{recipe.title(folds)}.\n\n{ablation_markdown(rows, whole, recipe.name, metric)}"
    write_atomically(results, lambda draft: draft.write_text(text, encoding="utf-8"))
    content = {
        "protocol": recipe.protocol,
        "folds": folds,
        "recipe": recipe.to_dict(),
        "metric": metric,
        "whole": whole.to_dict(),
        "rows": [row.to_dict() for row in rows],
    }
    write_json(results.with_suffix(".json"), content)
