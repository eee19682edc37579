"""Fine-tuning from pretrained weights against training from scratch, on few labelled records.

    python benchmarks/finetune_against_scratch.py --weights FOLDER [--task TASK] [--json FILE]

On PTB-XL: normal against not, or one of four superclasses. For each seed some records are drawn, by
patient; all ways train on them and answer for the records of all other patients. Fine-tuning is
`ecgzoo.finetune`'s, with its defaults. From scratch the same architecture is trained as the presets
are, all layers at once, but for more epochs: none is held out, and the last weights answer. That is
what fine-tuning does, too. For comparison there are runs from scratch that hold an eighth out, and
the validation loss chooses the epoch, or also one of several learning rates.

A difference is over all seeds' answers, and its interval resamples patients, each with all answers
for it. That interval does not know of other draws than these, so each seed's figures stand above.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from few_labelled import Trained, cut, finetuned, from_scratch
from ptb_xl import TASKS, ptb_xl
from rounds import positive, surroundings, table, write

from ecgzoo.evaluation import (
    Difference,
    Interval,
    classification_metrics,
    group_bootstrap,
    paired_difference,
)
from ecgzoo.presets import Preset, read_preset, seen
from ecgzoo.training.finetuning.settings import FineTuning
from ecgzoo.training.recipe import Recipe
from tf_data import SignalDataset

PTBXL = Path(os.environ.get("ECGZOO_DATA", "~/.cache/ecgzoo-data")).expanduser() / "ptbxl"
RUNS = Path("runs/finetune-against-scratch")
TUNED, SCRATCH = "fine-tuned", "from scratch"


@dataclass(frozen=True, eq=False)
class Draw:
    """One seed: the records of patients that were not drawn, and what each way made of them."""

    labelled: int
    test: SignalDataset
    ways: dict[str, Trained]

    def to_dict(self) -> dict[str, Any]:
        """Macro F1 and epochs of each way, ready for JSON."""
        ways = {
            name: {"macro_f1": self.f1(name), "epoch": one.epoch, "epochs": one.epochs}
            for name, one in self.ways.items()
        }
        return {"labelled": self.labelled, "tested": len(self.test), "ways": ways}

    def f1(self, way: str) -> float:
        """Macro F1 of a way's answers."""
        answers = self.ways[way].answers
        return classification_metrics(self.test.labels, answers, self.test.classes).f1


@dataclass(frozen=True)
class Pooled:
    """A way's macro F1 over all seeds' answers, and how much better fine-tuning is."""

    f1: Interval
    lead: Difference | None

    def to_dict(self) -> dict[str, Any]:
        """Both, ready for JSON."""
        lead = self.lead.to_dict() if self.lead else None
        return {"macro_f1": self.f1.to_dict(), "lead_of_fine_tuned": lead}


def main() -> None:
    """Trains both ways for every seed and prints two tables."""
    options = parsed()
    preset = read_preset(options.weights)
    data = ptb_xl(options.data, preset.spec, options.task)
    draws = [drawn(data, seed, preset, options) for seed in range(options.seeds)]
    counts = ", ".join(f"{(data.labels == i).sum()} {one}" for i, one in enumerate(data.classes))
    known = sum(seen(preset, data.hashes))
    print(f"{preset.model}, {counts}; {known} of them seen in pretraining\n")
    print(by_seed(draws), end="\n\n")
    pooled = over_seeds(draws)
    lines = [[way, str(one.f1), str(one.lead or "")] for way, one in pooled.items()]
    print(table(["all seeds", "macro F1 (95% interval)", "fine-tuned is better by"], lines))
    asked = {
        name: getattr(options, name) for name in ("task", "seeds", "labelled", "epochs", "rates")
    }
    figures = {
        "preset": {"model": preset.model, "weights_sha256": preset.weights_sha256, "seen": known},
        "settings": {**asked, "finetuning": FineTuning().to_dict()},
        "draws": [draw.to_dict() for draw in draws],
        "pooled": {way: one.to_dict() for way, one in pooled.items()},
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
    parser.add_argument("--seeds", type=positive, default=5, help="draws, default 5")
    parser.add_argument("--labelled", type=positive, default=100, help="records, default 100")
    parser.add_argument("--epochs", type=positive, default=200, help="from scratch, default 200")
    parser.add_argument(
        "--rates", type=float, nargs="*", default=[5e-4, 2e-3, 5e-3], help="with epoch chosen"
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


def by_seed(draws: list[Draw]) -> str:
    """Macro F1, and the epoch kept of those trained, of each way by seed."""
    ways = list(draws[0].ways)
    lines = [[f"seed {seed}", *(cell(one, way) for way in ways)] for seed, one in enumerate(draws)]
    return table(["macro F1 (epoch kept of all)", *ways], lines)


def cell(draw: Draw, way: str) -> str:
    """One figure of the table by seed."""
    return f"{draw.f1(way):.3f} ({draw.ways[way].epoch} of {draw.ways[way].epochs})"


def over_seeds(draws: list[Draw]) -> dict[str, Pooled]:
    """Each way's figure over all answers, and fine-tuning's lead over the others."""
    labels = np.concatenate([draw.test.labels for draw in draws])
    patients = np.concatenate([draw.test.groups for draw in draws])
    answers = {
        way: np.concatenate([draw.ways[way].answers for draw in draws]) for way in draws[0].ways
    }
    return {
        way: Pooled(
            group_bootstrap(labels, found, patients),
            paired_difference(labels, answers[TUNED], found, patients) if way != TUNED else None,
        )
        for way, found in answers.items()
    }


if __name__ == "__main__":
    main()
