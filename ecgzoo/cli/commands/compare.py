"""The command `compare`: models trained over the same folds, and ranked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ecgzoo.cli import dataset_options as given
from ecgzoo.cli import options
from ecgzoo.cli.cross_validation import caption_of, overlap_of, plan_of, train_with_bar
from ecgzoo.cli.tables import console_of
from ecgzoo.errors import UnknownNameError
from ecgzoo.pages.page_signals import TRACES
from ecgzoo.processes import share_cores
from ecgzoo.quiet import import_tensorflow
from ecgzoo.registry import MODELS, unknown

if TYPE_CHECKING:
    from ecgzoo.report.study.side_by_side import Ranked
    from ecgzoo.training.cost import Cost
    from ecgzoo.training.recipe import Recipe


@given.takes_records
def compare(
    models: Annotated[
        list[str], typer.Option(help="Names or shell patterns; comma-separated, or repeated.")
    ],
    source: given.Source,
    folds: Annotated[
        int | None,
        typer.Option(help="Test folds to run, of five.", show_default="all there are"),
    ] = None,
    fold_seed: options.FoldSeed = 0,
    seed: options.Seed = 0,
    protocol: options.Protocol = "grouped",
    baseline: Annotated[
        str | None,
        typer.Option(help="Whom the others are compared with; the first that concatenates."),
    ] = None,
    signals: options.Signals = TRACES,
    epochs: options.Epochs = 30,
    domain_dropout: options.DomainDropout = 0.0,
    lead_dropout: options.LeadDropout = 0.1,
    jobs: options.Jobs = 1,
    runs: options.RunsFolder = options.RUNS,
    name: Annotated[str, typer.Option(help="Of the files that hold the table.")] = "comparison",
) -> None:
    """Train models on the same folds and rank them by out-of-fold macro F1, with their cost.

    Where several labels may hold at once, by macro AUC.

    What is trained already is kept, so a killed run goes on where it was; and --jobs or the
    same command started twice share the work.

    Example: [bold]ecgzoo compare --models "hybrid2*" --folds 5 --jobs 2[/bold]

    Example: [bold]ecgzoo compare --models "hybrid*" --dataset cinc2017[/bold]
    """
    names = matching(models)
    first = baseline or _concatenating(names)
    MODELS.info(first)
    names = names if first in names else [first, *names]
    share_cores(jobs)
    import_tensorflow()
    from ecgzoo.errors import RunBusyError
    from ecgzoo.report.study.side_by_side import ranking
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run

    base = Recipe(
        names[0],
        **{"protocol": protocol, **source},
        fold_seed=fold_seed,
        seed=seed,
        signals=signals,
        epochs=epochs,
        domain_dropout=domain_dropout,
        lead_dropout=lead_dropout,
    )
    folds = base.test_folds if folds is None else folds
    plan = plan_of(base, names, folds)
    console = console_of(100)
    predictions = train_with_bar(plan, runs, console, jobs)
    results = runs / Path(base.run_name).parts[0] / name
    try:
        with Run(results.with_name(f".{name}-lock")).locked():  # one process measures at a time
            with console.status("measuring the cost of a call"):
                costs = _costs(names, runs / plan[0].run_name)
            rows = ranking(predictions, costs, first)
            console.print(_table(rows, base, folds, first, overlap_of(plan, runs)))
            written = _write(rows, base, folds, first, results)
    except RunBusyError:
        console.print(f"all is trained; another process writes {results}.md")
        return
    console.print(f"written: {written[0].parent}/")
    console.print(f"  {', '.join(path.name for path in written)}")


def matching(patterns: Iterable[str]) -> list[str]:
    """The registered models that the patterns name, in their order, each once.

    Raises:
        UnknownNameError: if a pattern matches none, with the nearest names.

    Example:
        >>> matching(["cnn1d,hybrid?", "cnn*"])
        ['cnn1d', 'hybrid1', 'hybrid2', 'cnn1d_transformer', 'cnn2d']
    """
    found: list[str] = []
    for pattern in (part.strip() for one in patterns for part in one.split(",")):
        names = MODELS.names(pattern)
        if not names:
            raise UnknownNameError(unknown("model", pattern, MODELS))
        found += names
    return list(dict.fromkeys(found))


def _concatenating(names: list[str]) -> str:
    """The first that fuses several domains side by side, as the paper does; else the first."""
    plain = (
        name
        for name in names
        if len(MODELS.info(name)["domains"]) > 1 and not MODELS.info(name).get("options")
    )
    return next(plain, names[0])


def _costs(names: list[str], run: Path) -> dict[str, Cost]:
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.models.build import build
    from ecgzoo.training.cost import costs

    preset = read_preset(run)
    classes = len(preset.classes)
    return costs({name: build(name, preset.spec, classes, inputs="domains") for name in names})


def _table(
    rows: list[Ranked], recipe: Recipe, folds: int, baseline: str, leak: str | None
) -> Table:
    from ecgzoo.report.study.headline import SHOWN
    from ecgzoo.report.study.side_by_side import ranking_cells, survivors

    left = survivors(rows)
    caption = [
        caption_of(recipe),
        "95% group-bootstrap intervals; MFLOP and ms: one record, its domains not counted.",
        f"Differences from {baseline} that survive Holm's correction over {len(rows) - 1}: "
        f"{', '.join(left) if left else 'none'}.",
    ]
    table = Table(
        title=recipe.title(folds),
        caption="\n".join([*caption, *([leak] if leak else [])]),
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    figure = SHOWN[rows[0].metric]
    heads = ("model", figure, "size", "MFLOP", "ms", f"minus {baseline}", "p", "Holm")
    for head in ("", *heads):
        if head == "model":  # names are folded where figures need the room
            table.add_column(head, overflow="fold")
        else:
            table.add_column(head, justify="right", no_wrap=True)
    for place, row in enumerate(rows, 1):
        table.add_row(str(place), *ranking_cells(row))
    return table


def _write(
    rows: list[Ranked], recipe: Recipe, folds: int, baseline: str, results: Path
) -> list[Path]:
    from ecgzoo.files.atomic import write_atomically, write_json
    from ecgzoo.report.figures import draw_accuracy_against_cost
    from ecgzoo.report.study.side_by_side import ranking_markdown, survivors

    files = [Path(f"{results}.{ending}") for ending in ("json", "md", "png", "svg")]
    title, left = recipe.title(folds), survivors(rows)
    content = {
        "protocol": recipe.protocol,
        "folds": folds,
        "fold_seed": recipe.fold_seed,
        "recipe": recipe.to_dict(),
        "baseline": baseline,
        "survivors": left,
        "models": [row.to_dict() for row in rows],
    }
    write_json(files[0], content)
    text = (
        f"{title}.\n\n{ranking_markdown(rows, baseline)}\n"
        f"Differences from {baseline} that survive Holm's correction: "
        f"{', '.join(left) if left else 'none'}.\n"
    )
    write_atomically(files[1], lambda draft: draft.write_text(text, encoding="utf-8"))
    for picture in files[2:]:
        draw_accuracy_against_cost(rows, baseline, picture, title)
    return files
