"""Other leads: the weights of a model taken for some of its leads, another length or a new head."""

from collections.abc import Sequence
from dataclasses import replace

import keras
import numpy as np

from ecgzoo.artifact.preset import Preset, changed
from ecgzoo.bands import LONG
from ecgzoo.errors import PresetError
from ecgzoo.models.classifier import Head
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.front import SignalModel, with_front
from ecgzoo.models.views import head_layers
from ecgzoo.models.weights import new_core
from ecgzoo.signal_spec import MAX_LEADS, SignalSpec


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
        A new core that bears ``loaded`` and a preset of its leads and length, or ``core`` itself
        where nothing changes.

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
    other.preset = changed(preset, spec=spec)
    return other


def taking(
    model: SignalModel, leads: Sequence[str] | None = None, seconds: float | None = None
) -> SignalModel:
    """A model with the same weights for some of its leads, or for windows of another length.

    Its figures, temperature and thresholds are of what it was trained on, and left behind.

    Args:
        model: from signal to probabilities.
        leads: names among its leads; None for all of them.
        seconds: of a window; by default its own.

    Raises:
        PresetError: as of :func:`adapted`.
        SignalError: if the windows were too short or too long.

    Example:
        >>> import ecgzoo
        >>> whole = ecgzoo.build("cnn1d", ecgzoo.SignalSpec(("I", "II"), 250, 500), 3)
        >>> taking(whole, ("II",), seconds=1).input_shape
        (None, 250, 1)
    """
    core, preset = model.core, model.core.described()
    spec = preset.spec if seconds is None else preset.spec.lasting(seconds)
    other = adapted(core, preset, leads, samples=spec.samples)
    return model if other is core else with_front(other, other.described().spec)


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
