"""evaluate: any artifact's figures on somebody's labelled records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.estimates import Estimates
from ecgzoo.artifact.folder import ArtifactFolder
from ecgzoo.evaluation import (
    Interval,
    Intervals,
    regression_intervals,
    repetitions,
)
from ecgzoo.evaluation import intervals as intervals_of
from ecgzoo.prediction.loaded_model import load
from ecgzoo.training.answered import answered
from ecgzoo.training.finetuning.given_records import Meaning, check_unsaid, leak, records
from ecgzoo.training.finetuning.measured import Metrics, too_few_to_resample
from tf_data.dataset import targets_of
from tf_data.labelled_records import tell

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 1024  # windows that are in memory at once, where they lie on the disk
PER = ("record", "window")


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A model's figures on some records.

    Attributes:
        predictions: its answers, a row for each record or window.
        metrics: the figures.
        intervals: of the figures, by resampling whole groups; None if none were asked for, or there
            is nothing to resample. Of a regression by the figures' names.
        class_intervals: of each class that some records have and others lack: its figures by name,
            of several labels at once also its AUC and average precision; empty if none were asked
            for.
        per: ``"record"``, the mean of its windows' answers, or ``"window"``.
        overlap: how many of the windows the weights were trained on. If there are any, the figures
            leak.
        seen: the names of the records that these are of, known by content or fingerprint.
    """

    predictions: Predictions
    metrics: Metrics
    intervals: Intervals | Mapping[str, Interval] | None
    class_intervals: dict[str, dict[str, Interval]]
    per: str
    overlap: int
    seen: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The figures as a run's ``metrics.json`` has them, ready for JSON."""
        made = self.intervals
        if isinstance(made, Mapping):
            told = {"intervals": {name: one.to_dict() for name, one in made.items()}}
        else:
            told = {} if made is None else {"intervals": made.to_dict()}
        if self.class_intervals:
            told["class_intervals"] = {
                name: {figure: one.to_dict() for figure, one in figures.items()}
                for name, figures in self.class_intervals.items()
            }
        leaking = {"protocol": "grouped", "overlap": self.overlap, "leaky": self.overlap > 0}
        leaking["seen"] = list(self.seen)
        return self.metrics.to_dict() | leaking | {"per": self.per} | told

    def to_frame(self) -> pd.DataFrame:
        """A row per class, then the means."""
        return self.metrics.to_frame()


def evaluate(
    artifact: str | Path | ArtifactFolder | keras.Model,
    signals: Any,
    labels: Any = None,
    *,
    per: str = "record",
    intervals: bool = True,
    groups: Sequence[str] | None = None,
    sampling_rate: float | Sequence[float] | None = None,
    unit: str | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> Evaluated:
    """The figures of a model on labelled records.

    Of several classes at once a class is called from the model's own threshold on, or from 0.5
    where none was fitted.

    Args:
        artifact: what :func:`ecgzoo.train` returned, or what :func:`ecgzoo.load` takes.
        signals: a ``SignalDataset`` as ``tf_data.load`` and :func:`ecgzoo.read_records` give it; or
            signals as of :func:`ecgzoo.finetune`, which are resampled and cut.
        labels: as of :func:`ecgzoo.finetune`, of a regression numbers; None where ``signals`` has
            them.
        per: ``"record"``, whose answer is the mean of its windows', or ``"window"``.
        intervals: whether intervals are made, by resampling whole groups.
        groups: patient of each signal; without it each is a patient of its own.
        sampling_rate: of the signals, in Hz, of all or of each; by default the model's.
        unit: of the signals, such as mV, uV or V; by default the model's.
        resamples: number of resamples.
        seed: of the draws.

    Raises:
        UnknownNameError: if there is no such artifact.
        SignalError: if a signal is unfit, or the records are of other leads, rate or classes.
        ValueError: if ``per`` is neither, or labels lie outside the model's classes.

    Warns:
        DataWarning: if no intervals can be made, of one patient's records or of one class alone.

    Example:
        >>> from tf_data import load
        >>> some = load("ecg_images").take(range(100))
        >>> found = evaluate("cnn1d.ecg_images", some, resamples=100)
        >>> found.metrics.n, found.overlap  # they are what it was trained on
        (100, 100)
    """
    if per not in PER:
        raise ValueError(f"expected figures per {' or per '.join(PER)}; got {per!r}")
    model = load(artifact.folder if isinstance(artifact, ArtifactFolder) else artifact)
    preset = model.preset
    check_unsaid(signals, labels=labels, groups=groups, sampling_rate=sampling_rate, unit=unit)
    unit = unit or preset.spec.unit
    several = preset.multi_label, preset.regression
    meaning = Meaning(preset.spec, preset.classes, sampling_rate, unit, *several)
    data = records(signals, labels, meaning, groups, one_class=True)
    blocks = range(0, len(data), AT_ONCE)
    shares = np.concatenate([model.ask(data.signals[one : one + AT_ONCE]) for one in blocks])
    found = answered(data, shares).at(preset.thresholds)
    found = found.per_record("names") if per == "record" else found
    metrics = found.metrics()
    made: Intervals | Mapping[str, Interval] | None = None
    of_each: dict[str, dict[str, Interval]] = {}
    if intervals and (lacking := too_few_to_resample(found, metrics)):
        tell([f"no intervals are made: {lacking}"])
    elif intervals and isinstance(found, Estimates):
        told = found.labels, found.values, found.groups
        made = regression_intervals(*told, resamples, seed)
    elif intervals:
        every = found.labels, found.probabilities, found.groups
        made = intervals_of(
            *every, resamples, method="percentile", seed=seed, thresholds=found.thresholds
        )
        of_each = _of_each_class(found, resamples, seed)
    known = leak(preset, data)
    overlap, names = known["overlap"], tuple(known["seen"])
    return Evaluated(found, metrics, made, of_each, per, overlap, names)


def _of_each_class(found: Predictions, resamples: int, seed: int) -> dict[str, dict[str, Interval]]:
    """The figures of each class against the rest, of those that have both."""
    members = targets_of(found.labels, len(found.classes)).astype(int)
    there = members.any(axis=0) & ~members.all(axis=0)
    names = np.array(found.classes)[there].tolist()
    told, thresholds = targets_of(found.answers, len(found.classes)).astype(int), None
    if found.several:
        told, thresholds = found.probabilities, found.thresholds
        thresholds = None if thresholds is None else thresholds[:, there]
    if not names:
        return {}
    every = repetitions(
        members[:, there],
        told[None][..., there],
        found.groups,
        names,
        resamples,
        seed=seed,
        thresholds=thresholds,
    )
    return {
        name: {figure: one.mean for figure, one in figures.items()}
        for name, figures in every.per_class.items()
    }
