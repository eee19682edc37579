"""explain: a model's answers, by a method of choice, in every domain and on the signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from ecgzoo.domains.layers import DomainOptions
from ecgzoo.errors import UnknownNameError
from ecgzoo.evaluation.results import frame
from ecgzoo.explanation.grad_cam import grad_cam, stretched
from ecgzoo.explanation.gradients import (
    STEPS,
    Arrays,
    Target,
    gradient_x_input,
    integrated_gradients,
    saliency,
    targets,
    with_gradient,
)
from ecgzoo.models.embed import in_batches
from ecgzoo.models.front import core_of
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Explanation:
    """What the answers to some records rest on.

    Attributes:
        method: how it was found.
        target: int ``[n]``, the class that each map is of.
        probabilities: ``[n, classes]``, the model's answer.
        leads: their names, in the order of the maps' last axis.
        domains: by domain, a map of the shape of the core's input.
        signal: a map ``[n, samples, leads]``; None where the method has none.
        rise: ``[n]``, what the signal's map should sum to: the score of the signal minus that of
            the baseline; None but for integrated gradients.
        domain_options: how the model's domains are made.
    """

    method: str
    target: np.ndarray
    probabilities: np.ndarray
    leads: tuple[str, ...]
    domains: Mapping[str, np.ndarray]
    signal: np.ndarray | None = None
    rise: np.ndarray | None = None
    domain_options: DomainOptions = field(default_factory=dict)

    def domain(self, name: str) -> np.ndarray:
        """The map of one domain.

        Raises:
            UnknownNameError: if the model has no such domain; the message names those it has.
        """
        if name not in self.domains:
            raise UnknownNameError(unknown("domain", name, self.domains))
        return self.domains[name]

    def on_signal(self) -> np.ndarray:
        """The map on the signal, ``[n, samples, leads]``.

        Raises:
            ValueError: if there is none: Grad-CAM of domains without a time axis.
        """
        if self.signal is None:
            raise ValueError(
                f"{self.method} of {', '.join(self.domains)} has no time axis to lay on the "
                "signal; ask for saliency or integrated_gradients"
            )
        return self.signal

    def shares(self) -> dict[str, np.ndarray]:
        """Each lead's share of each map's absolute sum, ``[n, leads]`` by domain and ``signal``.

        NaN for a map of zeros.
        """
        whole = {} if self.signal is None else {"signal": self.signal}
        found = {}
        for name, one in {**self.domains, **whole}.items():
            by_lead = np.abs(one).sum(axis=tuple(range(1, one.ndim - 1)))
            total = by_lead.sum(axis=1, keepdims=True)
            found[name] = np.divide(
                by_lead, total, out=np.full(by_lead.shape, np.nan), where=total > 0
            )
        return found

    def to_frame(self) -> pd.DataFrame:
        """A row per record, map and lead: the lead's share of the map."""
        rows = [
            {"record": record, "map": name, "lead": lead, "share": share}
            for name, of_records in self.shares().items()
            for record, of_leads in enumerate(of_records.tolist())
            for lead, share in zip(self.leads, of_leads, strict=True)
        ]
        return frame(rows)


SIGNAL = "signal"
METHODS = ("saliency", "gradient_x_input", "integrated_gradients", "grad_cam")


def explain(
    model: keras.Model,
    signals: np.ndarray,
    spec: SignalSpec,
    method: str = "saliency",
    target: Target = None,
    classes: Sequence[str] = (),
    steps: int = STEPS,
) -> Explanation:
    """Explains a model's answers to signals.

    What is explained is the probability of the class; of the fusion ``vote``, which has no
    gradient, the mean of its branches' probabilities. The baseline of integrated gradients is a
    signal of zeros, and in the domains what they make of that.

    Args:
        model: as :func:`ecgzoo.build` makes it, from the signal or from its domains.
        signals: float ``[n, samples, leads]``.
        spec: what they mean.
        method: a name of ``METHODS``.
        target: a class's name or index, an index per signal, or None for each one's most probable.
        classes: the classes' names; needed where ``target`` is one.
        steps: of integrated gradients.

    Raises:
        SignalError: if the signals do not meet the spec: another shape, NaN, constant.
        UnknownNameError: if there is no such method or class; the message suggests the nearest.
        ValueError: if an index is none of a class.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("I", "II"), 250, 500)
        >>> model = ecgzoo.build("hybrid1", spec, num_classes=3)
        >>> signal = np.random.default_rng(0).normal(size=(1, 500, 2))
        >>> found = explain(model, signal, spec, "grad_cam")
        >>> {name: one.shape for name, one in found.domains.items()}
        {'time': (1, 500, 2), 'time_frequency': (1, 48, 64, 2)}
    """
    if method not in METHODS:
        raise UnknownNameError(unknown("method", method, METHODS))
    signals, core = spec.check(signals), core_of(model)
    layers = core.domain_layers(spec)
    domains = {name: in_batches(layer, signals) for name, layer in layers.items()}
    probabilities = in_batches(lambda rows: core(rows, training=False), domains)
    chosen = targets(target, probabilities, classes)
    of_domains, on_signal, rise = _maps(core, layers, domains, signals, method, chosen, steps)
    return Explanation(
        method,
        chosen,
        probabilities,
        spec.leads,
        of_domains,
        on_signal,
        rise,
        core.domain_options,
    )


def _maps(
    core: keras.Model,
    layers: Mapping[str, keras.layers.Layer],
    domains: Arrays,
    signals: np.ndarray,
    method: str,
    chosen: np.ndarray,
    steps: int,
) -> tuple[dict[str, np.ndarray], np.ndarray | None, np.ndarray | None]:
    """The maps by domain, the one on the signal, and what that sums to, where there are such."""
    if method == "grad_cam":
        cams = grad_cam(core, domains, chosen)
        return cams, _laid_on_signal(cams, layers, signals.shape), None
    answer = with_gradient(core)

    def of_domains(inputs: dict[str, Any]) -> Any:
        return answer(inputs, training=False)

    def of_signal(inputs: dict[str, Any]) -> Any:
        return of_domains({name: layer(inputs[SIGNAL]) for name, layer in layers.items()})

    whole = {SIGNAL: signals}
    if method == "integrated_gradients":
        nothing = np.zeros_like(signals[:1])
        empty = {name: in_batches(layer, nothing) for name, layer in layers.items()}
        shares, _ = integrated_gradients(of_domains, domains, chosen, empty, steps)
        on, rise = integrated_gradients(of_signal, whole, chosen, {SIGNAL: nothing}, steps)
        return shares, on[SIGNAL], rise
    attribute = {"saliency": saliency, "gradient_x_input": gradient_x_input}[method]
    on_signal = attribute(of_signal, whole, chosen)[SIGNAL]
    return attribute(of_domains, domains, chosen), on_signal, None


def _laid_on_signal(
    maps: Arrays, layers: Mapping[str, Any], shape: tuple[int, ...]
) -> np.ndarray | None:
    """The sum of the maps along time, ``[n, samples, leads]``, alike in all leads.

    Those count whose domain's layer says its ``time_axis``; None where none does. The sum over all
    places stays what it is over these domains.
    """
    found = None
    for name, one in maps.items():
        axis = getattr(layers[name], "time_axis", None)
        if axis is not None:
            others = tuple(i for i in range(1, one.ndim) if i != axis)
            laid = stretched(one.sum(axis=others), shape)
            found = laid if found is None else found + laid
    return found
