"""What a fine-tuning begins with: the model, and the records as windows that it takes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import FINGERPRINTS, Preset, changed, seen
from ecgzoo.artifact.resolution import resolve, shipped_presets
from ecgzoo.errors import PresetError, SignalError
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.front import core_of
from ecgzoo.models.regressor import Regressor
from ecgzoo.models.views import head_layers
from ecgzoo.models.weights import adapted, load_preset, new_core
from ecgzoo.registry import FUSIONS, MODELS
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.finetuning.labels import indices_of
from ecgzoo.training.finetuning.numbers import numbers_of
from ecgzoo.training.two_classes import check_classes
from tf_data import SignalDataset
from tf_data.dataset import content_hashes
from tf_data.fingerprints import Fingerprints, known_records
from tf_data.given_signals import Rates, each_given
from tf_data.labelled_records import LabelledRecords, tell
from tf_data.notes import Notes
from tf_data.resampling import conformed

TARGET = "target"  # the name of a number that nobody named


@dataclass(frozen=True)
class Meaning:
    """What the samples and labels mean, where they do not say it themselves.

    Attributes:
        spec: what the model takes, with the leads that the signals have.
        classes: class names in label order.
        sampling_rate: of the signals in Hz, of all or of each; None for the spec's.
        unit: of the signals; what a ``LabelledRecords`` holds is in the spec's unit already.
        multi_label: whether several classes may hold at once; None for as the labels are.
        regression: whether the labels are numbers to estimate, and no classes.
    """

    spec: SignalSpec
    classes: tuple[str, ...]
    sampling_rate: float | Sequence[float] | None = None
    unit: str = "mV"
    multi_label: bool | None = None
    regression: bool = False


def records(
    signals: Any, labels: Any, meaning: Meaning, groups: Sequence[str] | None = None
) -> SignalDataset:
    """Signals and labels from whatever holds them, as a data set of windows.

    Args:
        signals: an array ``[n, samples, leads]``; a list of arrays ``[samples, leads]`` or of
            DataFrames, whose leads are picked by the names of their columns; a
            ``tf.data.Dataset`` of ``(signal, label)``, batched or not; a ``LabelledRecords``; or a
            ``SignalDataset``, which is taken as it is.
        labels: class indices or names, one per signal; or, of several classes at once, zeros and
            ones ``[n, classes]``, or a list of names for each; or numbers to estimate; None where
            ``signals`` has them.
        meaning: of both.
        groups: patient of each signal; each its own without them.

    Raises:
        SignalError: if the signals are unfit; the message says which and why.
        ValueError: if labels lie outside the classes, are of one class, or are not one per signal;
            or there are fewer signals than classes.
    """
    if isinstance(signals, SignalDataset):
        _check_dataset(signals, meaning)
        _check_labels(signals, meaning)
        return replace(signals, spec=meaning.spec)
    rates: Rates = None
    names: Sequence[str] | None = None
    unit = meaning.unit
    if isinstance(signals, LabelledRecords):
        found = signals
        signals, labels, rates = found.signals, found.labels, found.sampling_rates
        groups, names, unit = found.groups, found.names, meaning.spec.unit
    elif isinstance(signals, tf.data.Dataset):
        signals, labels = _drawn(signals)
    if meaning.regression:
        indices = numbers_of(labels, len(signals))
    else:
        indices = indices_of(labels, len(signals), meaning.classes)
    _check_several(indices.ndim == 2, meaning)
    spec = meaning.spec
    rates = meaning.sampling_rate if rates is None else rates
    names = [f"signal {index}" for index in range(len(signals))] if names is None else names
    arrays, rates = _given(signals, names, spec, rates)
    windows, row = conformed(arrays, rates, spec, unit, names)
    groups = names if groups is None else groups
    if len(groups) != len(signals):
        raise ValueError(f"expected {len(signals)} groups, one per signal; got {len(groups)}")
    return SignalDataset(
        windows,
        indices[row],
        np.array(groups, str)[row],
        content_hashes(windows),
        np.array(names, str)[row],
        meaning.spec,
        meaning.classes,
    )


def _given(
    signals: Any, names: Sequence[str], spec: SignalSpec, rates: Rates
) -> tuple[list[np.ndarray], list[float]]:
    """The spec's leads of signals that are tables, arrays as they are; and their rates."""
    notes = Notes()
    found = each_given(signals, names, spec, rates, notes)
    tell(notes.sentences())
    return found


