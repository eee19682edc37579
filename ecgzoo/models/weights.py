"""Weights: strict loading of a preset's tensors, and saving them."""

import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest, read_preset
from ecgzoo.domains.time_frequency import TimeFrequencyDomain
from ecgzoo.errors import PresetError
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.models.classifier import Head, head_of_preset
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.front import SignalModel, core_of, with_front
from ecgzoo.registry import MODELS
from ecgzoo.signal_spec import SignalSpec

WHOLE = "/core/layers/"  # in the paths of a whole model's tensors
KERNELS = re.compile(r"/time_frequency_domain(_\d+)?/vars/")  # in files of earlier versions
# What h5py and Keras raise at a file that is no weights file of theirs.
DAMAGE = (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError)
MOST_NAMED = 6  # tensors that an error names one by one
Layout = dict[str, tuple[str, tuple[int, ...]]]


def load_preset(folder: str | Path, *, inputs: str = "signal") -> tuple[Core | SignalModel, Preset]:
    """The model of a preset's or run's folder, with its weights, and what it is.

    Raises:
        PresetError: if the folder is incomplete or damaged, or a tensor does not fit.
    """
    preset = read_preset(Path(folder))
    core = new_core(preset)
    load_weights(core, Path(folder) / WEIGHTS, preset.model)
    return (core if inputs == "domains" else with_front(core, preset.spec)), preset


def new_core(preset: Preset, head: Head | None = None, spec: SignalSpec | None = None) -> Core:
    """A core as a preset describes it, with random weights.

    Args:
        preset: what it is to be.
        head: another head than the preset's.
        spec: other signals than the preset's.

    Raises:
        UnknownNameError: if the preset's model is not registered.
        PresetError: if its head cannot be made.
    """
    builder = MODELS.get(preset.model)
    made = builder(spec or preset.spec, head or head_of_preset(preset), **preset.options)
    core = made if isinstance(made, Core) else Core(made.input, made.output, name=made.name)
    core.preset = preset
    return core


def load_weights(core: Core, file: Path, name: str) -> Loaded:
    """Loads every tensor of a file into a core that has a place for each, and notes it there.

    Keras does not mind tensors that no layer wants, and only warns of layers that it skips.

    Args:
        core: takes the weights; bears the report as ``core.loaded``.
        file: a ``.weights.h5``, which ``save_weights`` of the core or of the whole model wrote.
        name: of the model, for messages.

    Raises:
        PresetError: if a tensor is missing, has another shape, or is one too many; the message
            names them.
    """
    found = {path: one for path, one in _layout(file).items() if not KERNELS.search(path)}
    model = core
    if core.preset is not None and any(WHOLE in path for path in found):
        model = with_front(core, core.preset.spec)
    if len(found) != len(model.weights) - len(scalogram_kernels(model)):
        raise _misfit(model, file, found, name)
    with warnings.catch_warnings(record=True) as skipped:
        warnings.simplefilter("always", UserWarning)
        try:
            model.load_weights(file)
        except DAMAGE as error:
            raise _misfit(model, file, found, name, str(error)) from error
    if skipped:
        raise _misfit(model, file, found, name, str(skipped[0].message))
    core.loaded = Loaded(str(file), len(core.weights), len(core.weights))
    return core.loaded


def scalogram_kernels(model: keras.Model) -> list[keras.Variable]:
    """The variables that are no weights: the configuration of their layers tells them."""
    layers = model._flatten_layers()  # Keras has no public name for it
    scalograms = [layer for layer in layers if isinstance(layer, TimeFrequencyDomain)]
    return [kernel for layer in scalograms for kernel in layer.kernels]


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
    except DAMAGE as error:
        raise PresetError(f"{file} is damaged or no weights file: {error}") from error
    return tensors


def save_preset(
    model: keras.Model,
    folder: str | Path,
    *,
    classes: Sequence[str] | None = None,
    data: Mapping[str, str] | None = None,
    training: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a model's weights and what gives them a meaning.

    Args:
        model: as :func:`ecgzoo.build` made it, trained by whatever means.
        folder: where; it must not hold a preset yet.
        classes: names in output order; by default the model's own.
        data: name, licence and citation of the records that it was trained on.
        training: how it was trained, for a reader.

    Returns:
        The folder.

    Raises:
        PresetError: if the folder holds a preset already, or the classes are not as many as the
            model's answers.
        ValueError: if ``build`` did not make the model.

    Example:
        >>> import ecgzoo, tempfile
        >>> model = ecgzoo.build("cnn1d", ecgzoo.SignalSpec(("II",), 250, 500), 2)
        >>> folder = save_preset(model, tempfile.mkdtemp() + "/mine", classes=["AF", "N"])
        >>> ecgzoo.build("cnn1d", weights=folder).preset.classes
        ('AF', 'N')
    """
    folder, core = Path(folder), core_of(model)
    if (folder / DESCRIPTION).exists():
        raise PresetError(f"{folder} holds a preset already; choose another folder")
    preset = core.described()
    names = preset.classes if classes is None else tuple(map(str, classes))
    if len(names) != core.output_shape[-1]:
        raise PresetError(f"expected {core.output_shape[-1]} classes; got {', '.join(names)}")
    write_atomically(folder / WEIGHTS, core.save_weights)
    preset = replace(
        preset,
        classes=names,
        weights_sha256=digest(folder / WEIGHTS),
        data=preset.data if data is None else data,
        training=preset.training if training is None else training,
    )
    write_json(folder / DESCRIPTION, preset.to_dict())
    core.preset = preset
    return folder
