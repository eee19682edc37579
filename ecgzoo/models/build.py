"""build: a model by its name; describe: what that name stands for."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras

from ecgzoo.artifact.preset import DESCRIPTION, Preset, read_description
from ecgzoo.artifact.resolution import HUB, resolve, shipped_presets
from ecgzoo.domains.layers import DOMAIN_OPTIONS, checked_options
from ecgzoo.errors import PresetError, SignalError
from ecgzoo.models.classifier import Classifier, Head, as_head, head_of_preset, same_head, written
from ecgzoo.models.core import Core
from ecgzoo.models.front import SignalModel, with_front
from ecgzoo.models.other_leads import adapted
from ecgzoo.models.views import view
from ecgzoo.models.weights import load_preset, load_weights, new_core
from ecgzoo.pages.layout import PAGE_SPEC
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
    classifier: Head | keras.layers.Layer | None = None,
    leads: Sequence[str] | None = None,
    mask: bool = False,
    return_weights: bool = False,
    **options: Any,
) -> Core | SignalModel:
    """Builds a registered model.

    The model takes the raw signal, ``inputs="signal"``, and computes its domains itself; or, with
    ``inputs="domains"``, a dictionary of domains that a pipeline computed. The second is the core
    of the first, ``model.core``, and owns all its weights.

    Args:
        name: a name of :func:`ecgzoo.list_models`; or a preset's, such as ``hybrid1.ecg_images``,
            or the folder of a run or preset, which is the model with its weights.
        spec: the signals; by default twelve leads traced from a printed page.
        num_classes: how many classes; by default 4.
        multi_label: whether classes may hold together: sigmoid instead of softmax, the default.
        inputs: ``"signal"`` or ``"domains"``.
        weights: None for random ones; or a shipped tag, the folder of a run or preset, or a hub's
            handle (``hf://owner/name``). These bring their own ``spec``, classes and options: what
            is given besides must be the same, but for the leads of ``spec``, which may be fewer or
            in another order, and its length, which a model of the time domain alone may have any of
            (see :func:`~ecgzoo.models.other_leads.adapted`), and for ``num_classes`` and
            ``classifier``: where they differ, the model gets a new head. A ``.weights.h5`` by
            itself says nothing of the kind, and all of it is as given here.
        classifier: another head than the default: a ``Classifier``, which overrides ``num_classes``
            and ``multi_label``, or any Keras layer from an embedding to probabilities. It is stored
            with the preset of what is trained.
        leads: the leads that the signal has, in order, where it lacks some of the spec's: the model
            puts zeros for these.
        mask: whether the core takes one more input, ``present``, that says which domains a record
            has; see :func:`~ecgzoo.models.views.present`.
        return_weights: whether the output is a dictionary of ``probabilities`` and what the fusion
            lets be read: attention, gates, shares of domains.
        **options: the builder's own, such as ``fusion="concat"``; of all that ship also
            ``domain_options={"time_frequency": {"frequencies": (20, 400)}}``, by which a domain
            shows another band than the spec suggests.

    Returns:
        A functional model with the output ``[batch, num_classes]``, float32 probabilities. What
        it stands for is its ``preset``; which tensors were loaded, its ``loaded``.

    Raises:
        UnknownNameError: if the name is not registered, or there are no such weights; the message
            suggests the nearest.
        PresetError: if the weights are damaged, or of another model than is asked for.
        ValueError: if ``inputs`` is neither of the two, ``leads`` is given for domains or ``mask``
            for a signal, the spec has no such lead, or the name stands for another fusion.
        SignalError: if the spec is none.
        TypeError: if the builder has no such option.

    Example:
        >>> model = build("hybrid2", SignalSpec(("I", "II"), 250, 1000), num_classes=5)
        >>> model.input_shape, model.output_shape
        ((None, 1000, 2), (None, 5))
    """
    _check_inputs(inputs, leads, mask)
    if not isinstance(spec, SignalSpec | None):
        raise SignalError(
            "expected a SignalSpec, such as SignalSpec(('I', 'II'), sampling_rate=500, "
            f"samples=5000); got {spec!r}"
        )
    if (
        weights is None
        and name not in MODELS
        and (name in shipped_presets() or name.startswith(HUB) or Path(name).is_dir())
    ):
        weights = resolve(name)
        name = read_description(weights / DESCRIPTION).model
    MODELS.info(name)
    for option, value in MODELS.info(name).get("options", {}).items():
        if options.get(option, value) != value:
            raise ValueError(f"{name} has the {option} {value!r}; got {options[option]!r}")
    head = as_head(classifier, bool(multi_label))
    if DOMAIN_OPTIONS in options:
        options[DOMAIN_OPTIONS] = checked_options(options[DOMAIN_OPTIONS])
    asked = _Asked(name, spec, num_classes, multi_label, head, options)
    if weights is None or _bare(weights):
        core = asked.made()
        if weights is not None:
            load_weights(core, Path(weights), name)
    else:
        core = asked.of(*load_preset(resolve(weights, model=name), inputs="domains"))
    whole = view(core, mask, return_weights)
    if inputs == "domains":
        return whole
    return with_front(whole, core.described().spec, leads)


def _bare(weights: str | Path) -> bool:
    """Whether it is a weights file without the description that a preset has beside it."""
    path = Path(weights)
    return path.name.endswith(".weights.h5") and not path.with_name(DESCRIPTION).is_file()


@dataclass(frozen=True)
class _Asked:
    """What `build` was asked for, but for the weights and the model's inputs and outputs."""

    name: str
    spec: SignalSpec | None
    num_classes: int | None
    multi_label: bool | None
    head: Head | None
    options: Mapping[str, Any]

    def made(self) -> Core:
        """A core with random weights; its classes have numbers for names."""
        preset = Preset(self.name, self.spec or PAGE_SPEC, (), dict(self.options))
        classes = 4 if self.num_classes is None else self.num_classes
        head = self.head or Classifier(classes, bool(self.multi_label))
        return _described_by(preset, new_core(preset, head), head)

    def of(self, core: Core, preset: Preset) -> Core:
        """A preset's core on the spec's leads and with the head asked for, if these are others."""
        head = self._new_head(preset)
        known = {"model": self.name, "spec": self.spec, **self.options}
        _check_asked(preset, known if head else known | {"multi_label": self.multi_label})
        spec = self.spec or preset.spec
        other = adapted(core, preset, spec.leads, head, spec.samples)
        return _described_by(other.described(), other, head) if head else other

    def _new_head(self, preset: Preset) -> Head | None:
        """The head asked for, if it is another than the preset's."""
        own = head_of_preset(preset)
        if self.head is not None:
            return None if same_head(self.head, own) else self.head
        if self.num_classes in (None, len(preset.classes)):
            return None
        several = preset.multi_label if self.multi_label is None else self.multi_label
        return Classifier(self.num_classes or 0, several)


def _described_by(preset: Preset, core: Core, head: Head) -> Core:
    """The core, whose preset has its head and as many classes as that gives."""
    classes = tuple(map(str, range(core.output_shape[-1])))
    core.preset = replace(preset, classes=classes, multi_label=head.multi_label, head=written(head))
    return core


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
        "multi_label": preset.multi_label,
    }
    if asked["spec"] is not None:  # its leads and length may be others: `adapted` checks these
        same = {"leads": preset.spec.leads, "samples": preset.spec.samples}
        asked = {**asked, "spec": replace(asked["spec"], **same)}
    for name, value in asked.items():
        if value is not None and _listed(have.get(name)) != _listed(value):
            raise PresetError(f"the weights are of {name} {have.get(name)}, not {value}")


def _listed(value: Any) -> Any:
    """A tuple as the list that JSON makes of it: builders' own defaults are tuples."""
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