def _drawn(dataset: tf.data.Dataset) -> tuple[list[np.ndarray], list[Any]]:
    """The pairs of a dataset, batched or not."""
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise SignalError(f"expected a dataset of (signal, label); got elements {spec}")
    pairs = list((dataset.unbatch() if spec[0].shape.rank == 3 else dataset).as_numpy_iterator())
    labels = [one.decode() if isinstance(one, bytes) else one for _, one in pairs]
    return [signal for signal, _ in pairs], labels


def _check_labels(dataset: SignalDataset, meaning: Meaning) -> None:
    if dataset.regression != meaning.regression:
        kinds = {True: "numbers to estimate", False: "classes"}
        raise ValueError(
            f"expected {kinds[meaning.regression]} as labels, as the model answers; got "
            f"{kinds[dataset.regression]}"
        )
    if meaning.regression:
        numbers_of(dataset.labels, len(dataset))
        return
    _check_several(dataset.multi_label, meaning)
    check_classes(dataset.labels, meaning.classes)


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


def leak(preset: Preset, data: SignalDataset) -> dict[str, Any]:
    """Which of these records a preset's weights were trained on, as ``metrics.json`` has it.

    They are known by their content, or by their fingerprint where they were resampled, cut, scaled
    or rounded since: ``overlap`` counts their windows, ``seen`` names them.
    """
    known = np.array(seen(preset, data.hashes, content_hashes(data.signals)), bool)
    stored = Fingerprints.from_dict(preset.training.get(FINGERPRINTS, {}))
    known |= np.isin(data.names, known_records(data, stored))
    names = list(dict.fromkeys(data.names[known].tolist()))
    return {
        "protocol": "grouped",
        "overlap": int(known.sum()),
        "leaky": bool(names),
        "seen": names,
    }


@dataclass(frozen=True)
class Start:
    """A core that may be changed, and what it was before.

    Attributes:
        core: with the weights to start from, and the head that is wanted.
        preset: whose weights they are; of the leads and classes that are wanted.
        loaded: which tensors were taken.
        new_head: whether the head is an untrained one.
    """

    core: Core
    preset: Preset
    loaded: Loaded
    new_head: bool

    @property
    def frozen(self) -> int:
        """How many of the core's layers with weights were frozen by the user, and stay so."""
        return sum(not layer.trainable for layer in self.core.layers if layer.weights)


def start(
    model: str | keras.Model,
    weights: str | Path,
    classes: Sequence[str] | None = None,
    leads: Sequence[str] | None = None,
    multi_label: bool | None = None,
    regression: bool | None = None,
    seconds: float | None = None,
) -> Start:
    """The core of a model or of a preset, on some of its leads and with the classes wanted.

    Args:
        model: a registered name; a preset's, or its folder; or what :func:`ecgzoo.build` returned,
            which stays as it is, and whose frozen layers are frozen in the core too, but for a head
            that is replaced.
        weights: of a name: a shipped tag, a folder or a hub's handle.
        classes: names; where they are others than the preset's, or in another order, the head is
            a new one.
        leads: names among the preset's leads.
        multi_label: whether classes may hold at once; as with the preset by default. Where it is
            another, the head is a new one.
        regression: whether a number is to be estimated, whose name is the only one in ``classes``;
            as with the preset by default. Where it is another, the head is a new one.
        seconds: length of the windows; as with the preset by default.

    Raises:
        UnknownNameError: if there is no such model or preset.
        PresetError: if the weights are of another model, damaged, lack a lead, or do not serve for
            windows of that length.
        ValueError: if the model cannot be fine-tuned: its fusion is fitted to out-of-fold
            answers, or joins probabilities and a number is to be estimated; every layer is frozen;
            or the names are not as many as a number has.
    """
    core, preset = _of_name(model, weights) if isinstance(model, str) else _of_model(model)
    _check_tunable(preset)
    number = preset.regression if regression is None else regression
    names = _names(preset, classes, number)
    several = preset.multi_label if multi_label is None else multi_label
    several = several and not number
    same = (names, several, number) == (preset.classes, preset.multi_label, preset.regression)
    head = None if same else Regressor() if number else Classifier(len(names), several)
    spec = preset.spec if seconds is None else preset.spec.lasting(seconds)
    other = adapted(core, preset, leads, head, spec.samples)
    if other is not core:
        _freeze_as(core, other, but=[*head_layers(core), *head_layers(other)] if head else [])
    if number and other.insides.branches:
        raise ValueError(
            f"{preset.model} cannot estimate a number: its fusion joins the probabilities of each "
            "domain. Take one that joins features; `ecgzoo list` shows them."
        )
    if not other.trainable_variables:
        raise ValueError(
            f"every layer of {preset.model} is frozen: there is nothing to tune. Set "
            "`layer.trainable = True` on some, or pass `classes=` for a new head."
        )
    spec = spec if leads is None else replace(spec, leads=tuple(leads))
    size = len(other.weights)
    loaded = other.loaded or Loaded("memory", size, size)
    page = preset.page if spec == preset.spec else None
    stored = preset.head if head is None else head.to_dict()
    began = preset.weights_sha256
    other.preset = changed(
        preset,
        classes=names,
        multi_label=several,
        spec=spec,
        page=page,
        head=stored,
        weights_sha256=began,
    )
    return Start(other, other.preset, loaded, head is not None)


