"""build: a model by its name; describe: what that name stands for."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import h5py
import keras

from ecgzoo.models.classifier import Classifier
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.presets import WEIGHTS, Preset, PresetError, find_preset, read_preset
from ecgzoo.registry import DOMAINS, MODELS
from ecgzoo.signal_spec import SignalSpec


def build(
    name: str,
    spec: SignalSpec = PAGE_SPEC,
    num_classes: int = 4,
    *,
    multi_label: bool = False,
    inputs: str = "signal",
    weights: str | Path | None = None,
    classifier: Classifier | None = None,
    **options: Any,
) -> keras.Model:
    """Builds a registered model.

    The model takes the raw signal, ``inputs="signal"``, and computes its domains itself; or, with
    ``inputs="domains"``, a dictionary of domains that a pipeline computed. The second is the core
    of the first, and owns all its weights: see :func:`core_of`.

    Args:
        name: a name of :func:`ecgzoo.list_models`.
        spec: the signals; by default twelve leads traced from a printed page.
        num_classes: how many classes.
        multi_label: whether classes may hold together: sigmoid instead of softmax.
        inputs: ``"signal"`` or ``"domains"``.
        weights: None for random ones; or a shipped tag, or a run's folder. These bring their own
            ``spec`` and classes: leave both arguments out, or give the same.
        classifier: another head than the default; overrides the two arguments before.
        **options: the builder's own, such as ``fusion="concat"``.

    Returns:
        A functional model with the output ``[batch, num_classes]``, float32 probabilities.

    Raises:
        UnknownNameError: if the name is not registered, or there are no such weights; the message
            suggests the nearest.
        PresetError: if the weights are damaged, or of another model.
        ValueError: if ``inputs`` or an option is not one of the above.

    Example:
        >>> model = build("hybrid2", SignalSpec(("I", "II"), 250, 1000), num_classes=5)
        >>> model.input_shape, model.output_shape
        ((None, 1000, 2), (None, 5))
    """
    if inputs not in ("signal", "domains"):
        raise ValueError(f"inputs must be 'signal' or 'domains'; got {inputs!r}")
    builder = MODELS.get(name)
    if weights is not None:
        model, preset = load_preset(find_preset(name, weights), inputs=inputs)
        if preset.model != name:
            raise PresetError(f"the weights in {weights} are of {preset.model}, not of {name}")
        return model
    core = builder(spec, classifier or Classifier(num_classes, multi_label), **options)
    return core if inputs == "domains" else with_front(core, spec)


def load_preset(folder: str | Path, *, inputs: str = "signal") -> tuple[keras.Model, Preset]:
    """The model of a preset's or run's folder, with its weights, and what it is.

    Raises:
        PresetError: if the folder is incomplete or damaged, or a tensor does not fit.
    """
    preset = read_preset(Path(folder))
    core = build(
        preset.model,
        preset.spec,
        len(preset.classes),
        multi_label=preset.multi_label,
        inputs="domains",
        **preset.options,
    )
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


def with_front(core: keras.Model, spec: SignalSpec) -> keras.Model:
    """The model from signal to probabilities whose domains feed ``core``."""
    signal = keras.Input(spec.shape, name="signal")
    domains = {domain: DOMAINS.get(domain)(spec)(signal) for domain in core.input}
    return keras.Model(signal, core(domains), name=f"{core.name}_signal")


def core_of(model: keras.Model) -> keras.Model:
    """The core of a model that :func:`build` made, or the model itself if it is one."""
    cores = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    return cores[0] if cores else model


def describe(name: str, spec: SignalSpec = PAGE_SPEC, num_classes: int = 4) -> dict[str, Any]:
    """What a registered model is: domains, input shapes, parameters.

    Raises:
        UnknownNameError: if the name is not registered.

    Example:
        >>> describe("cnn1d")["domains"]
        ['time']
    """
    core = build(name, spec, num_classes, inputs="domains")
    builder = MODELS.get(name)
    return {
        "name": name,
        "summary": (builder.__doc__ or "").strip().partition("\n")[0],
        "domains": list(core.input),
        "inputs": {domain: list(tensor.shape[1:]) for domain, tensor in core.input.items()},
        "parameters": core.count_params(),
        "classes": num_classes,
    }
