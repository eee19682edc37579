"""Cross-validates toy records in this process: FOLDER; or without end with helpers: FOLDER JOBS."""

import sys
from pathlib import Path

from rich.console import Console
from toy_ecgs import toy_ecgs

if __name__ == "__main__":
    from ecgzoo.cli.cross_validation import train_with_bar
    from ecgzoo.training.cross_validation import recipes
    from ecgzoo.training.recipe import Recipe

    folder, *jobs = sys.argv[1:]
    if jobs:
        base = Recipe("cnn1d", epochs=10_000, patience=10_000, folds=2)
        plan = list(recipes(base, ["cnn1d", "hybrid1"], [0]))
    else:
        base = Recipe("cnn1d", epochs=2, folds=2, batch_size=16, augmentation=False)
        plan = list(recipes(base, ["cnn1d", "cnn1d_transformer", "hybrid1"]))
    train_with_bar(plan, Path(folder), Console(quiet=True), *map(int, jobs), dataset=toy_ecgs())
