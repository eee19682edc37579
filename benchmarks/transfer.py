"""Whether weights help on tasks that they have not seen: against scratch, and a random encoder.

    python benchmarks/transfer.py PRESET --data FOLDER --to ANSWERS [--tasks ...] [--records 100]
    python benchmarks/transfer.py --table ANSWERS

FOLDER holds the published files of LUDB, MIT-BIH and so on, a folder each; PTB-XL and CinC 2017 are
taken as `ecgzoo prepare` wrote them. A third of each task's patients is the test part, the same in
every draw. Of the others so many records are drawn, again and again; each draw is fine-tuned as
`ecgzoo finetune --controls` does it. A draw that is in ANSWERS already is not made again. The table
has the mean over the draws, and differences with intervals over patients and draws, after Holm.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from transfer_tasks import TASKS

import ecgzoo
from ecgzoo.evaluation import holm
from ecgzoo.evaluation.two_way import repeated_difference
from ecgzoo.training.finetuning import FineTuning
from tf_data import SignalDataset
from tf_data.splits import grouped

THIRDS = 3
MOST_TESTED = 600  # records
LEAST_OF_CLASS = 3  # records of each class in a draw
MOMENTS = ("linear probe", "after", "from scratch", "random encoder")
PAIRS = (("after", "from scratch"), ("linear probe", "random encoder"))
METRICS = ("macro_auc", "macro_f1")


def parts(data: SignalDataset) -> tuple[SignalDataset, SignalDataset]:
    """What draws are made from, and what is tested on: whole patients."""
    split = grouped(data.labels, data.groups, data.hashes, THIRDS, 0, data.classes)[0]
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


def answers(preset: str, task: str, data: SignalDataset, records: int, draw: int) -> dict:
    """What each arm answers for the test part, a row per record."""
    pool, test = parts(data)
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
            found = answers(arguments.preset, task, data, arguments.records, draw)
            np.savez(file, **found)
            print(f"{file.stem}: {time.perf_counter() - start:.0f} s", flush=True)


def table(folder: Path) -> pd.DataFrame:
    """A row per task, number of records and metric."""
    rows = []
    for task in TASKS:
        for records in sorted({int(one.stem.split()[-2]) for one in folder.glob(f"{task} *.npz")}):
            files = sorted(folder.glob(f"{task} {records} *.npz"))
            draws = [dict(np.load(one)) for one in files]
            if len(draws) >= 2:
                rows += [_row(task, records, draws, metric) for metric in METRICS]
    found = pd.DataFrame(rows)
    for ours, _ in PAIRS:
        found[f"{ours} p, Holm"] = holm(found.pop(f"{ours} p"))
    return found


def _row(task: str, records: int, draws: list[dict], metric: str) -> dict:
    labels, groups = draws[0]["labels"], draws[0]["groups"]
    every = {moment: np.stack([one[moment] for one in draws]) for moment in MOMENTS}
    row: dict = {"task": task, "records": records, "draws": len(draws), "metric": metric}
    for ours, theirs in PAIRS:
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
    parser.add_argument("--draws", type=int, nargs=2, default=(0, 20), metavar=("FIRST", "END"))
    parser.add_argument("--table", type=Path)
    arguments = parser.parse_args()
    if arguments.table:
        print(table(arguments.table).to_string(index=False))
    else:
        run(arguments)


if __name__ == "__main__":
    main()
