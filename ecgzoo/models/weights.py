"""Weights: strict loading of a preset's tensors, saving them, and taking them for other leads."""

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest, read_preset
from ecgzoo.bands import LONG
from ecgzoo.errors import PresetError
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.models.classifier import Head, head_of_preset
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.front import SignalModel, core_of, with_front
from ecgzoo.models.views import head_layers
from ecgzoo.registry import MODELS
from ecgzoo.signal_spec import MAX_LEADS, SignalSpec

WHOLE = "/core/layers/"  # in the paths of a whole model's tensors
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
    found = _layout(file)
    model = core
    if core.preset is not None and any(WHOLE in path for path in found):
        model = with_front(core, core.preset.spec)
    if len(found) != len(model.weights):
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


def adapted(
    core: Core,
    preset: Preset,
    leads: Sequence[str] | None = None,
    classifier: Head | None = None,
    samples: int | None = None,
) -> Core:
    """The same body on some of its leads, in any order, and with a new head where one is given.

    Windows of another length are taken by models whose domains mean the same at any length, as the
    time domain does.

    Where a layer sees the leads (the first convolution of each encoder, the normalisation before
    it), the rows of its kernel that belong to the leads asked for are taken, in that order. They
    are not scaled up for the leads that are gone. So the time domain's encoder answers, to the
    bit or nearly, as the preset's does to a signal with zeros for these, which lead dropout has
    trained it for; scaled rows would make every lead that is left count for more than it was ever
    trained to. A scalogram of zeros is not zero, so there the answers differ a little.

    Args:
        core: with the preset's weights.
        preset: what they belong to; its channels go lead by lead within each block of channels, as
            those of all shipped domains do.
        leads: names among the preset's leads; None for all of them as they are.
        classifier: makes the new head, whose layers are not trained; None keeps the head.
        samples: length of a window; by default the preset's.

    Returns:
        A new core that bears ``loaded``, or ``core`` itself where nothing changes.

    Raises:
        PresetError: if the preset lacks one of the leads, a layer cannot be taken lead by lead, or
            a domain means something else at another length.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("I", "II", "V5"), 250, 500)
        >>> core = ecgzoo.build("cnn1d", spec, 3, inputs="domains")
        >>> narrow = adapted(core, Preset("cnn1d", spec, ("a", "b", "c")), leads=("V5",))
        >>> narrow.input["time"].shape, narrow.loaded.by_lead
        ((None, 500, 1), ('time_stem',))
    """
    leads = preset.spec.leads if leads is None else _checked(leads, preset.spec)
    spec = replace(preset.spec, leads=leads, samples=samples or preset.spec.samples)
    if classifier is None and spec == preset.spec:
        return core
    _check_length(core, preset, spec.samples)
    other = new_core(preset, classifier, spec)
    # Another kind of head may have more layers, or fewer.
    old, new = (
        {id(layer) for layer in head_layers(one)} if classifier else set() for one in (core, other)
    )
    chosen = [preset.spec.leads.index(lead) for lead in leads]
    by_lead = []
    kept = zip(core.layers, _axes(core, preset), strict=True)
    body = [(theirs, axes) for theirs, axes in kept if id(theirs) not in old]
    places = _but(other.layers, new)
    if len(body) != len(places):
        raise PresetError(
            f"expected windows of at most {LONG} samples, which the encoder halves as often as "
            f"those that it was trained on; got {spec.samples}"
        )
    for (theirs, axes), ours in zip(body, places, strict=True):
        if theirs.weights:
            ours.set_weights(_taken(theirs, axes, chosen, len(preset.spec.leads)))
            by_lead += [ours.name] if any(axis is not None for axis in axes) else []
    other.loaded = _report(core, other, new, by_lead if leads != preset.spec.leads else [])
    return other


def _but(layers: Sequence[keras.layers.Layer], left_out: set[int]) -> list[keras.layers.Layer]:
    return [layer for layer in layers if id(layer) not in left_out]


def _checked(leads: Sequence[str], spec: SignalSpec) -> tuple[str, ...]:
    known = f"the weights are of the leads {', '.join(spec.leads)}"
    if isinstance(leads, str) or not leads or len(set(leads)) != len(leads):
        raise PresetError(f"expected one or more different leads; got {leads!r}; {known}")
    if foreign := [lead for lead in leads if lead not in spec.leads]:
        raise PresetError(f"unknown leads {', '.join(map(repr, foreign))}; {known}")
    return tuple(leads)


def _check_length(core: Core, preset: Preset, samples: int) -> None:
    """Checks that a model's domains mean at another length what they mean at the preset's."""
    if samples == preset.spec.samples:
        return
    own = core.domain_layers(preset.spec)
    other = core.domain_layers(replace(preset.spec, samples=samples))
    for name, layer in own.items():
        same = layer.get_config() == other[name].get_config()
        if not (same and getattr(layer, "any_length", False)):
            rate = preset.spec.sampling_rate
            raise PresetError(
                f"expected windows of {preset.spec.seconds:g} s, on which the weights were "
                f"trained; got {samples / rate:g} s, at which the domain {name} shows other "
                "frequencies. Cut or pad the records, or take a model of the time domain alone."
            )


def _axes(core: Core, preset: Preset) -> list[list[int | None]]:
    """For each layer and each of its weights, which axis the leads lie on.

    It is the one that is longer in the same model with one lead more.
    """
    leads = preset.spec.leads
    more = (*leads, "one more") if len(leads) < MAX_LEADS else leads[:-1]
    probe = new_core(preset, spec=replace(preset.spec, leads=more))
    return [
        [_axis(a, b, layer.name, len(leads)) for a, b in zip(layer.weights, o.weights, strict=True)]
        for layer, o in zip(core.layers, probe.layers, strict=True)
    ]


def _axis(weight: keras.Variable, probe: keras.Variable, name: str, leads: int) -> int | None:
    differ = [axis for axis, n in enumerate(weight.shape) if n != probe.shape[axis]]
    if len(differ) > 1 or any(weight.shape[axis] % leads for axis in differ):
        raise PresetError(f"the layer {name} has no row per lead: its leads cannot be chosen")
    return differ[0] if differ else None


def _taken(
    layer: keras.layers.Layer, axes: list[int | None], chosen: list[int], leads: int
) -> list[np.ndarray]:
    """A layer's weights, with the chosen leads' rows where it has such."""
    taken = []
    for weight, axis in zip(layer.get_weights(), axes, strict=True):
        if axis is not None:
            blocks = range(0, weight.shape[axis], leads)
            weight = weight.take([block + lead for block in blocks for lead in chosen], axis)
        taken.append(weight)
    return taken


def _report(core: Core, other: Core, new: set[int], by_lead: list[str]) -> Loaded:
    fresh = [layer for layer in other.layers if id(layer) in new and layer.weights]
    matched = len(other.weights) - sum(len(layer.weights) for layer in fresh)
    file = core.loaded.file if core.loaded else "memory"
    names = tuple(layer.name for layer in fresh)
    return Loaded(file, len(other.weights), matched, names, tuple(by_lead))
