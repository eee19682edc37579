"""The model that a fine-tuning begins with: weights, leads, windows and head that are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras

from ecgzoo.artifact.answers import check_class_names
from ecgzoo.artifact.preset import Preset, changed
from ecgzoo.artifact.resolution import resolve, shipped_presets
from ecgzoo.errors import PresetError
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.front import core_of
from ecgzoo.models.other_leads import adapted
from ecgzoo.models.regressor import Regressor
from ecgzoo.models.views import head_layers
from ecgzoo.models.weights import load_preset, new_core
from ecgzoo.registry import FUSIONS, MODELS

TARGET = "target"  # the name of a number that nobody named


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
    found: Sequence[str] | None = None,
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
        found: the records' classes: wanted where none are named and the preset has not all of them,
            or is of the other task.

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
    several = preset.multi_label if multi_label is None else multi_label
    several = several and not number
    kept = (several, number) == (preset.multi_label, preset.regression)
    if classes is None and found is not None and not (kept and {*found} <= {*preset.classes}):
        classes = found
    names = _names(preset, classes, number)
    if not number and len(names) < (1 if several else 2):
        raise ValueError(
            f"expected two classes or more in classes=; got {', '.join(names) or 'none'}. A number "
            "to estimate is task='regression'"
        )
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
    if not regression:
        check_class_names(names)
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
