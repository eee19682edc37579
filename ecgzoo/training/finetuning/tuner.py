"""Tuner: a fine-tuning's phases: statistics, the head alone, the body from the top down."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.models.views import body_of, head_of
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.checkpoint import check_loss
from ecgzoo.training.compiling import compile_once
from ecgzoo.training.devices import current
from ecgzoo.training.finetuning import normalisation
from ecgzoo.training.finetuning.normalisation import layer_groups
from ecgzoo.training.finetuning.result import FineTuning
from ecgzoo.training.linear_probe import linear_answers
from ecgzoo.training.losses import accuracy_of, loss_of
from ecgzoo.training.optimizers import DiscriminativeAdamW, FlatAdamW
from tf_data import SignalDataset
from tf_data.augmentation import Augmentation
from tf_data.dataset import targets_of
from tf_data.domain_cache import DomainCache
from tf_data.oversampling import oversample
from tf_data.pipeline import Pipeline
from tf_data.variants import Variants

Progress = Callable[[str, int, int], None]
HEAD_ALONE = "head alone"
# 5,000 records of ten seconds are tuned in 2 GB, of which half is TensorFlow.
KEPT = 2**28  # bytes of what records become, above which each batch is computed when it is needed


class Tuner:
    """Trains a core in place.

    No record is held out to choose an epoch by, since few are given and the rate falls to zero: the
    core has the weights of the last epoch.

    Args:
        core: to train; its head may be new, and layers that are frozen stay so.
        train: the training part.
        settings: how.
        progress: called after each epoch with the phase, the epochs done and those planned.
        callbacks: of Keras, for every epoch; those of the body go on counting from the head's.

    Raises:
        OversamplingError: if the training part cannot be oversampled as asked.
        ValueError: if the devices in scope cannot share a batch evenly, or are too many.
    """

    def __init__(
        self,
        core: keras.Model,
        train: SignalDataset,
        settings: FineTuning,
        progress: Progress | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> None:
        self.core = core
        self.callbacks = callbacks
        self.settings = settings
        self.signals, self.labels = train.signals, train.labels
        self.groups = layer_groups(core)
        self.part = oversample(
            settings.oversampling, train.signals, train.labels, settings.seed, train.classes
        )
        self.devices = current()
        self.devices.check(settings.batch_size, len(self.part.labels))
        self.multi_label, self.regression = train.multi_label, train.regression
        self.targets = targets_of(self.part.labels, len(train.classes))
        self.augmentation = Augmentation() if settings.augmentation else None
        with self.devices.apart():
            self.once = self._pipeline(train.spec, cache=False)
            self.often = self._pipeline(train.spec, shared=DomainCache(KEPT))
        self.plan = settings.plan(
            [group.name for group in self.groups], self._steps(len(self.part.labels))
        )
        # The first group is the head; without layers, it is frozen.
        self.head_epochs = settings.head_epochs if self.groups[0].layers else 0
        self.history = _History(self.head_epochs + len(self.plan), progress)

    def adapt(self) -> None:
        """Takes batch normalisation's statistics from the training part, if that is asked for."""
        if self.settings.adapt_normalisation:
            normalisation.adapt(self.core, self.once.evaluation(self.signals))

    def probe(self, signals: np.ndarray) -> np.ndarray:
        """Probabilities ``[n, classes]`` of a linear model on what the body makes of records."""
        body = body_of(self.core)
        ours, theirs = (
            np.concatenate(self._embedded(body, self.once.evaluation(one)), axis=1)
            for one in (self.signals, signals)
        )
        return linear_answers(ours, self.labels, theirs, self.targets.shape[1])

    def fit_head(self, verbose: str | int = 0) -> None:
        """Trains the head on what the body, as it is in inference, makes of the records."""
        if not self.head_epochs:
            return
        settings, head = self.settings, head_of(self.core)
        embedded = self._embedded_variants(body_of(self.core))
        targets = np.tile(self.targets, (len(embedded[0]) // len(self.targets), 1))
        steps = self.head_epochs * self._steps(len(targets))
        rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
        self._compile(head, FlatAdamW(rate, weight_decay=settings.weight_decay))
        head.fit(
            **self.devices.drawn(embedded, targets, settings.batch_size, settings.seed),
            epochs=self.head_epochs,
            callbacks=[self.history.during([HEAD_ALONE] * self.head_epochs), *self.callbacks],
            verbose=verbose,
        )

    def fit_body(self, verbose: str | int = 0) -> None:
        """Unfreezes the groups one by one and trains them together, as the settings plan it."""
        if not self.plan:
            return
        with normalisation.frozen(self.core):
            model = keras.Model(self.core.input, self.core.output)
            optimizer = DiscriminativeAdamW(
                self.settings.learning_rate, weight_decay=self.settings.weight_decay
            )
            self._compile(model, optimizer)
            epochs, first = len(self.plan), self.head_epochs
            group_of = self._group_of(model.trainable_variables)

            def unfreeze(epoch: int, logs: Any) -> None:
                now = self.plan[epoch - first]
                # Keras may have wrapped it, to scale the loss under mixed precision.
                optimizer.learning_rate = now.rate
                optimizer.set_factors([now.factors[group] for group in group_of])

            batches = self.often.training(
                self.part.signals,
                self.targets,
                range(epochs),
                self.settings.seed,
                self.augmentation,
                self.settings.mixup,
            )
            model.fit(
                self.devices.shares(batches),
                initial_epoch=first,
                epochs=first + epochs,
                steps_per_epoch=self._steps(len(self.part.labels)),
                shuffle=False,  # the pipeline shuffles
                callbacks=[
                    keras.callbacks.LambdaCallback(on_epoch_begin=unfreeze),
                    self.history.during([epoch.phase for epoch in self.plan], first),
                    *self.callbacks,
                ],
                verbose=verbose,
            )

    def predict(self, signals: np.ndarray) -> np.ndarray:
        """Probabilities ``[n, classes]``, as the core answers now."""
        batches = self.once.evaluation(signals)
        return np.concatenate([np.asarray(self.core(one, training=False)) for one in batches])

    def _compile(self, model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
        kind = self.multi_label, self.settings.label_smoothing, self.regression
        loss = loss_of(self.targets, *kind)
        self.devices.prepare(model)
        compile_once(model, optimizer, loss, [accuracy_of(self.multi_label, self.regression)])

    def _steps(self, records: int) -> int:
        """Batches in an epoch of so many records."""
        return self.once.steps(self.devices.whole(records))

    def _embedded_variants(self, body: keras.Model) -> list[np.ndarray]:
        """Of the training part in all its variants, one after another."""
        every = Variants(self.part.signals, self.augmentation, self.settings.seed)
        return self._embedded(body, self.once.all_of(every))

    def _embedded(self, body: keras.Model, batches: tf.data.Dataset) -> list[np.ndarray]:
        answers = [body(one, training=False) for one in batches]
        # Keras takes the only tensor of a list out of it.
        several = [one if isinstance(one, list) else [one] for one in answers]
        return [np.concatenate(list(map(np.asarray, rows))) for rows in zip(*several, strict=True)]

    def _pipeline(self, spec: SignalSpec, **kept: Any) -> Pipeline:
        return Pipeline(
            spec,
            list(self.core.input),
            batch_size=self.settings.batch_size,
            domain_options=self.core.domain_options,
            **kept,
        )

    def _group_of(self, variables: Sequence[keras.Variable]) -> list[int]:
        number = {
            id(variable): index
            for index, group in enumerate(self.groups)
            for layer in group.layers
            for variable in layer.trainable_variables
        }
        return [number[id(variable)] for variable in variables]


class _History:
    """The logs of every epoch, over several calls of ``fit``."""

    def __init__(self, epochs: int, progress: Progress | None) -> None:
        self.epochs = epochs
        self.progress = progress
        self.logs: list[dict[str, Any]] = []

    def during(self, phases: Sequence[str], first: int = 0) -> keras.callbacks.Callback:
        """A callback for epochs of these phases, counted from ``first`` on.

        Raises:
            RunError: by the callback, where training diverged.
        """

        def note(epoch: int, logs: dict[str, Any]) -> None:
            self.logs.append(
                {"phase": phases[epoch - first], **{key: float(logs[key]) for key in logs}}
            )
            check_loss("loss", len(self.logs), logs["loss"])
            if self.progress:
                self.progress(phases[epoch - first], len(self.logs), self.epochs)

        return keras.callbacks.LambdaCallback(on_epoch_end=note)
