"""The command `complementarity`: which domains are worth fusing, before a fusion is trained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.artifact.preset import THROWAWAY
from ecgzoo.cli import dataset_options as given
from ecgzoo.cli.cross_validation import plan_of, train_with_bar
from ecgzoo.cli.options import RUNS, FoldSeed, Jobs, RunsFolder
from ecgzoo.cli.tables import console_of
from ecgzoo.processes import share_cores
from ecgzoo.quiet import import_datasets, import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.evaluation import Interval
    from ecgzoo.evaluation.complementarity import Complementarity
    from ecgzoo.training.recipe import Recipe
    from tf_data import SignalDataset

FOLDS = 5


def complementarity(
    dataset: Annotated[str, typer.Argument(help="A data set, such as ecg_images.")],
    labels: given.Labels = None,
    leads: given.Leads = None,
    rate: given.Rate = None,
    seconds: given.Seconds = None,
    directory: given.Directory = None,
    epochs: Annotated[int, typer.Option(help="Most epochs of each domain's own model.")] = 5,
    raw: Annotated[bool, typer.Option("--raw", help="Raw domains only: train nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="File for all figures.")] = None,
    fold_seed: FoldSeed = 0,
    jobs: Jobs = 1,
    runs: RunsFolder = RUNS,
) -> None:
    """Advise which domains are worth fusing: what each adds, and how they are related.

    First on the raw domains, pooled; then on embeddings of held-out records by models of one domain
    each, trained briefly on grouped folds. Killed, the same command goes on where it was.

    Example: [bold]ecgzoo complementarity ecg_images --epochs 5[/bold]
    """
    from tf_data import DATASETS, load

    DATASETS.get(dataset)  # an unknown name is said at once
    share_cores(jobs)
    import_tensorflow()
    import_datasets()
    source = given.chosen(
        dataset, labels, leads=leads, rate=rate, seconds=seconds, directory=directory
    )
    recipe = _recipe(source, epochs, fold_seed)  # and so is a number out of its range
    records, console = load(dataset, **source["loading"]), console_of(80)
    with console.status("relating the raw domains"):
        found = {"raw": _of_raw(records)}
    _show(console, "raw domains, pooled", found["raw"])
    if not raw:
        root = runs / f"{THROWAWAY}{dataset}-{epochs}epochs"
        found["trained"] = _of_trained(records, recipe, jobs, root, console)
        title = f"embeddings of held-out records, {epochs} epochs, {FOLDS} grouped folds"
        _show(console, title, found["trained"])
    if json:
        from ecgzoo.files.atomic import write_json

        asked = {**source, "epochs": epochs, "fold_seed": fold_seed}
        write_json(json, asked | {name: one.to_dict() for name, one in found.items()})
        console.print(f"written: {json}")


def _recipe(source: dict[str, Any], epochs: int, fold_seed: int) -> Recipe:
    from ecgzoo.training.cross_validation import unimodal_models
    from ecgzoo.training.recipe import Recipe

    first = next(iter(unimodal_models().values()))
    return Recipe(first, **source, epochs=epochs, fold_seed=fold_seed, folds=FOLDS)


def _of_raw(records: SignalDataset) -> Complementarity:
    from ecgzoo.evaluation.complementarity import complementarity as relate
    from ecgzoo.models.embed import embed_raw
    from ecgzoo.training.cross_validation import unimodal_models

    embeddings = embed_raw(records.signals, records.spec, list(unimodal_models()))
    return relate(embeddings, records.labels, records.groups)


def _of_trained(
    records: SignalDataset, recipe: Recipe, jobs: int, root: Path, console: Console
) -> Complementarity:
    from ecgzoo.evaluation.complementarity import complementarity as relate
    from ecgzoo.training.cross_validation import held_out, unimodal_models

    models = unimodal_models()
    train_with_bar(plan_of(recipe, list(models.values()), FOLDS), root, console, jobs, records)
    with console.status("relating the embeddings"):
        seen = held_out(recipe, models, FOLDS, root, records)
        return relate(seen.embeddings, seen.labels, seen.groups, seen.folds, seen.probabilities)


def _show(console: Console, title: str, found: Complementarity) -> None:
    console.print(_relations(title, found))
    console.print(_information(found))
    console.print(f"{found.advice}\n")


def _relations(title: str, found: Complementarity) -> Table:
    """How every pair is related: a row per figure, a section per pair."""
    table = _table("relation", "estimate", "95% interval", "by chance", title=title)
    for one in found.relations:
        table.add_row(f"[bold]{one.first} and {one.second}[/bold]")
        for name, interval in one.figures.items():
            table.add_row(f"  {name}", *_cells(interval), f"{one.by_chance[name]:.3f}")
        table.add_section()
    return table


def _information(found: Complementarity) -> Table:
    """What each domain tells about the label: alone and beyond others."""
    table = _table("told about the label", "nats", "95% interval", "of all")
    for step in (*found.steps, None, *found.added):
        if step is None:
            table.add_section()
        else:
            share = step.information.estimate / found.entropy
            told = f"{step.domain}, given {' + '.join(step.given)}" if step.given else step.domain
            table.add_row(told, *_cells(step.information), f"{share:.0%}")
    table.caption = f"Of {found.entropy:.3f} nats. By classifiers that had not seen the records."
    return table


def _table(first: str, *others: str, title: str | None = None) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(first, min_width=30)
    for head in others:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _cells(interval: Interval) -> tuple[str, str]:
    return f"{interval.estimate:.3f}", f"{interval.low:.3f} to {interval.high:.3f}"
