"""finetune: a model on one's own records, with figures from before and after."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from ecgzoo.artifact.preset import FINGERPRINTS, Preset
from ecgzoo.errors import SignalError, UnknownNameError
from ecgzoo.models.front import with_front
from ecgzoo.models.regressor import scale_of
from ecgzoo.registry import unknown
from ecgzoo.training.checkpoint import seeded
from ecgzoo.training.devices import current
from ecgzoo.training.finetuning.controls import RANDOM, SCRATCH, Controls
from ecgzoo.training.finetuning.given_records import (
    Meaning,
    check_unsaid,
    drawn,
    leak,
    records,
    seen_names,
)
from ecgzoo.training.finetuning.held_out import Test, parted
from ecgzoo.training.finetuning.labels import several_at_once
from ecgzoo.training.finetuning.moments import Moments, Told
from ecgzoo.training.finetuning.numbers import check_numbers
from ecgzoo.training.finetuning.result import (
    AFTER,
    BEFORE,
    HEAD_ONLY,
    PROBE,
    FineTuned,
    FineTuning,
    kept_free,
    write_folder,
)
from ecgzoo.training.finetuning.start import Start, start
from ecgzoo.training.finetuning.tuner import Progress, Tuner
from ecgzoo.training.known_patients import known_patients
from ecgzoo.training.provenance import records as hashes_of
from ecgzoo.training.provenance import versions
from tf_data import SignalDataset
from tf_data.fingerprints import Fingerprints, fingerprints

CLASSIFICATION, REGRESSION = "classification", "regression"
TASKS = (CLASSIFICATION, REGRESSION)


def finetune(
    model: str | keras.Model,
    signals: Any,
    labels: Any = None,
    *,
    weights: str | Path = "ecg_images",
    classes: Sequence[str] | None = None,
    task: str | None = None,
    leads: Sequence[str] | None = None,
    seconds: float | None = None,
    sampling_rate: float | Sequence[float] | None = None,
    unit: str | None = None,
    groups: Sequence[str] | None = None,
    settings: FineTuning | None = None,
    test: Test = 0.2,
    controls: bool = False,
    folder: str | Path | None = None,
    progress: Progress | None = None,
    measured: Told | None = None,
    verbose: str | int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> FineTuned:
    """Fine-tunes a pretrained model: the head first, then the body from the top down.

    A test part, which shares no copy of a record with the training part, only measures: before,
    with a linear model on what the body makes of the records, with the head alone tuned, and after.
    What is trained when: :class:`~ecgzoo.training.finetuning.result.FineTuning`. In the scope of a
    strategy, or of :func:`~ecgzoo.training.devices.every_device`, its devices share each batch.

    Args:
        model: a registered name, or what :func:`ecgzoo.build` returned, which stays as it is. Its
            layers with ``trainable = False`` are not trained, nor are their statistics taken.
        signals: an array ``[n, samples, leads]``; a list of arrays ``[samples, leads]`` of any
            lengths, or of DataFrames, whose leads are picked by the names of their columns; a
            ``tf.data.Dataset`` of ``(signal, label)``; a ``SignalDataset``; or what
            ``tf_data.labelled_records.read_labelled`` read. They are converted to mV, resampled to
            the model's rate and cut into windows of its length.
        labels: class indices or names, one per signal, in a list, an array or a column of pandas;
            or, where several classes may hold at once, zeros and ones ``[n, classes]``, or a list
            of names for each signal; or numbers to estimate, with ``task="regression"``. None where
            ``signals`` has them.
        weights: of a name: a shipped tag, the folder of a run or preset, or ``hf://owner/name``.
        classes: names in label order; where they are not the model's own, it gets a new head. By
            default the model's, or those of a ``SignalDataset`` that has others.
            Of a regression, the name of the number, such as ``["age"]``.
        task: ``"classification"`` or ``"regression"``; by default as the model does, or as a
            ``SignalDataset`` says. A model of the other task gets a new head.
        leads: the leads that the signals have, in order, among the model's; by default all. Rows of
            the first kernels are taken for these: see :func:`ecgzoo.models.other_leads.adapted`.
        seconds: length of a window, by default the model's. A model of the time domain alone takes
            another one; of several domains it is refused.
        sampling_rate: of the signals, in Hz, of all or of each; by default the model's.
        unit: of the signals: mV, uV or V; by default mV.
        groups: patient of each signal; without it each signal is a patient of its own.
        settings: how to tune; by default ``FineTuning()``.
        test: what the figures are measured on: a share of the records, cut out between groups
            (smaller sets of records have a larger one, so that every class is tested);
            ``"split"``, the test part that a ``SignalDataset`` has of its own, rows of no part left
            out; a set of its own, as a ``SignalDataset``, what ``read_labelled`` read, or
            ``(signals, labels)`` or ``(signals, labels, groups)`` as above; or None, to train on
            all there is, without figures.
        controls: whether the same architecture is also trained from scratch, and a linear model
            fitted on the encoder with random weights: what the weights gain is the difference.
        folder: where to write a run that `ecgzoo export` and `evaluate` take; None for nowhere.
        progress: called after each epoch with the phase, the epochs done and those planned.
        measured: called with the name of each moment and its
            :class:`~ecgzoo.training.finetuning.measured.Measured` as soon as it is there; the
            linear probe's takes seconds.
        verbose: as in Keras' ``fit``.
        callbacks: of Keras, for every epoch; those of the body go on counting from the head's.

    Returns:
        The model and its figures per record, with intervals by group.

    Raises:
        UnknownNameError: if there is no such model, preset or task, with the nearest names.
        PresetError: if the weights are of another model, damaged, or lack a lead.
        SignalError: if a signal is unfit, or a rate or unit is.
        ValueError: if labels lie outside the classes, are of one class, or too few for two parts;
            a number to estimate is NaN, or all are the same;
            a test set holds records that are trained on; controls are asked for without one;
            every layer of the model is frozen; or the devices in scope cannot share a batch
            evenly, or are of several processes.
        RunError: if there is something in ``folder`` already. Nothing is written on any error.
        RunBusyError: if another process trains in ``folder``.

    Warns:
        DataWarning: of what was assumed of the records; if records that have a split of their own
            are not parted by it; or a share is rounded.

    Example:
        >>> import numpy as np
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("II",), sampling_rate=100, samples=128)
        >>> model = ecgzoo.build("cnn1d", spec, 2)
        >>> signals = np.random.default_rng(0).normal(size=(12, 128, 1)).cumsum(axis=1)
        >>> short = FineTuning(head_epochs=1, epochs_per_group=0, epochs=0, augmentation=False)
        >>> tuned = finetune(model, signals, [0, 1] * 6, settings=short)
        >>> tuned.after.n, tuned.model.output_shape, list(tuned.to_frame().index)
        (3, (None, 2), ['before', 'linear probe', 'head only', 'after'])
    """
    settings = settings or FineTuning()
    if (processes := current().processes) > 1:
        raise ValueError(f"fine-tuning is the work of one process; {processes} were started")
    place = None if folder is None else Path(folder)
    with kept_free(place), seeded(settings.seed, settings.deterministic):
        told = {"labels": labels, "groups": groups, "sampling_rate": sampling_rate, "unit": unit}
        check_unsaid(signals, **told)
        regression = regression_asked(task, signals)
        signals, labels = drawn(signals, labels)
        several = several_at_once(signals, labels) and not regression
        wanted = _named(classes, signals)
        theirs = signals.classes if isinstance(signals, SignalDataset) else None
        begun = start(model, weights, wanted, leads, several, regression, seconds, theirs)
        meaning = Meaning(
            begun.preset.spec,
            begun.preset.classes,
            sampling_rate,
            unit or "mV",
            regression=begun.preset.regression,
        )
        train, held = parted(
            records(signals, labels, meaning, groups),
            test,
            replace(meaning, multi_label=several),
            settings.seed,
        )
        del signals, labels  # what was drawn of a dataset: the parts are copies of it
        if begun.preset.regression:
            check_numbers(train.labels)
            if begun.new_head:
                scale_of(begun.core).adapt(train.labels)
        compared = _controls(begun, train, held, settings) if controls else None
        tuner = Tuner(begun.core, train, settings, progress, callbacks)
        found = Moments(held, measured)
        found.add(BEFORE, tuner.predict)
        tuner.adapt()
        found.add(PROBE, tuner.probe)
        tuner.fit_head(verbose)
        found.add(HEAD_ONLY, tuner.predict)
        tuner.fit_body(verbose)
        found.add(AFTER, tuner.predict)
        if compared:
            found.put(RANDOM, compared.random_encoder())
            found.put(SCRATCH, compared.from_scratch(len(tuner.history.logs), verbose))
        tuned = _result(begun, tuner, train, found)
        if place is not None:
            tuned = write_folder(place, begun.core, tuned)
    return tuned


def regression_asked(task: str | None, signals: Any) -> bool | None:
    """Whether a number is to be estimated; None for as the model does.

    Raises:
        UnknownNameError: if there is no such task.
        SignalError: if a ``SignalDataset`` is of the other one.
    """
    if task not in (None, *TASKS):
        raise UnknownNameError(unknown("task", task, TASKS))
    if not isinstance(signals, SignalDataset):
        return None if task is None else task == REGRESSION
    if task is not None and (task == REGRESSION) != signals.regression:
        other = {REGRESSION: CLASSIFICATION, CLASSIFICATION: REGRESSION}[task]
        raise SignalError(
            f"expected records for task={task!r}; got a SignalDataset for {other}. Leave task= "
            "out, or read the records with target= for numbers and without it for classes"
        )
    return signals.regression


def _named(classes: Sequence[str] | None, signals: Any) -> Sequence[str] | None:
    """The classes wanted; a data set of numbers says their name itself."""
    if classes is None and isinstance(signals, SignalDataset) and signals.regression:
        return signals.classes
    return (classes,) if isinstance(classes, str) else classes


def _controls(
    begun: Start, train: SignalDataset, test: SignalDataset | None, settings: FineTuning
) -> Controls:
    if test is None:
        raise ValueError(
            "controls are compared on a test part, and test=None holds none out: pass a share, "
            "such as test=0.2, or a set of records"
        )
    return Controls(begun.preset, train, test, settings)


def _result(begun: Start, tuner: Tuner, train: SignalDataset, moments: Moments) -> FineTuned:
    metrics: dict[str, Any] = {}
    if moments.test is not None:
        metrics = moments.found[AFTER].to_dict() | leak(begun.preset, moments.test)
        metrics["of_known_patients"] = known_patients(moments.test, train)
    preset = _preset(begun.preset, tuner, train, metrics)
    begun.core.preset = preset
    return FineTuned(
        model=with_front(begun.core, preset.spec),
        preset=preset,
        loaded=begun.loaded,
        new_head=begun.new_head,
        measured=moments.found,
        differences=moments.differences(),
        history=tuner.history.logs,
        settings=tuner.settings,
        frozen=begun.frozen,
        overlap=metrics.get("overlap", 0),
        known=seen_names(begun.preset, train),
    )


def _preset(base: Preset, tuner: Tuner, train: SignalDataset, metrics: dict[str, Any]) -> Preset:
    """What the tuned weights belong to; they have seen the base's records too."""
    own, seen = hashes_of(train), base.training
    lists = {
        kind: sorted({*seen.get(kind, ()), *own.get(kind, ())})
        for kind in ("records", "signals")
        if kind in seen or kind in own
    }
    before = Fingerprints.from_dict(base.training.get(FINGERPRINTS, {}))
    training = {
        "finetuning": tuner.settings.to_dict(),
        "started_from": {"model": base.model, "weights_sha256": base.weights_sha256},
        "class_counts": {"before": tuner.part.before, "after": tuner.part.after},
        **lists,
        FINGERPRINTS: before.joined(fingerprints(train)).to_dict(),
        "versions": versions(),
        "devices": tuner.devices.to_dict(),
    }
    return replace(base, training=training, metrics=metrics, weights_sha256="")
