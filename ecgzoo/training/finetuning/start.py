"""Start: the model that a fine-tuning begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras

from ecgzoo.artifact.preset import Preset, changed
from ecgzoo.artifact.resolution import resolve
from ecgzoo.errors import PresetError
from ecgzoo.models.adapted import adapted
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.front import core_of
from ecgzoo.models.views import head_layers
from ecgzoo.models.weights import load_preset, new_core
from ecgzoo.registry import FUSIONS, MODELS


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
) -> Start:
    """The core of a model or of a preset, on some of its leads and with the classes wanted.

    Args:
        model: a registered name, or what :func:`ecgzoo.build` returned; it stays as it is, and its
            frozen layers are frozen in the core too, but for a head that is replaced.
        weights: of a name: a shipped tag, a folder or a hub's handle.
        classes: names; where they are others than the preset's, or in another order, the head is
            a new one.
        leads: names among the preset's leads.

    Raises:
        UnknownNameError: if there is no such model or preset.
        PresetError: if the weights are of another model, damaged, or lack a lead.
        ValueError: if the model cannot be fine-tuned: it is multi-label, or its fusion is fitted
            to out-of-fold answers; or every layer is frozen.
    """
    core, preset = _of_name(model, weights) if isinstance(model, str) else _of_model(model)
    _check_tunable(preset)
    names = preset.classes if classes is None else tuple(map(str, classes))
    if len(set(names)) != len(names):
        raise ValueError(f"expected every class name once; got {', '.join(names)}")
    head = Classifier(len(names)) if names != preset.classes else None
    other = adapted(core, preset, leads, head)
    if other is not core:
        _freeze_as(core, other, but=head_layers(other) if head else [])
    if not other.trainable_variables:
        raise ValueError(
            f"every layer of {preset.model} is frozen: there is nothing to tune. Set "
            "`layer.trainable = True` on some, or pass `classes=` for a new head."
        )
    spec = preset.spec if leads is None else replace(preset.spec, leads=tuple(leads))
    size = len(other.weights)
    loaded = other.loaded or Loaded("memory", size, size)
    page = preset.page if leads is None else None
    stored = preset.head if head is None else head.to_dict()
    began = preset.weights_sha256
    other.preset = changed(
        preset, classes=names, spec=spec, page=page, head=stored, weights_sha256=began
    )
    return Start(other, other.preset, loaded, head is not None)


def _of_name(name: str, weights: str | Path) -> tuple[Core, Preset]:
    MODELS.info(name)
    core, preset = load_preset(resolve(weights, model=name), inputs="domains")
    if preset.model != name:
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
    for theirs, ours in zip(given.layers, core.layers, strict=True):
        if id(ours) not in spared:
            inner = (_with_parts(theirs), _with_parts(ours))
            for their_part, our_part in zip(*inner, strict=True):
                our_part.trainable = their_part.trainable


def _with_parts(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """A layer and those it is made of, a whole before its parts: setting it sets these."""
    return list(layer._flatten_layers())  # Keras has no public name for it


def _check_tunable(preset: Preset) -> None:
    if preset.multi_label:
        raise ValueError("fine-tuning takes one class per record; this model is multi-label")
    fusion = MODELS.info(preset.model).get("options", preset.options).get("fusion", "concat")
    if FUSIONS.info(fusion)["training"] == "out_of_fold":
        raise ValueError(
            f"{preset.model} cannot be fine-tuned: its fusion, {fusion}, is fitted to out-of-fold "
            "answers. Take one that is trained end to end; `ecgzoo list` shows them."
        )
