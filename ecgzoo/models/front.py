"""The front: from the raw signal to the domains that a core takes."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from ecgzoo.models.placed_leads import PlacedLeads
from ecgzoo.registry import DOMAINS
from ecgzoo.signal_spec import SignalSpec


def with_front(
    core: keras.Model, spec: SignalSpec, leads: Sequence[str] | None = None
) -> keras.Model:
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
    return keras.Model(signal, core(front(whole)), name=f"{core.name}_signal")


def core_of(model: keras.Model) -> keras.Model:
    """The core of a model that :func:`build` made, or the model itself if it is one."""
    parts = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    return parts[-1] if parts else model


def front_of(model: keras.Model) -> keras.Model:
    """The part from the whole signal to the core's domains of a model that takes a signal."""
    return next(layer for layer in model.layers if isinstance(layer, keras.Model))


def _front(spec: SignalSpec, domains: Sequence[str]) -> keras.Model:
    signal = keras.Input(spec.shape, name="signal")
    layers = {domain: DOMAINS.get(domain)(spec)(signal) for domain in domains}
    return keras.Model(signal, layers, name="front")


def _placed(leads: Sequence[str], spec: SignalSpec) -> PlacedLeads:
    known = f"the spec's leads are {', '.join(spec.leads)}"
    if isinstance(leads, str) or not leads or len(set(leads)) != len(leads):
        raise ValueError(f"expected one or more different leads; got {leads!r}; {known}")
    if foreign := [lead for lead in leads if lead not in spec.leads]:
        raise ValueError(f"unknown leads {', '.join(map(repr, foreign))}; {known}")
    places = [list(leads).index(lead) if lead in leads else None for lead in spec.leads]
    return PlacedLeads(places, name="leads")
