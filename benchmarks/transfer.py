"""Whether weights help on tasks that they have not seen: against scratch, and a random encoder.

    python benchmarks/transfer.py PRESET --data FOLDER --to ANSWERS [--tasks ...] [--records 100]
    python benchmarks/transfer.py PRESET --data FOLDER --to ANSWERS --probe
    python benchmarks/transfer.py --table ANSWERS

FOLDER holds the published files of LUDB, MIT-BIH and so on, a folder each; PTB-XL and CinC 2017 are
taken as `ecgzoo prepare` wrote them. A third of each task's patients is the test part, the same in
every draw. Of the others so many records are drawn, again and again; each draw is fine-tuned as
`ecgzoo finetune --controls` does it; with `--probe` nothing is trained: a linear model is fitted on
what the encoder makes of the records, and on what a random one does. A draw that is in ANSWERS
already is not made again. The table has the mean over the draws, and differences with intervals
over patients and draws; p-values are after Holm.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from transfer_tasks import TASKS

import ecgzoo
from ecgzoo.evaluation import holm, metrics_of
from ecgzoo.evaluation.two_way import repeated_difference
from ecgzoo.models.core import FUSED
from ecgzoo.training.finetuning import FineTuning
from ecgzoo.training.job import answered
from ecgzoo.training.linear_probe import linear_answers
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


def answers(preset: str, data: SignalDataset, records: int, draw: int) -> dict:
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


class Probes:
    """What linear models answer on what an encoder makes of a task's records: no training.

    Args:
        preset: whose encoder; beside it one with random weights.
        data: the task's records.
    """

    def __init__(self, preset: str, data: SignalDataset) -> None:
        self.pool, self.test = parts(data)
        known = ecgzoo.build(preset, data.spec)
        told = known.core.described()
        random = ecgzoo.build(told.model, data.spec, **told.options)
        both = self.pool.signals, self.test.signals
        self.embedded = {
            moment: [ecgzoo.embed(model, one)[FUSED] for one in both]
            for moment, model in (("linear probe", known), ("random encoder", random))
        }

    def answers(self, records: int, draw: int) -> dict:
        """Those of a draw, a row per record."""
        chosen = np.isin(self.pool.names, drawn(self.pool, records, draw).names)
        found: dict = {}
        for moment, (ours, theirs) in self.embedded.items():
            labels, count = self.pool.labels[chosen], len(self.pool.classes)
            shares = linear_answers(ours[chosen], labels, theirs, count)
            told = answered(self.test, shares).per_record("names")
            found |= {moment: told.probabilities, "labels": told.labels, "groups": told.groups}
        return found


def run(arguments: argparse.Namespace) -> None:
    """Every task's draws that are not there yet."""
    arguments.to.mkdir(parents=True, exist_ok=True)
    for task in arguments.tasks or list(TASKS):
        data = TASKS[task](arguments.data)
        probes = Probes(arguments.preset, data) if arguments.probe else None
        for draw in range(*arguments.draws):
            file = arguments.to / f"{task} {arguments.records} {draw}.npz"
            if file.exists():
                continue
            start = time.perf_counter()
            if probes:
                found = probes.answers(arguments.records, draw)
            else:
                found = answers(arguments.preset, data, arguments.records, draw)
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
        if f"{ours} p" in found:
            found[f"{ours} p, Holm"] = holm(found.pop(f"{ours} p"))
    return found


def _row(task: str, records: int, draws: list[dict], metric: str) -> dict:
    labels, groups = draws[0]["labels"], draws[0]["groups"]
    there = [moment for moment in MOMENTS if moment in draws[0]]
    every = {moment: np.stack([one[moment] for one in draws]) for moment in there}
    row: dict = {"task": task, "records": records, "draws": len(draws), "metric": metric}
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
    parser.add_argument("--draws", type=int, nargs=2, default=(0, 20), metavar=("FIRST", "END"))
    parser.add_argument("--probe", action="store_true")
    parser.add_argument("--table", type=Path)
    arguments = parser.parse_args()
    if arguments.table:
        print(table(arguments.table).round(3).to_string(index=False))
    else:
        run(arguments)


if __name__ == "__main__":
    main()
