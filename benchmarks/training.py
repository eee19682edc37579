"""Where a training step's time goes: hybrid2 on the embedded ECGs, as the default recipe trains it.

    python benchmarks/training.py [--model NAME] [--steps N] [--rounds N] [--json FILE]

First table: steps fed by the pipeline, once from its cache and once with the domains computed anew
for every batch, and for how much of a step the model waits for its input. Second table: the parts
of a step on a batch that is at hand, each a compiled function; backward and update are differences.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from rounds import Measured, arguments, interleaved, positive, surroundings, table, write

from ecgzoo.models.build import build
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.make_core import make_core
from ecgzoo.registry import MODELS, list_models
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.fit import dataset_of
from ecgzoo.training.optimizers import FlatAdamW
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from tf_data.augmentation import Augmentation
from tf_data.oversampling import oversample
from tf_data.pipeline import Pipeline

CACHED, FLYING = "domains from the cache", "domains computed for every batch"
FORWARD, BACKWARD, STEP = "forward", "forward and backward", "whole step"
EPOCHS = range(10_000)  # more than any run needs: the dataset must not end


def main() -> None:
    """Measures fed steps and their parts in interleaved rounds and prints two tables."""
    assert __doc__
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--model", default="hybrid2", choices=list_models(), help="default hybrid2")
    parser.add_argument(
        "--steps", type=positive, default=20, help="steps of a measurement, default 20"
    )
    options = parser.parse_args()
    bench = Bench(Recipe(options.model), options.steps)
    totals = interleaved(bench.contenders(), options.rounds, options.rest)
    waits = {name: Measured(tuple(bench.waits[name][1:])) for name in (CACHED, FLYING)}
    shares = {
        name: Measured(tuple(100 * w / t for w, t in zip(one.values, totals[name].values)))  # noqa: B905
        for name, one in waits.items()
    }
    print(fed_table(totals, waits, shares, bench.fill_seconds), end="\n\n")
    print(parts_table(totals, waits[CACHED], bench.domains))
    write(
        options.json,
        {
            **surroundings("tensorflow", "keras", "numpy"),
            "recipe": bench.recipe.to_dict(),
            "steps": options.steps,
            "fill_seconds": bench.fill_seconds,
            "wait_milliseconds": waits,
            "wait_percent": shares,
            "milliseconds": totals,
        },
    )


def fed_table(
    totals: dict[str, Measured],
    waits: dict[str, Measured],
    shares: dict[str, Measured],
    fill_seconds: dict[str, float],
) -> str:
    """Steps and waits by where the domains come from."""
    rows = [
        [
            name,
            f"{totals[name].median:.1f}",
            f"{waits[name].median:.2f}",
            f"{shares[name].median:.1f}%",
            f"{shares[name].spread()}%",
            f"{fill_seconds[name]:.1f}",
        ]
        for name in (CACHED, FLYING)
    ]
    header = ["input", "step, ms", "wait, ms", "waits", "range", "before step 1, s"]
    return table(header, rows)


def parts_table(totals: dict[str, Measured], wait: Measured, domains: tuple[str, ...]) -> str:
    """The parts of a step from the cache, and each encoder alone."""
    forward, both, step = (totals[name].median for name in (FORWARD, BACKWARD, STEP))
    parts = {
        "waiting for the input": wait.median,
        "forward": forward,
        "backward": both - forward,
        "update and metrics": step - both,
    }
    whole = sum(parts.values())
    alone = {f"forward and backward, {name} alone": totals[name].median for name in domains}
    rows = [
        [name, f"{value:.2f}", f"{100 * value / whole:.1f}%"]
        for name, value in {**parts, "together": whole, **alone}.items()
    ]
    return table(["part of a step", "ms", "share"], rows)


class Bench:
    """One recipe's model and pipelines, ready to be timed.

    Args:
        recipe: what is trained.
        steps: steps of a measurement.

    Attributes:
        fill_seconds: what comes before the first step, by pipeline: augmenting, filling the cache.
        waits: milliseconds a step spent in ``next``, by pipeline, a value per measurement.
        domains: what the model takes.
    """

    def __init__(self, recipe: Recipe, steps: int) -> None:
        self.recipe, self.steps = recipe, steps
        self.domains: tuple[str, ...] = MODELS.info(recipe.model)["domains"]
        self.fill_seconds: dict[str, float] = {}
        self.waits: dict[str, list[float]] = {CACHED: [], FLYING: []}
        dataset = dataset_of(recipe)
        self.spec: SignalSpec = dataset.spec
        self.classes = len(dataset.classes)
        train = dataset.take(split_of(recipe, dataset).train)
        self.part = oversample(
            recipe.oversampling, train.signals, train.labels, recipe.seed, dataset.classes
        )
        keras.utils.set_random_seed(recipe.seed)
        core = build(recipe.model, self.spec, self.classes, inputs="domains", **recipe.options)
        self.model = self._compiled(core)

    def contenders(self) -> dict[str, Callable[[], float]]:
        """Functions that return milliseconds per step."""
        pipelines = {CACHED: self._dataset(cache=True), FLYING: self._dataset(cache=False)}
        train = tf.function(self.model.train_step)
        batch = next(iter(pipelines[CACHED]))
        at_hand = {
            FORWARD: forward(self.model),
            BACKWARD: backward(self.model),
            STEP: train,
        }
        timed: dict[str, Callable[[], float]] = {
            name: partial(self._fed, name, one, train) for name, one in pipelines.items()
        }
        for name, part in at_hand.items():
            timed[name] = partial(self._repeated, part, batch)
        for name in self.domains:
            alone = backward(self._compiled(make_core(self.spec, Classifier(self.classes), [name])))
            timed[name] = partial(self._repeated, alone, ({name: batch[0][name]}, batch[1]))
        return timed

    def _compiled(self, model: keras.Model) -> keras.Model:
        """With the optimizer and the loss that ``fit`` takes."""
        recipe = self.recipe
        model.compile(
            FlatAdamW(recipe.learning_rate, weight_decay=recipe.weight_decay),
            keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
            metrics=["accuracy"],
            jit_compile=False,
        )
        return model

    def _dataset(self, cache: bool) -> tf.data.Dataset:
        """All steps of the recipe, with its augmentation and mixup."""
        recipe, start = self.recipe, time.perf_counter()
        pipeline = Pipeline(self.spec, self.domains, recipe.device, recipe.batch_size, cache=cache)
        dataset = pipeline.training(
            self.part.signals,
            np.eye(self.classes, dtype=np.float32)[self.part.labels],
            EPOCHS,
            recipe.seed,
            Augmentation() if recipe.augmentation else None,
            recipe.mixup,
        )
        self.fill_seconds[CACHED if cache else FLYING] = time.perf_counter() - start
        return dataset

    def _fed(self, name: str, dataset: tf.data.Dataset, train: Callable[[Any], Any]) -> float:
        """Milliseconds per step, waiting included, which is kept apart as well."""
        batches: Iterator[Any] = iter(dataset)
        for _ in range(2):  # until the prefetched batches are as many as they stay
            finish(train(next(batches)))
        waited, start = 0.0, time.perf_counter()
        for _ in range(self.steps):
            asked = time.perf_counter()
            batch = next(batches)
            waited += time.perf_counter() - asked
            finish(train(batch))
        self.waits[name].append(1000 * waited / self.steps)
        return 1000 * (time.perf_counter() - start) / self.steps

    def _repeated(self, function: Callable[[Any], Any], batch: Any) -> float:
        """Milliseconds per call on one batch."""
        finish(function(batch))
        start = time.perf_counter()
        for _ in range(self.steps):
            finish(function(batch))
        return 1000 * (time.perf_counter() - start) / self.steps


def forward(model: keras.Model) -> Callable[[Any], Any]:
    """The loss of a batch, dropout and all."""
    return tf.function(lambda batch: loss_of(model, batch))


def backward(model: keras.Model) -> Callable[[Any], Any]:
    """The gradients of all weights; they are returned, or the graph would drop them."""

    def gradients(batch: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(model, batch)
        return tape.gradient(loss, [one.value for one in model.trainable_variables])

    return tf.function(gradients)


def loss_of(model: keras.Model, batch: Any) -> Any:
    """The compiled loss with the weights' penalties."""
    inputs, targets = batch
    return model.compute_loss(inputs, targets, model(inputs, training=True))


def finish(result: Any) -> None:
    """Waits until the result is there, which an accelerator would not."""
    np.asarray(tf.nest.flatten(result)[0])


if __name__ == "__main__":
    main()
