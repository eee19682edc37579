"""The front: from the raw signal to the domains that a core takes."""

from __future__ import annotations

import keras

from ecgzoo.registry import DOMAINS
from ecgzoo.signal_spec import SignalSpec


def with_front(core: keras.Model, spec: SignalSpec) -> keras.Model:
    """The model from signal to probabilities whose domains feed ``core``."""
    signal = keras.Input(spec.shape, name="signal")
    domains = {domain: DOMAINS.get(domain)(spec)(signal) for domain in core.input}
    return keras.Model(signal, core(domains), name=f"{core.name}_signal")


def core_of(model: keras.Model) -> keras.Model:
    """The core of a model that :func:`build` made, or the model itself if it is one."""
    cores = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    return cores[0] if cores else model
