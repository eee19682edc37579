"""finetune: a model on one's own records, with figures from before and after."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.artifact.preset import Preset
from ecgzoo.models.front import with_front
from ecgzoo.training.checkpoint import seeded
from ecgzoo.training.devices import current
from ecgzoo.training.finetuning.labels import several_at_once
from ecgzoo.training.finetuning.result import FineTuned, FineTuning, check_free, write_folder
from ecgzoo.training.finetuning.start import (
    Meaning,
    Start,
    leak,
    records,
    start,
)
from ecgzoo.training.finetuning.tuner import Progress, Tuner
from ecgzoo.training.job import answered, versions
from ecgzoo.training.job import records as hashes_of
from tf_data import SignalDataset
from tf_data.splits import Split, grouped, without_validation

FOLDS = 5  # the test part is one of them; fewer where a class has fewer groups


def finetune(
    model: str | keras.Model,
    signals: Any,
    labels: Any = None,
    *,
    weights: str | Path = "ecg_images",
    classes: Sequence[str] | None = None,
    leads: Sequence[str] | None = None,
    sampling_rate: float | Sequence[float] | None = None,
    unit: str = "mV",
    groups: Sequence[str] | None = None,
    settings: FineTuning | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
    verbose: str | int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> FineTuned:
    """Fine-tunes a pretrained model: the head first, then the body from the top down.

    The records are cut into a training and a test part, which share no group and no copy of a
    record; the test part only measures. See
    :class:`~ecgzoo.training.finetuning.result.FineTuning` for what is trained when. In the scope of
    a strategy, or of :func:`~ecgzoo.training.devices.every_device`, its devices share each batch.

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
            of names for each signal; None where ``signals`` has them.
        weights: of a name: a shipped tag, the folder of a run or preset, or ``hf://owner/name``.
        classes: names in label order; where they are not the model's own, it gets a new head.
        leads: the leads that the signals have, in order, among the model's; by default all. Rows of
            the first kernels are taken for these: see :func:`ecgzoo.models.weights.adapted`.
        sampling_rate: of the signals, in Hz, of all or of each; by default the model's.
        unit: of the signals: mV, uV or V.
        groups: patient of each signal; without it each signal is a patient of its own.
        settings: how to tune; by default ``FineTuning()``.
        folder: where to write a run that `ecgzoo export` and `evaluate` take; None for nowhere.
        progress: called after each epoch with the phase, the epochs done and those planned.
        verbose: as in Keras' ``fit``.
        callbacks: of Keras, for every epoch; those of the body go on counting from the head's.

    Returns:
        The model and its figures.

    Raises:
        UnknownNameError: if there is no such model or preset, with the nearest names.
        PresetError: if the weights are of another model, damaged, or lack a lead.
        SignalError: if a signal is unfit, or a rate or unit is.
        ValueError: if labels lie outside the classes, are of one class, or too few for two parts;
            or every layer of the model is frozen; or the devices in scope cannot share a batch
            evenly, or are of several processes.
        RunError: if there is something in ``folder`` already. Nothing is written on any error.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("II",), sampling_rate=100, samples=128)
        >>> model = ecgzoo.build("cnn1d", spec, 2)
        >>> signals = np.random.default_rng(0).normal(size=(12, 128, 1)).cumsum(axis=1)
        >>> short = FineTuning(head_epochs=1, epochs_per_group=0, epochs=0, augmentation=False)
        >>> tuned = finetune(model, signals, [0, 1] * 6, settings=short)
        >>> tuned.after.n, tuned.model.output_shape
        (3, (None, 2))
    """
    settings = settings or FineTuning()
    if (processes := current().processes) > 1:
        raise ValueError(f"fine-tuning is the work of one process; {processes} were started")
    if folder is not None:
        check_free(Path(folder))
    with seeded(settings.seed, settings.deterministic):
        several = several_at_once(signals, labels)
        begun = start(model, weights, classes, leads, several)
        meaning = Meaning(begun.preset.spec, begun.preset.classes, sampling_rate, unit)
        data = records(signals, labels, meaning, groups)
        split = split_of(data, settings.seed)
        train, test = (data.take(rows) for rows in (split.train, split.test))
        tuner = Tuner(begun.core, train, settings, progress, callbacks)
        answers = [tuner.predict(np.asarray(test.signals))]
        tuner.adapt()
        for phase in (tuner.fit_head, tuner.fit_body):
            phase(verbose)
            answers.append(tuner.predict(np.asarray(test.signals)))
        tuned = _result(begun, tuner, train, test, answers)
    return tuned if folder is None else write_folder(Path(folder), begun.core, tuned)


def split_of(data: SignalDataset, seed: int) -> Split:
    """The parts: as many folds as the rarest class has groups, up to five, and the first of them.

    Raises:
        ValueError: if the classes have too few groups for a test and a training part.
    """
    for folds in range(FOLDS, 1, -1):
        try:
            keys = data.labels, data.groups, data.hashes
            split = grouped(*keys, folds, seed, data.classes)[0]
        except ValueError as error:
            failed = error
        else:
            return without_validation(split)
    raise ValueError(f"cannot cut {len(data)} signals into a training and a test part: {failed}")


def _result(
    begun: Start,
    tuner: Tuner,
    train: SignalDataset,
    test: SignalDataset,
    answers: list[np.ndarray],
) -> FineTuned:
    found = [answered(test, one).per_record("names") for one in answers]
    before, head_only, after = (one.metrics() for one in found)
    metrics = after.to_dict() | leak(begun.preset, test)
    preset = _preset(begun.preset, tuner, hashes_of(train), metrics)
    begun.core.preset = preset
    return FineTuned(
        model=with_front(begun.core, preset.spec),
        preset=preset,
        loaded=begun.loaded,
        new_head=begun.new_head,
        before=before,
        head_only=head_only,
        after=after,
        predictions=found[-1],
        history=tuner.history.logs,
        settings=tuner.settings,
        frozen=begun.frozen,
        overlap=metrics["overlap"],
    )


def _preset(
    base: Preset, tuner: Tuner, own: dict[str, list[str]], metrics: dict[str, Any]
) -> Preset:
    """What the tuned weights belong to; they have seen the base's records too."""
    lists = {kind: sorted({*base.training.get(kind, ()), *hashes}) for kind, hashes in own.items()}
    training = {
        "finetuning": tuner.settings.to_dict(),
        "started_from": {"model": base.model, "weights_sha256": base.weights_sha256},
        "class_counts": {"before": tuner.part.before, "after": tuner.part.after},
        **lists,
        "versions": versions(),
        "devices": tuner.devices.to_dict(),
    }
    return replace(base, training=training, metrics=metrics, weights_sha256="")