def _names(preset: Preset, classes: Sequence[str] | None, regression: bool) -> tuple[str, ...]:
    """The classes wanted, or the name of the number."""
    if classes is None and regression != preset.regression:
        if not regression:
            raise ValueError("expected the names of classes, classes=, for labels that are such")
        return (TARGET,)
    names = preset.classes if classes is None else tuple(map(str, classes))
    if len(set(names)) != len(names):
        raise ValueError(f"expected every class name once; got {', '.join(names)}")
    if regression and len(names) != 1:
        raise ValueError(
            f"expected one name in classes=, of the number to estimate, such as age; got "
            f"{', '.join(names) or 'none'}"
        )
    return names


def folder_of(name: str, weights: str | Path) -> Path:
    """The folder of the weights of a model; a preset's name or a folder is enough alone.

    Args:
        name: of a model, a preset, or the folder of one or of a run.
        weights: of a model: as of :func:`ecgzoo.artifact.resolution.resolve`.

    Raises:
        UnknownNameError: if there is no such model, preset or weights.
        PresetError: if a folder is none of a preset or run.

    Example:
        >>> folder_of("cnn1d", "ecg_images") == folder_of("cnn1d.ecg_images", "nothing")
        True
    """
    if name in shipped_presets() or len(Path(name).parts) > 1 or Path(name).is_dir():
        return resolve(name)
    MODELS.info(name)
    return resolve(weights, model=name)


def _of_name(name: str, weights: str | Path) -> tuple[Core, Preset]:
    core, preset = load_preset(folder_of(name, weights), inputs="domains")
    if name in MODELS and preset.model != name:
        raise PresetError(f"the weights are of model {preset.model}, not {name}")
    return core, preset


def _of_model(model: keras.Model) -> tuple[Core, Preset]:
    """A core of its own with a built model's weights."""
    given = core_of(model)
    preset = given.described()
    core = new_core(preset)
    try:
        core.set_weights(given.get_weights())
        _freeze_as(given, core)
    except ValueError as error:
        raise PresetError(f"{given.name} has other layers than {preset.model}: {error}") from error
    core.loaded = given.loaded
    return core, preset


def _freeze_as(
    given: keras.Model, core: keras.Model, but: Sequence[keras.layers.Layer] = ()
) -> None:
    """What is frozen in one core is frozen in another of the same layers, however deep it lies."""
    spared = {id(layer) for layer in but}
    both = ([one for one in model.layers if id(one) not in spared] for model in (given, core))
    for theirs, ours in zip(*both, strict=True):
        for their_part, our_part in zip(_with_parts(theirs), _with_parts(ours), strict=True):
            our_part.trainable = their_part.trainable


def _with_parts(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """A layer and those it is made of, a whole before its parts: setting it sets these."""
    return list(layer._flatten_layers())  # Keras has no public name for it


def _check_tunable(preset: Preset) -> None:
    fusion = MODELS.info(preset.model).get("options", preset.options).get("fusion", "concat")
    if FUSIONS.info(fusion)["training"] == "out_of_fold":
        raise ValueError(
            f"{preset.model} cannot be fine-tuned: its fusion, {fusion}, is fitted to out-of-fold "
            "answers. Take one that is trained end to end; `ecgzoo list` shows them."
        )
