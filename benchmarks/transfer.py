"""Whether weights help on tasks that they have not seen: against scratch, and a random encoder.

    python benchmarks/transfer.py PRESET --data FOLDER --to ANSWERS [--tasks ...] [--records 100]
    python benchmarks/transfer.py PRESET --data FOLDER --to ANSWERS --probe
    python benchmarks/transfer.py --table ANSWERS

FOLDER holds the published files of LUDB, MIT-BIH and so on, a folder each; PTB-XL and CinC 2017 are
taken as `ecgzoo prepare` wrote them. A task's patients are parted into thirds. A draw takes so many
records of two thirds, is fine-tuned as `ecgzoo finetune --controls` does it, and answers the last
third; the next draw answers the next. With `--probe` nothing is trained: a linear model is fitted
on what the encoder makes of the records, and on what a random one does. A draw that is in ANSWERS
already is not made again. Three draws answer every patient once: the table has means over such
threes, and differences with intervals over patients and threes; p-values are after Holm.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from transfer_tasks import TASKS

import ecgzoo
from ecgzoo.evaluation import holm, metrics_of
from ecgzoo.evaluation.two_way import repeated_difference
from ecgzoo.training.checkpoint import seeded
from ecgzoo.training.finetuning import FineTuning
from ecgzoo.training.finetuning.controls import adapted_probe
from tf_data import SignalDataset
from tf_data.splits import grouped

THIRDS = 3
MOST_TESTED = 200  # records of a third
LEAST_OF_CLASS = 3  # records of each class in a draw
MOMENTS = ("linear probe", "after", "from scratch", "random encoder")
PAIRS = (("after", "from scratch"), ("linear probe", "random encoder"))
METRICS = ("macro_auc", "macro_f1")


def parts(data: SignalDataset, draw: int) -> tuple[SignalDataset, SignalDataset]:
    """What a draw is made from, and the third of the patients that it answers."""
    split = grouped(data.labels, data.groups, data.hashes, THIRDS, 0, data.classes)[draw % THIRDS]
    pool = np.concatenate([split.train, split.validation])
    test = data.take(split.test)
    names = np.unique(test.names)
    kept = np.random.default_rng(0).permutation(names)[:MOST_TESTED]
    return data.take(pool), test.take(np.flatnonzero(np.isin(test.names, kept)))


def drawn(pool: SignalDataset, records: int, seed: int) -> SignalDataset:
    """So many records, with some of every class."""
    rng, names = np.random.default_rng(seed), np.unique(pool.names)
    if len(names) < records:
        raise SystemExit(f"expected at least {records} records to draw from; got {len(names)}")
    while True:
        chosen = pool.take(np.flatnonzero(np.isin(pool.names, rng.permutation(names)[:records])))
        if chosen.targets.sum(axis=0).min() >= LEAST_OF_CLASS:
            return chosen


def answers(preset: str, data: SignalDataset, records: int, draw: int) -> dict:
    """What each arm answers for the test part, a row per record."""
    pool, test = parts(data, draw)
    tuned = ecgzoo.finetune(
        ecgzoo.build(preset),
        drawn(pool, records, draw),
        classes=data.classes,
        leads=data.spec.leads,
        seconds=data.spec.seconds,
        test=test,
        controls=True,
        settings=FineTuning(seed=draw),
    )
    found = {moment: tuned.measured[moment].predictions for moment in MOMENTS}
    first = found["after"]
    shown = {moment: one.probabilities for moment, one in found.items()}
    return {"labels": first.labels, "groups": first.groups, **shown}


def probed(preset: str, data: SignalDataset, records: int, draw: int) -> dict:
    """What linear models answer on what an encoder, and a random one, make of the records.

    Both take batch normalisation's statistics from the draw, as fine-tuning does.
    """
    pool, test = parts(data, draw)
    train, settings = drawn(pool, records, draw), FineTuning(seed=draw)
    found: dict = {}
    with seeded(draw):  # of the random weights, and of dropout while statistics are taken
        known = ecgzoo.build(preset, data.spec)
        told = known.core.described()
        random = ecgzoo.build(told.model, data.spec, **told.options)
        for moment, model in (("linear probe", known), ("random encoder", random)):
            answer = adapted_probe(model.core, train, test, settings)
            found |= {moment: answer.probabilities}
    return found | {"labels": answer.labels, "groups": answer.groups}


def run(arguments: argparse.Namespace) -> None:
    """Every task's draws that are not there yet."""
    arguments.to.mkdir(parents=True, exist_ok=True)
    for task in arguments.tasks or list(TASKS):
        data = TASKS[task](arguments.data)
        for draw in range(*arguments.draws):
            file = arguments.to / f"{task} {arguments.records} {draw}.npz"
            if file.exists():
                continue
            start = time.perf_counter()
            made = probed if arguments.probe else answers
            np.savez(file, **made(arguments.preset, data, arguments.records, draw))
            print(f"{file.stem}: {time.perf_counter() - start:.0f} s", flush=True)


def table(folder: Path) -> pd.DataFrame:
    """A row per task, number of records and metric."""
    rows = []
    for task in TASKS:
        for records in sorted({int(one.stem.split()[-2]) for one in folder.glob(f"{task} *.npz")}):
            threes = list(_threes(folder, f"{task} {records}"))
            if len(threes) >= 2:
                rows += [_row(task, records, threes, metric) for metric in METRICS]
    found = pd.DataFrame(rows)
    for ours, _ in PAIRS:
        if f"{ours} p" in found:
            found[f"{ours} p, Holm"] = holm(found.pop(f"{ours} p"))
    return found


def _threes(folder: Path, stem: str) -> Iterator[dict]:
    """The answers to all patients, of three draws each."""
    first = 0
    while (folder / f"{stem} {first + THIRDS - 1}.npz").exists():
        three = [np.load(folder / f"{stem} {first + one}.npz") for one in range(THIRDS)]
        yield {key: np.concatenate([one[key] for one in three]) for key in three[0]}
        first += THIRDS


def _row(task: str, records: int, threes: list[dict], metric: str) -> dict:
    labels, groups = threes[0]["labels"], threes[0]["groups"]
    there = [moment for moment in MOMENTS if moment in threes[0]]
    every = {moment: np.stack([one[moment] for one in threes]) for moment in there}
    row: dict = {"task": task, "records": records, "threes": len(threes), "metric": metric}
    names = [str(one) for one in range(every[there[0]].shape[-1])]
    for moment, shares in every.items():
        row[moment] = np.mean([metrics_of(labels, one, names).figures[metric] for one in shares])
    for ours, theirs in (pair for pair in PAIRS if pair[0] in there):
        found = repeated_difference(labels, every[ours], every[theirs], groups, metric)
        row[f"{ours} - {theirs}"] = f"{found.estimate:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
        row[f"{ours} p"] = found.p_value
    return row


def main() -> None:
    """Runs the draws, or shows what they gave."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("preset", nargs="?")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--to", type=Path)
    parser.add_argument("--tasks", nargs="*", choices=list(TASKS))
    parser.add_argument("--records", type=int, default=100)
    parser.add_argument("--draws", type=int, nargs=2, default=(0, 60), metavar=("FIRST", "END"))
    parser.add_argument("--probe", action="store_true")
    parser.add_argument("--table", type=Path)
    arguments = parser.parse_args()
    if arguments.table:
        print(table(arguments.table).round(3).to_string(index=False))
    else:
        run(arguments)


if __name__ == "__main__":
    main()
