"""pretrain: one model on all tasks of a corpus at once, as a preset to fine-tune from."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.artifact.preset import DESCRIPTION, FINGERPRINTS, PRETRAINED
from ecgzoo.errors import RunError
from ecgzoo.files.atomic import as_json, write_json
from ecgzoo.models.build import build
from ecgzoo.models.front import SignalModel
from ecgzoo.models.weights import save_preset
from ecgzoo.training.checkpoint import Checkpoint, EarlyStopping, seeded
from ecgzoo.training.compiling import compile_once
from ecgzoo.training.losses import positive_weights
from ecgzoo.training.optimizers import FlatAdamW
from ecgzoo.training.pretraining.corpus import Corpus
from ecgzoo.training.pretraining.held_out_tasks import measured
from ecgzoo.training.pretraining.known_labels import KnownBinaryCrossentropy, shares_of
from ecgzoo.training.pretraining.mixed_batches import MixedBatches
from ecgzoo.training.provenance import digest_of, versions
from ecgzoo.training.run import Run
from tf_data import source_of
from tf_data.fingerprints import Fingerprints, fingerprints

ROUND = 100  # steps between two checkpoints
CHECKPOINT, BEGUN = "checkpoint.npz", "begun.json"  # while it is not finished


@dataclass(frozen=True)
class Pretraining:
    """How a corpus is learned.

    Attributes:
        steps: batches in all; a cosine takes the learning rate to zero over them.
        batch_size: records of a batch, about: each data set has the same share.
        learning_rate: the highest.
        weight_decay: of AdamW.
        mixup: alpha of mixing records of one data set; 0 for none.
        label_smoothing: share of a target that is moved to one half.
        seed: of weights, draws, changes of the signals, and of who is held out.

    Raises:
        ValueError: if there is no step.
    """

    steps: int = 8000
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    mixup: float = 0.2
    label_smoothing: float = 0.02
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"expected one step or more; got {self.steps}")

    @property
    def rounds(self) -> int:
        """Epochs, as Keras counts them."""
        return -(-self.steps // ROUND)


def pretrain(
    model: str,
    corpus: Corpus,
    folder: str | Path,
    settings: Pretraining | None = None,
    *,
    verbose: str | int = "auto",
    callbacks: Sequence[keras.callbacks.Callback] = (),
    told: Callable[[str], object] | None = None,
    **options: Any,
) -> SignalModel:
    """Trains a model on every task of a corpus at once; killed and called again, it goes on.

    Half of the records lose all leads but a few, drawn by chance, so that the encoder serves any of
    them: :mod:`ecgzoo.training.pretraining.lead_masking`. A fifth of each data set's patients is
    held out and only measures.

    Args:
        model: a name of :func:`ecgzoo.list_models`.
        corpus: the data sets.
        folder: where the preset is written; it must not hold one yet.
        settings: how; by default ``Pretraining()``.
        verbose: as in Keras' ``fit``.
        callbacks: of Keras.
        told: is called with a sentence when there is something to say.
        **options: of the model's builder.

    Returns:
        The model. Its preset has the figures of the held-out patients, task by task, with all
        leads and with one.

    Raises:
        UnknownNameError: if there is no such model.
        RunError: if the folder holds a preset already, or a killed training of another model, of
            other records or settings, whose patients held out would be others; or the training
            diverged.
        RunBusyError: if another process trains in the folder.
    """
    folder, settings = Path(folder), settings or Pretraining()
    learned, held = corpus.parted(settings.seed)
    with Run(folder).locked():
        if (folder / DESCRIPTION).exists():
            raise RunError(f"{folder} holds a preset already; choose another folder, or remove it")
        with seeded(settings.seed):
            classes = len(corpus.classes)
            made = build(model, corpus.spec, classes, multi_label=True, **options)
            # Not before: what cannot be built was never begun, and nothing is left of it.
            _begin(folder, {"model": model, "options": options, **asdict(settings)}, corpus)
            _fit(made, learned, settings, folder, verbose, callbacks)
        metrics, thresholds = measured(made, held)
        made.core.preset = replace(
            made.core.described(), classes=corpus.classes, metrics=metrics, thresholds=thresholds
        )
        if told:
            shown = (f"{task} {one['macro_auc']:.3f}" for task, one in metrics["tasks"].items())
            told(f"held out, macro AUC: {', '.join(shown)}")
        _save(made, folder, learned, settings)
    return made


def _begin(folder: Path, asked: dict[str, Any], corpus: Corpus) -> None:
    """Notes what is trained, or checks that what was killed here was the same."""
    digests = {name: digest_of(one) for name, one in corpus.sets.items()}
    begun = json.loads(as_json(asked | {"tasks": list(corpus.tasks), "records": digests}))
    file = folder / BEGUN
    if not file.exists():
        write_json(file, begun)
    elif (there := json.loads(file.read_text())) != begun:
        other = [name for name in begun if there.get(name) != begun[name]]
        raise RunError(
            f"{folder} holds a killed training with other {', '.join(other)}. Choose another "
            "folder, or remove this one."
        )


def _fit(
    model: SignalModel,
    learned: Corpus,
    settings: Pretraining,
    folder: Path,
    verbose: str | int,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Trains the model; what a killed training left in the folder is taken up."""
    trained = keras.Model(model.input, model.output)
    schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, settings.steps)
    optimizer = FlatAdamW(schedule, weight_decay=settings.weight_decay)
    compile_once(trained, optimizer, _loss(learned, settings))
    checkpoint = Checkpoint(folder / CHECKPOINT, trained, model.core)
    checkpoint.restore()
    done = checkpoint.progress.epoch
    batches = MixedBatches(learned, settings.batch_size, settings.seed, mixup=settings.mixup)
    whole, rest = divmod(settings.steps, ROUND)
    for until, steps in ((whole, ROUND), (settings.rounds, rest)):  # the last round may be shorter
        if done < until:
            trained.fit(
                batches.between(done * ROUND, min(until * ROUND, settings.steps)),
                initial_epoch=done,
                epochs=until,
                steps_per_epoch=steps,
                shuffle=False,
                callbacks=[EarlyStopping(checkpoint, settings.rounds), *callbacks],
                verbose=verbose,
            )
            done = settings.rounds if trained.stop_training else until  # a callback may end it


