"""Cross-validates three models on toy records in this process: FOLDER."""

import sys
from pathlib import Path

from toy_ecgs import toy_ecgs

if __name__ == "__main__":
    from ecgzoo.training.cross_validation import cross_validate, recipes
    from ecgzoo.training.recipe import Recipe

    base = Recipe("cnn1d", epochs=2, folds=2, batch_size=16, augmentation=False)
    plan = list(recipes(base, ["cnn1d", "cnn1d_transformer", "hybrid1"]))
    cross_validate(plan, Path(sys.argv[1]), dataset=toy_ecgs())
