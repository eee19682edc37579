"""Weights: strict loading of a preset's tensors into its model."""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import h5py
import keras

from ecgzoo.models.classifier import Classifier
from ecgzoo.models.front import with_front
from ecgzoo.models.hub import HUB, hub_folder
from ecgzoo.presets import WEIGHTS, Preset, PresetError, find_preset, read_preset
from ecgzoo.registry import MODELS

MOST_NAMED = 6  # tensors that an error names one by one
Layout = dict[str, tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Loaded:
    """Which of a model's tensors came from a weights file; a model that has some bears it.

    Attributes:
        file: the weights file.
        tensors: how many the model has.
        matched: how many of them the file gave.
        new: names of the layers that the file gave nothing for: those of a new head.
        by_lead: names of the layers whose kernels were taken lead by lead.
    """

    file: str
    tensors: int
    matched: int
    new: tuple[str, ...] = ()
    by_lead: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f"{self.matched} of {self.tensors} tensors from {self.file}"
        said += f"; by lead: {', '.join(self.by_lead)}" if self.by_lead else ""
        return said + (f"; new: {', '.join(self.new)}" if self.new else "")


def preset_folder(model: str, weights: str | Path) -> Path:
    """The folder of a shipped tag, of a run or preset, or of a hub's handle (``hf://...``).

    Raises:
        UnknownNameError: if there is none of that name.
        PresetError: if it is incomplete, or cannot be fetched.
    """
    return hub_folder(str(weights)) if str(weights).startswith(HUB) else find_preset(model, weights)


def load_preset(folder: str | Path, *, inputs: str = "signal") -> tuple[keras.Model, Preset]:
    """The model of a preset's or run's folder, with its weights, and what it is.

    Raises:
        PresetError: if the folder is incomplete or damaged, or a tensor does not fit.
    """
    preset = read_preset(Path(folder))
    classifier = Classifier(len(preset.classes), preset.multi_label)
    core = MODELS.get(preset.model)(preset.spec, classifier, **preset.options)
    load_weights(core, Path(folder) / WEIGHTS, preset.model)
    return (core if inputs == "domains" else with_front(core, preset.spec)), preset


def load_weights(core: keras.Model, file: Path, name: str) -> Loaded:
    """Loads every tensor of a file into a core that has a place for each, and notes it there.

    Keras does not mind tensors that no layer wants, and only warns of layers that it skips.

    Args:
        core: takes the weights; bears the report as ``core.loaded``.
        file: a ``.weights.h5``.
        name: of the model, for messages.

    Raises:
        PresetError: if a tensor is missing, has another shape, or is one too many; the message
            names them.
    """
    found = _layout(file)
    if len(found) != len(core.weights):
        raise _misfit(core, file, found, name)
    with warnings.catch_warnings(record=True) as skipped:
        warnings.simplefilter("always", UserWarning)
        try:
            core.load_weights(file)
        except (ValueError, KeyError) as error:
            raise _misfit(core, file, found, name, str(error)) from error
    if skipped:
        raise _misfit(core, file, found, name, str(skipped[0].message))
    core.loaded = Loaded(str(file), len(core.weights), len(core.weights))
    return core.loaded


def _misfit(core: keras.Model, file: Path, found: Layout, name: str, said: str = "") -> PresetError:
    """What differs between a file and what the core would write; or what Keras ``said``.

    To know the latter it is written, which is left until it is needed: on a full disk HDF5 takes
    the process down with it.
    """
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / WEIGHTS
        core.save_weights(own)
        expected = _layout(own)
    wrong = [f"{found[path][0]} is one too many" for path in found.keys() - expected.keys()]
    for path, (tensor, shape) in expected.items():
        if path not in found:
            wrong.append(f"{tensor} is missing")
        elif found[path][1] != shape:
            wrong.append(f"{tensor} is {list(found[path][1])} instead of {list(shape)}")
    more = f" and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
    return PresetError(
        f"{file} does not fit {name}: expected {len(expected)} tensors, found {len(found)}; "
        f"{', '.join(wrong[:MOST_NAMED]) or said}{more}"
    )


def _layout(file: Path) -> Layout:
    """Each tensor's path in a file, with its layer's name and its shape."""
    tensors: Layout = {}

    def note(path: str, item: h5py.Dataset | h5py.Group) -> None:
        if isinstance(item, h5py.Dataset):
            layer = item.parent.attrs.get("name", item.parent.name.strip("/"))
            tensors[path] = (f"{layer}/{path.rpartition('/')[2]}", tuple(item.shape))

    try:
        with h5py.File(file) as stored:
            stored.visititems(note)
    except FileNotFoundError:
        raise PresetError(f"{file} is missing") from None
    except OSError as error:
        raise PresetError(f"{file} is damaged or no weights file: {error}") from error
    return tensors
