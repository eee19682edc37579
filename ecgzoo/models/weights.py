"""Weights: strict loading of a preset's tensors into its model."""

from __future__ import annotations

import warnings
from pathlib import Path

import h5py
import keras

from ecgzoo.models.classifier import Classifier
from ecgzoo.models.front import with_front
from ecgzoo.presets import WEIGHTS, Preset, PresetError, read_preset
from ecgzoo.registry import MODELS


def load_preset(folder: str | Path, *, inputs: str = "signal") -> tuple[keras.Model, Preset]:
    """The model of a preset's or run's folder, with its weights, and what it is.

    Raises:
        PresetError: if the folder is incomplete or damaged, or a tensor does not fit.
    """
    preset = read_preset(Path(folder))
    classifier = Classifier(len(preset.classes), preset.multi_label)
    core = MODELS.get(preset.model)(preset.spec, classifier, **preset.options)
    _load_weights(core, Path(folder) / WEIGHTS, preset.model)
    return (core if inputs == "domains" else with_front(core, preset.spec)), preset


def _load_weights(core: keras.Model, file: Path, name: str) -> None:
    """Loads every tensor of a file into a core that has a place for each.

    Keras does not mind tensors that no layer wants, and only warns of layers that it skips.
    """
    with h5py.File(file) as stored:
        tensors: list[str] = []
        stored.visititems(lambda k, v: tensors.append(k) if isinstance(v, h5py.Dataset) else None)
    expected = len(core.weights)
    if len(tensors) != expected:
        raise PresetError(
            f"{file} does not fit {name}: expected {expected} tensors, found {len(tensors)}"
        )
    with warnings.catch_warnings(record=True) as skipped:
        warnings.simplefilter("always", UserWarning)
        try:
            core.load_weights(file)
        except (ValueError, KeyError) as error:
            raise PresetError(f"{file} does not fit {name}: {error}") from error
    if skipped:
        raise PresetError(f"{file} does not fit {name}: {skipped[0].message}")
