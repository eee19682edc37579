"""The presets' out-of-fold figures and how they differ: what `ecgzoo make-preset` has trained.

    python benchmarks/confirmation.py [--runs FOLDER] [--baseline MODEL] [--margin SHARE]

Takes every fold seed whose five folds are there. Differences are paired, over the fold seeds that
both models have: a resample draws the same patients for both. The last column is the p-value of a
test of non-inferiority at the margin.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from rounds import table

from ecgzoo.evaluation import NonInferiority, non_inferiority, repetitions
from ecgzoo.training.preset_recipes import FOLD_SEEDS, PRESETS, preset_recipe
from ecgzoo.training.repeated_answers import RepeatedAnswers
from ecgzoo.training.run import Run


def main() -> None:
    """Prints a line per preset."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=Path, default=Path("runs/presets"))
    parser.add_argument("--baseline", default="hybrid1")
    parser.add_argument("--margin", type=float, default=0.02)
    options = parser.parse_args()
    found = {name: answers_of(name, options.runs) for name in PRESETS}
    answers = {name.partition(".")[0]: one for name, one in found.items() if one}
    heads = ["model", "fold seeds", "macro F1 (95% interval)", "sd", "accuracy (95% interval)"]
    against = [f"minus {options.baseline} (95% interval)", f"p of -{options.margin} or worse"]
    base = answers[options.baseline]
    lines = [
        [model, *figures(one), *compared(one, base, options.margin)]
        for model, one in answers.items()
    ]
    print(table([*heads, *against], lines))


def answers_of(name: str, root: Path) -> RepeatedAnswers | None:
    """The answers of a preset's whole cross-validations; None if there is none."""
    recipe = preset_recipe(name)
    runs = []
    for seed in FOLD_SEEDS:
        folder = root / f"grouped-traces-seed{seed}" / recipe.name
        folds = [Run(folder / f"fold{fold}") for fold in range(recipe.folds)]
        runs += folds if all(run.finished for run in folds) else []
    return RepeatedAnswers.of(runs) if runs else None


def figures(answers: RepeatedAnswers) -> list[str]:
    """Fold seeds, macro F1, its standard deviation over them, accuracy."""
    one = answers.first
    found = repetitions(one.labels, answers.predicted, one.groups, one.classes).overall
    spread = found["macro_f1"].spread if len(answers.seeds) > 1 else None
    return [
        ", ".join(map(str, answers.seeds)),
        str(found["macro_f1"].mean),
        "" if spread is None else f"{spread:.3f}",
        str(found["accuracy"].mean),
    ]


def compared(answers: RepeatedAnswers, base: RepeatedAnswers, margin: float) -> list[str]:
    """The difference to the baseline over common fold seeds, and the p-value of the test."""
    if answers is base:
        return ["", ""]
    found = tested(answers, base, margin)
    interval = f"({found.low:+.3f} to {found.high:+.3f})"
    return [f"{found.estimate:+.3f} {interval}", f"{found.p_value:.4f}"]


def tested(answers: RepeatedAnswers, base: RepeatedAnswers, margin: float) -> NonInferiority:
    """Non-inferiority over the fold seeds that both have, with a 95% interval."""
    common = sorted({*answers.seeds} & {*base.seeds})
    ours, theirs = (
        np.stack([one.predicted[one.seeds.index(seed)] for seed in common])
        for one in (answers, base)
    )
    one = answers.first
    return non_inferiority(one.labels, ours, theirs, one.groups, margin, level=0.95)


if __name__ == "__main__":
    main()
