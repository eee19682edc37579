"""The command `reproduce`: the paper's models, trained, compared, exported, asked."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli import options
from ecgzoo.cli.commands.report import REPORT, Output, write_with_bar
from ecgzoo.cli.cross_validation import caption_of, plan_of, train_with_bar
from ecgzoo.cli.exports import export_runs
from ecgzoo.pages.page_signals import TRACES
from ecgzoo.parts import parts_options
from ecgzoo.processes import share_cores
from ecgzoo.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.evaluation import Interval
    from ecgzoo.report.study.side_by_side import Row
    from ecgzoo.training.recipe import Recipe


ABLATED = "hybrid2"


def _with_ablations(plan: list[Recipe]) -> list[Recipe]:
    """A plan with every model that lacks one domain of :data:`ABLATED`, each fold's together."""
    from ecgzoo.training.ablation import lacking

    whole = [recipe for recipe in plan if recipe.model == ABLATED]
    others = [other for one in whole for other in lacking(one).values()]
    every = {recipe.run_name: recipe for recipe in (*plan, *others)}
    return sorted(every.values(), key=lambda recipe: recipe.fold)


def _reproduce_fully(
    base: Recipe, models: list[str], runs: Path, to: Path, jobs: int, console: Console
) -> None:
    """Trains what is not trained yet under every protocol, and writes the report."""
    from tf_data.protocols import PROTOCOLS

    folders = []
    for protocol in ("grouped", "paper"):
        recipe = replace(base, protocol=protocol)
        plan = plan_of(recipe, models, recipe.folds)
        if not PROTOCOLS[protocol].leaky and ABLATED in models:
            plan = _with_ablations(plan)
        console.print(recipe.title(recipe.folds))
        train_with_bar(plan, runs, console, jobs)
        folders.append(runs / Path(recipe.run_name).parts[0])
    write_with_bar(folders, to, console)


MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
ASKED = "hybrid1"


def reproduce(
    folds: Annotated[
        int, typer.Option(help="Test folds to run, of five; 5 is the full cross-validation.")
    ] = 1,
    protocol: options.Protocol = "grouped",
    fold_seed: options.FoldSeed = 0,
    models: Annotated[
        str, typer.Option(help="Comma-separated names.", show_default=", ".join(MODELS))
    ] = ",".join(MODELS),
    epochs: options.Epochs = 30,
    signals: options.Signals = TRACES,
    oversampling: Annotated[
        str, typer.Option(help="'none', 'random' or 'adasyn' (the paper's; fails on 'paper').")
    ] = "random",
    jobs: options.Jobs = 1,
    runs: options.RunsFolder = options.RUNS,
    exported: options.ExportedFolder = options.EXPORTED,
    full: Annotated[
        bool,
        typer.Option("--full", help="All folds of both protocols, the ablation, and the report."),
    ] = False,
    to: Output = REPORT,
) -> None:
    """Train the paper's five models on real ECGs, compare, export, and ask one of them.

    What is trained already is not trained again, so a killed run goes on where it was. With
    --full all of it is trained under both protocols, and reported in one HTML file.

    Example: [bold]ecgzoo reproduce --folds 5[/bold]

    Example: [bold]ecgzoo reproduce --full --fold-seed 10 --jobs 2 --to report.html[/bold]
    """
    share_cores(jobs)
    import_tensorflow()
    from ecgzoo.files.atomic import write_atomically
    from ecgzoo.report.study.side_by_side import side_by_side, side_by_side_markdown
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run
    from tf_data.protocols import PROTOCOLS

    console, names = Console(), list(dict.fromkeys(name.strip() for name in models.split(",")))
    base = Recipe(
        names[0],
        protocol=protocol,
        fold_seed=fold_seed,
        epochs=epochs,
        signals=signals,
        oversampling=oversampling,
    )
    if full:
        _reproduce_fully(base, names, runs, to, jobs, console)
        return
    plan = plan_of(base, names, folds)
    predictions = train_with_bar(plan, runs, console, jobs)
    rows = side_by_side(predictions)
    table = _table(rows, base, folds)
    console.print(table)
    results = runs / Path(base.run_name).parts[0] / f"results-{folds}-folds.md"
    content = f"{table.title}. {table.caption}\n\n{side_by_side_markdown(rows)}"
    write_atomically(results, lambda draft: draft.write_text(content, encoding="utf-8"))
    _draw(rows, base, results.with_suffix(".png"), runs / "example-domains.png")
    if PROTOCOLS[protocol].leaky:
        console.print("not exported: models that leak are for comparison only")
        return
    export_runs([runs / one.run_name for one in plan if one.fold == 0], exported, jobs, console)
    if ASKED in names:
        asked = next(runs / one.run_name for one in plan if one.model == ASKED)
        _ask(exported, runs, signals, str(Run(asked).predictions().names[0]), console)