def _loss(learned: Corpus, settings: Pretraining) -> KnownBinaryCrossentropy:
    weights = np.ones(len(learned.classes), np.float32)
    for name, one in learned.sets.items():
        weights[learned.columns(name)] = positive_weights(one.labels)
    shares = shares_of([len(names) for names in learned.tasks.values()])
    return KnownBinaryCrossentropy(weights, shares, settings.label_smoothing)


def _save(model: SignalModel, folder: Path, learned: Corpus, settings: Pretraining) -> None:
    """Writes the preset, and removes the checkpoint."""
    told = [source_of(name) for name in learned.sets]
    data = {key: "; ".join(one[key] for one in told if key in one) for key in told[0]}
    known = functools.reduce(Fingerprints.joined, map(fingerprints, learned.sets.values()))
    training = {
        PRETRAINED: asdict(settings) | {"tasks": list(learned.tasks)},
        "class_counts": dict.fromkeys(("before", "after"), _counts(learned)),
        FINGERPRINTS: known.to_dict(),
        "versions": versions(),
    }
    save_preset(model, folder, data=data, training=training)
    for file in (CHECKPOINT, BEGUN):
        (folder / file).unlink(missing_ok=True)


def _counts(learned: Corpus) -> dict[str, int]:
    """How many windows each class has."""
    return {
        learned.classes[place]: int(count)
        for name, one in learned.sets.items()
        for place, count in zip(learned.columns(name), one.labels.sum(axis=0), strict=True)
    }
