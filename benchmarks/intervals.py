"""Intervals of five metrics by resampling groups, against a plain loop over scikit-learn.

    python benchmarks/intervals.py [--records N] [--resamples N] [--rounds N] [--json FILE]

A measurement is all five metrics' intervals from new draws, ecgzoo's with BCa and its jackknife.
The loop takes percentiles alone, of a few resamples; its time is scaled to all of them. Beside
them stand the difference of two models and the permutation test, in AUC alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from rounds import arguments, interleaved, positive, surroundings, table, write
from sklearn.metrics import accuracy_score, precision_recall_fscore_support, roc_auc_score

from ecgzoo.evaluation import intervals, paired_difference, permutation_test

CLASSES, LOOPED = 4, 50
ECGZOO, LOOP = "ecgzoo: intervals, BCa", "scikit-learn: a loop, percentile"
DIFFERENCE, PERMUTATION = "ecgzoo: paired difference, AUC", "ecgzoo: permutation test, AUC"

Answers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def main() -> None:
    """Measures intervals, tests and the loop in interleaved rounds and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--records", type=positive, default=500, help="default 500, a group each")
    parser.add_argument("--resamples", type=positive, default=5000, help="default 5000")
    options = parser.parse_args()
    labels, likely, other, groups = answers(options.records)
    seeds = iter(range(10**6))  # the draws of a seed are kept, so each measurement takes another
    resamples = options.resamples
    contenders: dict[str, Callable[[], float]] = {
        ECGZOO: timed(lambda: intervals(labels, likely, groups, resamples, seed=next(seeds))),
        DIFFERENCE: timed(
            lambda: paired_difference(
                labels, likely, other, groups, "macro_auc", resamples, seed=next(seeds)
            )
        ),
        PERMUTATION: timed(
            lambda: permutation_test(labels, likely, other, groups, "macro_auc", resamples)
        ),
        LOOP: lambda: timed(lambda: loop(labels, likely))() * resamples / LOOPED,
    }
    seconds = interleaved(contenders, options.rounds, options.rest)
    rows = [
        [name, f"{one.median:.2f}", one.spread(2), f"{one.median / seconds[ECGZOO].median:.1f}"]
        for name, one in seconds.items()
    ]
    print(f"{options.records} records, {resamples} resamples, {CLASSES} classes\n")
    print(table(["", "s", "range", "x intervals"], rows))
    figures = {"records": options.records, "resamples": resamples, "seconds": seconds}
    write(options.json, {**surroundings("numpy", "scikit-learn"), **figures})


def answers(records: int) -> Answers:
    """Labels, two models' probabilities and a group per record."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, records)
    scores = 2 * np.eye(CLASSES)[labels] + rng.normal(size=(2, records, CLASSES))
    likely, other = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    return labels, likely, other, np.arange(records)


def loop(labels: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Percentiles of the five metrics over a few resamples, one after another."""
    rng = np.random.default_rng(0)
    draws = (rng.integers(0, len(labels), len(labels)) for _ in range(LOOPED))
    return np.quantile([metrics(labels[rows], likely[rows]) for rows in draws], [0.025, 0.975], 0)


def metrics(labels: np.ndarray, likely: np.ndarray) -> tuple[float, ...]:
    """Accuracy, macro precision, recall, F1 and AUC by scikit-learn."""
    found = likely.argmax(axis=1)
    several = precision_recall_fscore_support(labels, found, average="macro", zero_division=0)
    area = roc_auc_score(labels, likely, multi_class="ovr")
    return accuracy_score(labels, found), *several[:3], area


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """How many seconds ``work`` takes."""

    def measure() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return measure


if __name__ == "__main__":
    main()
