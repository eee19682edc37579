"""Fine-tuning from pretrained weights against training from scratch, on few labelled records.

    python benchmarks/finetune_against_scratch.py --weights FOLDER [--task TASK] [--json FILE]

On PTB-XL: normal against not, or one of four superclasses. For each seed some records are drawn, by
patient; all ways train on them and answer for the records of all other patients. Fine-tuning is
`ecgzoo.finetune`'s, with its defaults. From scratch the same architecture is trained as the presets
are, all layers at once, but for more epochs: none is held out, and the last weights answer. That is
what fine-tuning does, too. `--control` tells what the weights and what the schedule gain: it tunes
new weights by the schedule of fine-tuning. There are also runs from scratch that hold an eighth
out, and the validation loss chooses the epoch, or also one of several learning rates.

Figures are means over the draws of macro F1 and of macro AUC. Intervals resample patients, each
with all answers for it, and are paired for differences; they are of other patients, not of other
draws. How far the draws lie apart stands beside them.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from draws import CONTROL, METRICS, SCRATCH, TUNED, Draw, by_seed, over_draws
from few_labelled import cut, finetuned, from_scratch
from ptb_xl import TASKS, ptb_xl
from rounds import positive, surroundings, table, write

from ecgzoo.artifact.preset import Preset, read_preset, seen
from ecgzoo.training.finetuning.settings import FineTuning
from ecgzoo.training.recipe import Recipe
from tf_data import SignalDataset

PTBXL = Path(os.environ.get("ECGZOO_DATA", "~/.cache/ecgzoo-data")).expanduser() / "ptbxl"
RUNS = Path("runs/finetune-against-scratch")


def main() -> None:
    """Trains both ways for every seed and prints its tables."""
    options = parsed()
    preset = read_preset(options.weights)
    data = ptb_xl(options.data, preset.spec, options.task)
    draws = [drawn(data, seed, preset, options) for seed in range(options.seeds)]
    counts = ", ".join(f"{(data.labels == i).sum()} {one}" for i, one in enumerate(data.classes))
    known = sum(seen(preset, data.hashes))
    print(f"{preset.model}, {counts}; {known} of them seen in pretraining\n")
    print(by_seed(draws), end="\n\n")
    means = {metric: over_draws(draws, metric) for metric in METRICS}
    for metric, ways in means.items():
        header = [
            "over draws",
            f"{metric} (95% interval)",
            "fine-tuned is better by",
            "sd",
            "ahead in",
        ]
        print(table(header, [[way, *one.cells()] for way, one in ways.items()]), end="\n\n")
    asked = {
        name: getattr(options, name)
        for name in ("task", "seeds", "labelled", "epochs", "rates", "control")
    }
    figures = {
        "preset": {"model": preset.model, "weights_sha256": preset.weights_sha256, "seen": known},
        "settings": {**asked, "finetuning": FineTuning().to_dict()},
        "draws": [draw.to_dict() for draw in draws],
        "means": {
            metric: {way: one.to_dict() for way, one in ways.items()}
            for metric, ways in means.items()
        },
    }
    write(options.json, {**surroundings("tensorflow", "keras", "numpy"), **figures})


def parsed() -> argparse.Namespace:
    """The command line's options."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True, help="a run's or preset's folder")
    parser.add_argument("--task", choices=list(TASKS), default="normal")
    parser.add_argument("--data", type=Path, default=PTBXL, help="folder of PTB-XL")
    parser.add_argument("--seeds", type=positive, default=20, help="draws, default 20")
    parser.add_argument("--labelled", type=positive, default=100, help="records, default 100")
    parser.add_argument("--epochs", type=positive, default=200, help="from scratch, default 200")
    parser.add_argument(
        "--rates", type=float, nargs="*", default=[5e-4, 2e-3, 5e-3], help="with epoch chosen"
    )
    parser.add_argument(
        "--control", action="store_true", help="also the schedule of fine-tuning on new weights"
    )
    parser.add_argument(
        "--runs", type=Path, default=RUNS, help="keeps those from scratch; what is there is taken"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all figures")
    return parser.parse_args()


def drawn(data: SignalDataset, seed: int, preset: Preset, options: argparse.Namespace) -> Draw:
    """All ways on one draw of labelled records."""
    labelled, test = cut(data, options.labelled, seed)
    runs = options.runs / preset.model / f"{options.task}-{options.labelled}" / f"seed{seed}"
    own = recipe(preset, seed, options.epochs)
    whole = from_scratch(labelled, test, replace(own, validation=False), runs / "whole")
    chosen = {
        f"{SCRATCH}, epoch chosen, rate {rate:g}": from_scratch(
            labelled, test, replace(own, learning_rate=rate), runs / f"rate{rate:g}"
        )
        for rate in options.rates
    }
    ways = {TUNED: finetuned(labelled, test, preset, options.weights, seed), SCRATCH: whole}
    if options.control:
        ways[CONTROL] = finetuned(labelled, test, preset, None, seed)
    if chosen:
        ways[f"{SCRATCH}, both chosen"] = min(chosen.values(), key=lambda one: one.loss)
    return Draw(len(labelled), test, {**ways, **chosen})


def recipe(preset: Preset, seed: int, epochs: int) -> Recipe:
    """How to train from scratch: the library's own recipe, with more epochs for fewer records."""
    return Recipe(
        preset.model,
        dict(preset.options),
        fold_seed=seed,
        seed=seed,
        epochs=epochs,
        patience=epochs,  # on a dozen records the loss may rise for long and then fall again
        final=True,  # no test part of its own
    )


if __name__ == "__main__":
    main()
