"""SignalModel: from the raw signal, through the domains, to what a core answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from ecgzoo.artifact.preset import Preset
from ecgzoo.models.core import Core, Loaded
from ecgzoo.models.layers import PlacedLeads
from ecgzoo.registry import DOMAINS
from ecgzoo.signal_spec import SignalSpec


@keras.saving.register_keras_serializable(package="ecgzoo")
class SignalModel(keras.Model):
    """A functional model from a signal to a core's answers, as :func:`with_front` makes it.

    Args:
        inputs: the symbolic signal.
        outputs: what the core makes of its domains.
        name: the model's name.
        **kwargs: as of ``keras.Model``.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name=name, **kwargs)

    @property
    def answers(self) -> Core:
        """The core that answers, or a view of one."""
        return next(layer for layer in self.layers if isinstance(layer, Core))

    @property
    def core(self) -> Core:
        """What owns the weights."""
        return self.answers.owner()

    @property
    def front(self) -> keras.Model:
        """From the whole signal to the core's domains."""
        return self.get_layer(FRONT)

    @property
    def preset(self) -> Preset | None:
        """What it stands for."""
        return self.core.preset

    @property
    def loaded(self) -> Loaded | None:
        """Which of its tensors came from a file; None for random weights."""
        return self.core.loaded


FRONT = "front"


def with_front(core: Core, spec: SignalSpec, leads: Sequence[str] | None = None) -> SignalModel:
    """The model from signal to probabilities whose domains feed ``core``.

    Args:
        core: from domains to probabilities.
        spec: the signals that the core was made for.
        leads: the leads that its signal has, in order, where it lacks some: zeros stand for these.

    Raises:
        ValueError: if the spec has no such lead, or one stands twice.
    """
    shape = spec.shape if leads is None else (spec.samples, len(leads))
    signal = keras.Input(shape, name="signal")
    whole = signal if leads is None else _placed(leads, spec)(signal)
    front = _front(spec, list(core.input))
    return SignalModel(signal, core(front(whole)), name=f"{core.name}_signal")


def core_of(model: keras.Model) -> Core:
    """The core of a model that :func:`build` made.

    Raises:
        ValueError: if it was made by something else.
    """
    if isinstance(model, Core):
        return model.owner()
    if isinstance(model, SignalModel):
        return model.core
    raise ValueError(
        "expected a model that ecgzoo.build returned, which knows its leads and classes; got "
        f"{model.name}. Build it, set its weights, and pass that."
    )


def _front(spec: SignalSpec, domains: Sequence[str]) -> keras.Model:
    signal = keras.Input(spec.shape, name="signal")
    layers = {domain: DOMAINS.get(domain)(spec)(signal) for domain in domains}
    return keras.Model(signal, layers, name=FRONT)


def _placed(leads: Sequence[str], spec: SignalSpec) -> PlacedLeads:
    known = f"the spec's leads are {', '.join(spec.leads)}"
    if isinstance(leads, str) or not leads or len(set(leads)) != len(leads):
        raise ValueError(f"expected one or more different leads; got {leads!r}; {known}")
    if foreign := [lead for lead in leads if lead not in spec.leads]:
        raise ValueError(f"unknown leads {', '.join(map(repr, foreign))}; {known}")
    places = [list(leads).index(lead) if lead in leads else None for lead in spec.leads]
    return PlacedLeads(places, name="leads")
