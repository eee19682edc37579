"""Signals and labels as somebody has them, as windows that a model takes; and which it has seen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import FINGERPRINTS, Preset, seen
from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.finetuning.labels import check_listed, indices_of
from ecgzoo.training.finetuning.numbers import numbers_of
from ecgzoo.training.known_classes import only_ones, with_classes
from ecgzoo.training.two_classes import check_classes
from tf_data import SignalDataset
from tf_data.dataset import content_hashes
from tf_data.fingerprints import Fingerprints, known_records
from tf_data.given_signals import Rates, each_given
from tf_data.labelled_records import LabelledRecords, tell
from tf_data.notes import Notes
from tf_data.resampling import conformed
from tf_data.table_lines import patient_of


@dataclass(frozen=True)
class Meaning:
    """What the samples and labels mean, where they do not say it themselves.

    Attributes:
        spec: what the model takes, with the leads that the signals have.
        classes: class names in label order.
        sampling_rate: of the signals in Hz, of all or of each; None for the spec's.
        unit: of the signals; what a ``LabelledRecords`` holds is in the spec's unit already.
        multi_label: whether several classes may hold at once, of which a record's only label is
            one; None for as the labels are.
        regression: whether the labels are numbers to estimate, and no classes.
    """

    spec: SignalSpec
    classes: tuple[str, ...]
    sampling_rate: float | Sequence[float] | None = None
    unit: str = "mV"
    multi_label: bool | None = None
    regression: bool = False


def records(
    signals: Any,
    labels: Any,
    meaning: Meaning,
    groups: Sequence[str] | None = None,
    *,
    one_class: bool = False,
) -> SignalDataset:
    """Signals and labels from whatever holds them, as a data set of windows.

    Args:
        signals: an array ``[n, samples, leads]``; a list of arrays ``[samples, leads]`` or of
            DataFrames, whose leads are picked by the names of their columns; a
            ``tf.data.Dataset`` of ``(signal, label)``, batched or not; a ``LabelledRecords``; or a
            ``SignalDataset``, which is taken as it is, but for the order of its classes.
        labels: class indices or names, one per signal; or, of several classes at once, zeros and
            ones ``[n, classes]``, or a list of names for each; or numbers to estimate; None where
            ``signals`` has them.
        meaning: of both.
        groups: patient of each signal; each its own without them, or where one is unknown (None,
            NaN).
        one_class: whether records of one class or number alone will do, which leave nothing to
            learn.

    Raises:
        SignalError: if the signals are unfit; the message says which and why.
        ValueError: if labels lie outside the classes, are of one class, or are not one per signal;
            or there are fewer signals than classes.
    """
    if isinstance(signals, SignalDataset):
        signals = _of_kind(signals, meaning, one_class)
        _check_dataset(signals, meaning)
        if not (one_class or meaning.regression):
            check_classes(signals.labels, meaning.classes)
        return replace(signals, spec=meaning.spec)
    rates: Rates = None
    names: Sequence[str] | None = None
    unit = meaning.unit
    if isinstance(signals, LabelledRecords):
        found = signals
        signals, labels, rates = found.signals, found.labels, found.sampling_rates
        groups, names, unit = found.groups, found.names, meaning.spec.unit
    signals, labels = drawn(signals, labels)
    if meaning.regression:
        indices = numbers_of(labels, len(signals), alike=one_class)
    else:
        indices = indices_of(labels, len(signals), meaning.classes)
        if not one_class:
            check_classes(indices, meaning.classes)
    if meaning.multi_label and indices.ndim == 1 and not meaning.regression:
        indices = only_ones(indices, len(meaning.classes))
    _check_several(indices.ndim == 2, meaning)
    spec = meaning.spec
    rates = meaning.sampling_rate if rates is None else rates
    names = [f"signal {index}" for index in range(len(signals))] if names is None else names
    arrays, rates = _given(signals, names, spec, rates)
    windows, row = conformed(arrays, rates, spec, unit, names)
    groups = names if groups is None else groups
    check_listed(groups, "groups", "one per signal")
    if len(groups) != len(signals):
        raise ValueError(f"expected {len(signals)} groups, one per signal; got {len(groups)}")
    patients = [patient_of(one) or name for one, name in zip(groups, names, strict=True)]
    return SignalDataset(
        windows,
        indices[row],
        np.array(patients, str)[row],
        content_hashes(windows),
        np.array(names, str)[row],
        meaning.spec,
        meaning.classes,
    )


def check_unsaid(signals: Any, **told: Any) -> None:
    """Checks that nothing is told of signals that say it themselves.

    Args:
        signals: as of :func:`records`.
        **told: arguments by name; None of one that was not given.

    Raises:
        SignalError: if something is, and is not what they say.
    """
    if not isinstance(signals, SignalDataset | LabelledRecords | tf.data.Dataset):
        return
    said = told if not isinstance(signals, tf.data.Dataset) else {"labels": told.get("labels")}
    spec = signals.spec if isinstance(signals, SignalDataset) else None
    for name, one in said.items():
        known = name in ("sampling_rate", "unit") and one == getattr(spec, name, None)
        if one is not None and not known:
            raise SignalError(
                f"expected no {name}= beside a {type(signals).__name__}, which has its own; got "
                f"{type(one).__name__}. Leave it out, or pass the signals as arrays"
            )


def _given(
    signals: Any, names: Sequence[str], spec: SignalSpec, rates: Rates
) -> tuple[list[np.ndarray], list[float]]:
    """The spec's leads of signals that are tables, arrays as they are; and their rates."""
    notes = Notes()
    found = each_given(signals, names, spec, rates, notes)
    tell(notes.sentences())
    return found