def _table(rows: list[Row], recipe: Recipe, folds: int) -> Table:
    table = Table(
        "model",
        "accuracy",
        "macro F1",
        "pages",
        "paper*",
        title=recipe.title(folds),
        caption=caption_of(recipe)
        + "\n95% group-bootstrap intervals. * The paper's accuracy; its split is not stated, and"
        " its data set holds 437 copies among 928 pages.",
    )
    for row in rows:
        paper = "not read" if row.paper is None else f"{row.paper:.2f}"
        table.add_row(row.model, _short(row.accuracy), _short(row.f1), str(row.pages), paper)
    return table


def _short(interval: Interval) -> str:
    """Narrow enough for five columns in a terminal of 80."""
    return f"{interval.estimate:.3f} {interval.low:.3f}-{interval.high:.3f}"


def _draw(rows: list[Row], recipe: Recipe, results: Path, example: Path) -> None:
    from ecgzoo.report.figures import draw_domains, draw_side_by_side
    from tf_data import load
    from tf_data.protocols import PROTOCOLS

    leak = " (leaky)" if PROTOCOLS[recipe.protocol].leaky else ""
    draw_side_by_side(rows, results, f"{recipe.protocol} protocol{leak}, {rows[0].pages} pages")
    one = load("ecg_images").take([0])
    title = f"One ECG, class {one.classes[one.labels[0]]}"
    draw_domains(one.signals[0], one.spec, "II", example, title)


def _ask(exported: Path, runs: Path, signals: str, name: str, console: Console) -> None:
    """Has the exported model answer, from a fresh process, for a page and for a signal.

    The record called ``name`` stands in the test part: the model has not seen it.
    """
    import numpy as np

    from ecgzoo.pages.render import write_page
    from tf_data import load

    records = load("ecg_images"), load("ecg_images", signals=signals)
    row = np.flatnonzero(records[0].names == name)
    traces, example = (one.take(row) for one in records)
    truth = traces.classes[traces.labels[0]]
    console.print(f"\n{name}, class {truth}, which {ASKED} was not trained on:")
    page, signal = runs / "example-page.png", runs / "example-signal.npy"
    write_page(page, traces.signals[0], traces.spec)
    np.save(signal, example.signals[0])
    rate = f"{example.spec.sampling_rate:.4f}"
    model = ["--model", ASKED, "--exported", str(exported)]
    asked = (
        ["predict", str(page), *model],
        ["predict", str(signal), *model, "--sampling-rate", rate],
    )
    _run([command + parts_options() for command in asked], console)


def _run(commands: list[list[str]], console: Console) -> None:
    """Runs commands of ecgzoo at once, since each takes long to start, and shows one after another.

    Raises:
        subprocess.CalledProcessError: if one fails.
    """
    shown = {"COLUMNS": str(console.width)} | ({"FORCE_COLOR": "1"} if console.is_terminal else {})
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    started = [
        subprocess.Popen([sys.executable, "-m", "ecgzoo", *one], env=os.environ | shown, **pipes)
        for one in commands
    ]
    for command, process in zip(commands, started, strict=True):
        console.print(f"\n$ ecgzoo {' '.join(command)}")
        typer.echo(process.communicate()[0], nl=False)
    for process in started:
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
