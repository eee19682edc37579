"""The core: from named domains to probabilities; it owns every weight of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from ecgzoo.encoders.features import Features
from ecgzoo.models.classifier import Classifier
from ecgzoo.registry import DOMAINS, ENCODERS, FUSIONS
from ecgzoo.signal_spec import SignalSpec


def make_core(
    spec: SignalSpec,
    classifier: Classifier,
    domains: Sequence[str],
    fusion: str = "concat",
    encoders: Mapping[str, str] | None = None,
    name: str = "core",
) -> keras.Model:
    """Joins an encoder per domain, a fusion (where there are several) and a classifier.

    Args:
        spec: the signals that the domains are computed from; gives the inputs' shapes.
        classifier: the head.
        domains: names of registered domains, in order.
        fusion: name of a registered fusion; not used with one domain.
        encoders: encoder names by domain, where another than the domain's own is wanted.
        name: the Keras model's name.

    Raises:
        UnknownNameError: if a domain, encoder or fusion is not registered.
        ValueError: if there is no domain, or one stands twice.

    Example:
        >>> from ecgzoo import SignalSpec
        >>> spec = SignalSpec(("I", "II"), sampling_rate=250, samples=1000)
        >>> core = make_core(spec, Classifier(num_classes=3), ["time", "frequency"])
        >>> sorted(core.input), core.output_shape
        (['frequency', 'time'], (None, 3))
    """
    if not domains or len(set(domains)) != len(domains):
        raise ValueError(f"a model takes one or more different domains; got {list(domains)}")
    inputs = {domain: domain_input(domain, spec) for domain in domains}
    chosen = dict(encoders or {})
    features = {
        domain: ENCODERS.get(chosen.get(domain, DOMAINS.info(domain)["encoder"]))(tensor, domain)
        for domain, tensor in inputs.items()
    }
    join = FUSIONS.get(fusion) if len(domains) > 1 else _only
    return keras.Model(inputs, classifier(join(features)), name=name)


def _only(features: Mapping[str, Features]) -> Any:
    """The embedding of the one domain there is: nothing to fuse."""
    (one,) = features.values()
    return one.vector


def domain_input(domain: str, spec: SignalSpec) -> keras.KerasTensor:
    """The symbolic input of one domain, named after it."""
    layer = DOMAINS.get(domain)(spec)
    shape = layer.compute_output_shape((None, *spec.shape))
    return keras.Input(tuple(shape[1:]), name=domain)