def drawn(signals: Any, labels: Any = None) -> tuple[Any, Any]:
    """Signals and labels; those of a ``tf.data.Dataset`` are its pairs, batched or not.

    Raises:
        SignalError: if it is a dataset of something else than pairs.

    Example:
        >>> pairs = tf.data.Dataset.from_tensor_slices((np.zeros((2, 128, 1)), ["AF", "N"]))
        >>> drawn(pairs)[1], drawn([0.5], [1])
        (['AF', 'N'], ([0.5], [1]))
    """
    if not isinstance(signals, tf.data.Dataset):
        return signals, labels
    spec = signals.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise SignalError(f"expected a dataset of (signal, label); got elements {spec}")
    pairs = list((signals.unbatch() if spec[0].shape.rank == 3 else signals).as_numpy_iterator())
    labels = [one.decode() if isinstance(one, bytes) else one for _, one in pairs]
    return [signal for signal, _ in pairs], labels


def _of_kind(dataset: SignalDataset, meaning: Meaning, alike: bool) -> SignalDataset:
    """The records with labels as the model has them: of its classes, or numbers."""
    if dataset.regression != meaning.regression:
        kinds = {True: "numbers to estimate", False: "classes"}
        raise ValueError(
            f"expected {kinds[meaning.regression]} as labels, as the model answers; got "
            f"{kinds[dataset.regression]}"
        )
    if meaning.regression:
        numbers_of(dataset.labels, len(dataset), alike=alike)
        return dataset
    found = with_classes(dataset, meaning.classes, bool(meaning.multi_label))
    _check_several(found.multi_label, meaning)
    return found


def _check_several(several: bool, meaning: Meaning) -> None:
    if meaning.multi_label not in (None, several):
        kinds = {True: "several classes at once", False: "one class per record"}
        raise ValueError(
            f"expected labels of {kinds[not several]}, as the model answers; got labels of "
            f"{kinds[several]}"
        )


def _check_dataset(dataset: SignalDataset, meaning: Meaning) -> None:
    """Checks that records are what a model takes; leads recorded at once are taken for blocks."""
    ours, theirs = (asdict(one.spec) | {"classes": one.classes} for one in (meaning, dataset))
    for what in ("leads", "sampling_rate", "samples", "unit", "classes"):
        if theirs[what] != ours[what]:
            wanted, found = (_shown(one[what]) for one in (ours, theirs))
            raise SignalError(
                f"expected records with the {what} {wanted}; got {found}. Read them as the model "
                "takes them: spec= and classes= of its preset"
            )


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _seen_rows(preset: Preset, data: SignalDataset) -> np.ndarray:
    """Which of these windows are of records that a preset's weights were fitted on: bool ``[n]``.

    They are known by their content, or by their fingerprint where they were resampled, cut, scaled
    or rounded since.
    """
    known = np.array(seen(preset, data.hashes, content_hashes(data.signals)), bool)
    stored = Fingerprints.from_dict(preset.training.get(FINGERPRINTS, {}))
    return known | np.isin(data.names, known_records(data, stored))


def seen_names(preset: Preset, data: SignalDataset) -> tuple[str, ...]:
    """The records among these that a preset's weights were fitted on, each once, in order."""
    return _each_once(data.names[_seen_rows(preset, data)])


def leak(preset: Preset, data: SignalDataset) -> dict[str, Any]:
    """Which of these test records a preset's weights were fitted on, as ``metrics.json`` has it.

    ``overlap`` counts their windows, ``seen`` names them.
    """
    known = _seen_rows(preset, data)
    return {
        "protocol": "grouped",
        "overlap": int(known.sum()),
        "leaky": bool(known.any()),
        "seen": list(_each_once(data.names[known])),
    }


def _each_once(names: np.ndarray) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names.tolist()))
