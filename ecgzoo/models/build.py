"""build: a model by its name; describe: what that name stands for."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from ecgzoo.models.classifier import Classifier
from ecgzoo.models.front import with_front
from ecgzoo.models.views import view
from ecgzoo.models.weights import load_preset
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.presets import Preset, PresetError, find_preset
from ecgzoo.registry import FUSIONS, MODELS
from ecgzoo.signal_spec import SignalSpec


def build(
    name: str,
    spec: SignalSpec | None = None,
    num_classes: int | None = None,
    *,
    multi_label: bool | None = None,
    inputs: str = "signal",
    weights: str | Path | None = None,
    classifier: Classifier | None = None,
    leads: Sequence[str] | None = None,
    mask: bool = False,
    return_weights: bool = False,
    **options: Any,
) -> keras.Model:
    """Builds a registered model.

    The model takes the raw signal, ``inputs="signal"``, and computes its domains itself; or, with
    ``inputs="domains"``, a dictionary of domains that a pipeline computed. The second is the core
    of the first, and owns all its weights: see :func:`~ecgzoo.models.front.core_of`.

    Args:
        name: a name of :func:`ecgzoo.list_models`.
        spec: the signals; by default twelve leads traced from a printed page.
        num_classes: how many classes; by default 4.
        multi_label: whether classes may hold together: sigmoid instead of softmax, the default.
        inputs: ``"signal"`` or ``"domains"``.
        weights: None for random ones; or a shipped tag, or a run's folder. These bring their own
            ``spec``, classes and options: what is given besides must be the same.
        classifier: another head than the default; overrides ``num_classes`` and ``multi_label``.
        leads: the leads that the signal has, in order, where it lacks some of the spec's: the model
            puts zeros for these.
        mask: whether the core takes one more input, ``present``, that says which domains a record
            has; see :func:`~ecgzoo.models.views.present`.
        return_weights: whether the output is a dictionary of ``probabilities`` and what the fusion
            lets be read: attention, gates, shares of domains.
        **options: the builder's own, such as ``fusion="concat"``.

    Returns:
        A functional model with the output ``[batch, num_classes]``, float32 probabilities.

    Raises:
        UnknownNameError: if the name is not registered, or there are no such weights; the message
            suggests the nearest.
        PresetError: if the weights are damaged, or of another model than is asked for.
        ValueError: if ``inputs`` is neither of the two, ``leads`` is given for domains or ``mask``
            for a signal, the spec has no such lead, or the name stands for another fusion.
        TypeError: if the builder has no such option.

    Example:
        >>> model = build("hybrid2", SignalSpec(("I", "II"), 250, 1000), num_classes=5)
        >>> model.input_shape, model.output_shape
        ((None, 1000, 2), (None, 5))
    """
    _check_inputs(inputs, leads, mask)
    builder = MODELS.get(name)
    for option, value in MODELS.info(name).get("options", {}).items():
        if options.get(option, value) != value:
            raise ValueError(f"{name} has the {option} {value!r}; got {options[option]!r}")
    if weights is not None:
        folder = find_preset(name, weights)
        asked = {"model": name, "spec": spec, "num_classes": num_classes} | options
        asked |= {"multi_label": multi_label, "classifier": classifier}
        core, preset = load_preset(folder, inputs="domains")
        _check_asked(preset, asked)
        spec = preset.spec
    else:
        spec = spec or PAGE_SPEC
        if classifier is None:
            classifier = Classifier(4 if num_classes is None else num_classes, bool(multi_label))
        core = builder(spec, classifier, **options)
    core = view(core, mask, return_weights)
    return core if inputs == "domains" else with_front(core, spec, leads)


def _check_inputs(inputs: str, leads: Sequence[str] | None, mask: bool) -> None:
    if inputs not in ("signal", "domains"):
        raise ValueError(f"inputs must be 'signal' or 'domains'; got {inputs!r}")
    if leads is not None and inputs == "domains":
        raise ValueError(
            "leads are of a signal; the core takes domains: leave out inputs='domains'"
        )
    if mask and inputs == "signal":
        raise ValueError("a mask is of domains, not of a signal: add inputs='domains'")


def _check_asked(preset: Preset, asked: Mapping[str, Any]) -> None:
    """Refuses weights of another model than is asked for, instead of building what they are of."""
    builder = inspect.signature(MODELS.get(preset.model))
    defaults = {name: one.default for name, one in builder.parameters.items()}
    have = {
        **defaults,
        **preset.options,
        "model": preset.model,
        "spec": preset.spec,
        "num_classes": len(preset.classes),
        "multi_label": preset.multi_label,
        "classifier": Classifier(len(preset.classes), preset.multi_label),
    }
    for name, value in asked.items():
        if value is not None and have.get(name) not in (value, _as_stored(value)):
            raise PresetError(f"the weights are of {name} {have.get(name)}, not {value}")


def _as_stored(value: Any) -> Any:
    """What JSON makes of a tuple."""
    return list(value) if isinstance(value, tuple) else value


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
    fusion = inspect.signature(builder).parameters.get("fusion")
    return {
        "name": name,
        "summary": _summary(builder),
        "domains": list(core.input),
        **({"fusion": _described(fusion.default)} if fusion else {}),
        "inputs": {domain: list(tensor.shape[1:]) for domain, tensor in core.input.items()},
        "parameters": core.count_params(),
        "classes": num_classes,
    }


def _described(fusion: str) -> str:
    return f"{FUSIONS.info(fusion)['category']}, {_summary(FUSIONS.get(fusion))}"


def _summary(builder: Any) -> str:
    return (builder.__doc__ or "").strip().partition("\n")[0]
