"""Job: one run at work."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, FINGERPRINTS, WEIGHTS, Preset, digest
from ecgzoo.evaluation.regression import NUMBERS
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.models.build import build
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import Core
from ecgzoo.models.front import with_front
from ecgzoo.models.regressor import Regressor, scale_of
from ecgzoo.models.views import branches
from ecgzoo.pages.page_signals import page_signal_of
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.answered import answered
from ecgzoo.training.checkpoint import Checkpoint, EarlyStopping
from ecgzoo.training.compiling import compile_once
from ecgzoo.training.devices import current
from ecgzoo.training.known_patients import known_patients
from ecgzoo.training.losses import accuracy_of, loss_of
from ecgzoo.training.optimizers import FlatAdamW, rising_cosine
from ecgzoo.training.provenance import DIGEST, digest_with_groups, records, versions
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from ecgzoo.training.thresholds import fitted
from ecgzoo.training.two_classes import check_classes
from tf_data import SignalDataset
from tf_data.dataset import targets_of
from tf_data.domain_cache import DomainCache
from tf_data.fingerprints import fingerprints
from tf_data.label_sets import columns_of, shares_of
from tf_data.oversampling import oversample
from tf_data.pipeline import Pipeline
from tf_data.protocols import PROTOCOLS


class Job:
    """One run at work: the parts of its data, its model, its checkpoint.

    Args:
        recipe: what to do.
        run: the folder.
        dataset: all records, of which the recipe's fold is cut.
        cache: where other runs on the same records keep their domains.

    Raises:
        OversamplingError: if the training part cannot be oversampled as asked.
        ValueError: if all records are of one class, or they cannot be split as asked.
    """

    def __init__(
        self, recipe: Recipe, run: Run, dataset: SignalDataset, cache: DomainCache | None = None
    ) -> None:
        self.recipe = recipe
        self.run = run
        self.classes = dataset.classes
        self.multi_label, self.regression = dataset.multi_label, dataset.regression
        if not self.regression:
            check_classes(dataset.labels, dataset.classes)
        split = split_of(recipe, dataset)
        train = dataset.take(split.train)
        self.fitted_on = train
        self.train_part = oversample(
            recipe.oversampling, train.signals, train.labels, recipe.seed, dataset.classes
        )
        self.validation = dataset.take(split.validation)
        self.test = dataset.take(split.test)
        self.devices = current()
        self.devices.check(recipe.batch_size, len(self.train_part.labels))
        self.records = records(train, self.validation)
        self.core = self._built(dataset.spec)
        if self.regression:
            scale_of(self.core).adapt(train.labels)
        domains = list(self.core.input)
        with self.devices.apart():
            self.pipeline = Pipeline(
                dataset.spec,
                domains,
                recipe.device,
                recipe.batch_size,
                shared=cache,
                domain_options=self.core.domain_options,
            )
        self.model = self._fed(self.core)
        self._compile()
        self.digest = digest_with_groups(dataset)
        self.checkpoint = Checkpoint(
            run.checkpoint_file, self.model, self.core, self.devices, self.digest
        )

    def _built(self, spec: SignalSpec) -> Core:
        recipe = self.recipe
        return build(
            recipe.model,
            spec,
            len(self.classes),
            multi_label=self.multi_label,
            inputs="domains",
            classifier=self._head(),
            **recipe.model_options,
        )

    def _head(self) -> Classifier | Regressor | None:
        """Another head than the default one."""
        own = self.recipe.head
        if self.regression:
            return Regressor(**own)
        return Classifier(len(self.classes), self.multi_label, **own) if own else None

    def _fed(self, core: Core) -> keras.Model:
        """What takes the pipeline's batches.

        What is compiled is another model of the same layers: Keras writes a compiled model's
        optimizer into its weights file. On an accelerator its graph computes the domains.
        """
        if self.recipe.device == "cpu":
            return keras.Model(core.input, core.output)
        return with_front(core, self.test.spec)

    def _compile(self) -> None:
        recipe = self.recipe
        self.devices.prepare(self.model)
        steps = self._steps() * recipe.epochs
        schedule = rising_cosine(recipe.learning_rate, steps, recipe.warmup)
        compile_once(
            self.model,
            FlatAdamW(schedule, weight_decay=recipe.weight_decay),
            loss_of(
                targets_of(self.train_part.labels, len(self.classes)),
                self.multi_label,
                recipe.label_smoothing,
                self.regression,
                shares_of(recipe.labels, self.classes),
            ),
            [accuracy_of(self.multi_label, self.regression)],
        )

    def _steps(self) -> int:
        """Batches in an epoch."""
        return self.pipeline.steps(self.devices.whole(len(self.train_part.labels)))

    def train(self, verbose: str | int, callbacks: Sequence[keras.callbacks.Callback] = ()) -> None:
        """Fits from the checkpoint on, and leaves the best weights in the core."""
        recipe, part, held = self.recipe, self.train_part, self.validation
        validation, validation_steps = None, None
        if held:
            whole = self.pipeline.evaluation(held.signals, held.targets)
            validation = self.devices.copies(whole)
            if self.devices.count > 1:  # Keras cannot count the batches of several
                validation_steps = self.pipeline.steps(len(held))
        self.checkpoint.restore()
        start = self.checkpoint.progress.epoch
        if start < recipe.epochs and self.checkpoint.progress.waited < recipe.patience:
            epochs = range(start, recipe.epochs)
            batches = self.pipeline.training(
                part.signals,
                targets_of(part.labels, len(self.classes)),
                epochs,
                recipe.seed,
                recipe.variation,
                recipe.mixup,
            )
            self.model.fit(
                self.devices.shares(batches),
                validation_data=validation,
                validation_steps=validation_steps,
                initial_epoch=start,
                epochs=recipe.epochs,
                steps_per_epoch=self._steps(),
                shuffle=False,  # the pipeline shuffles
                callbacks=[EarlyStopping(self.checkpoint, recipe.patience), *callbacks],
                verbose=verbose if self.devices.leads else 0,
            )
        if self.devices.processes > 1:  # from here on, one process answers by itself
            with self.devices.apart():
                self.core = self._built(self.test.spec)
                self.model = self._fed(self.core)
        self.core.set_weights(self.checkpoint.best_weights)

    def finish(self) -> None:
        """Writes the run's files; the description that marks it finished comes last."""
        run = self.run
        thresholds = self._thresholds()
        metrics = {} if self.recipe.final else self._tested(thresholds)
        write_atomically(run.folder / WEIGHTS, self.core.save_weights)
        write_json(run.history_file, self.checkpoint.progress.history)
        write_json(run.folder / DESCRIPTION, self._preset(metrics, thresholds).to_dict())
        run.checkpoint_file.unlink(missing_ok=True)

    def _answers(self, part: SignalDataset) -> Predictions:
        """What the model answers for some records, a row for each window."""
        batches = self.pipeline.evaluation(part.signals)
        shares = np.concatenate([np.asarray(self.model(one, training=False)) for one in batches])
        return answered(part, shares)

    def _thresholds(self) -> dict[str, float]:
        """From which probability on each of several classes is called.

        Fitted on the validation part; none without it, or for a class that it lacks.
        """
        held = self.validation
        if not self.multi_label or not held:
            return {}
        return fitted(self._answers(held).per_record("names"))

    def _tested(self, thresholds: Mapping[str, float]) -> dict[str, Any]:
        """The figures on the test part, written beside the predictions that they are of."""
        run, test, protocol = self.run, self.test, PROTOCOLS[self.recipe.protocol]
        windows = self._answers(test).at(thresholds)
        answers = windows.per_record("names")
        metrics = answers.metrics().to_dict()
        if len(windows.names) > len(answers.names):
            figures = windows.metrics().to_dict()
            shown = tuple(NUMBERS) if self.regression else ("accuracy", "macro")
            metrics["per_window"] = {name: figures[name] for name in ("n", *shown)}
        if tasks := self._tasks(answers):
            metrics["tasks"] = tasks
        known = set(self.records["records"])
        metrics["protocol"] = protocol.name
        metrics["overlap"] = sum(one in known for one in test.hashes.tolist())
        metrics["leaky"] = protocol.leaky or metrics["overlap"] > 0
        if self.recipe.official:  # some sets were published with a patient on both sides
            trained = self.fitted_on, self.validation
            metrics["of_known_patients"] = known_patients(test, *trained)
        write_json(run.metrics_file, metrics)
        answers.write(run.predictions_file)
        return metrics

    def _tasks(self, answers: Predictions) -> dict[str, Any]:
        """The figures of each of several label sets."""
        sets = columns_of(self.recipe.labels, self.classes)
        return {
            name: {"n": len(answers.names)} | answers.of_columns(places).metrics().figures
            for name, places in sets.items()
        }

    def _preset(self, metrics: dict[str, Any], thresholds: dict[str, float]) -> Preset:
        counts = {"before": self.train_part.before, "after": self.train_part.after}
        return Preset(
            model=self.recipe.model,
            spec=self.test.spec,
            classes=self.classes,
            options=self.recipe.model_options,
            multi_label=self.multi_label,
            weights_sha256=digest(self.run.folder / WEIGHTS),
            page=page_signal_of(self.test.spec),
            training={
                "recipe": self.recipe.to_dict(),
                "class_counts": counts,
                **self.records,
                DIGEST: self.digest,
                FINGERPRINTS: self.fingerprints(),
                "versions": versions(),
                "devices": self.devices.to_dict(),
            },
            metrics=metrics,
            thresholds=thresholds,
            head=head.to_dict() if (head := self._head()) else {},
        )

    def fingerprints(self) -> dict[str, list[str]]:
        """Of the records that it was fitted on; see ``tf_data.fingerprints``."""
        first, second = (fingerprints(part) for part in (self.fitted_on, self.validation))
        return first.joined(second).to_dict()

    def branch_answers(self) -> np.ndarray:
        """Each domain's own probabilities for the test part, ``[n, domains, classes]``."""
        model = branches(self.core)
        if self.recipe.device != "cpu":
            model = with_front(model, self.test.spec)
        batches = self.pipeline.evaluation(self.test.signals)
        answers = [model(one, training=False) for one in batches]
        return np.concatenate([np.stack([*one.values()], axis=1) for one in answers])
