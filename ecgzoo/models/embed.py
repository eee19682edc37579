"""Embed: signals to embeddings, in memory, by a model or without one."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.artifact.resolution import resolve
from ecgzoo.domains.layers import DomainOptions, domain_layers
from ecgzoo.errors import SignalError
from ecgzoo.evaluation.complementarity.correlation import pooled
from ecgzoo.models.core import Core
from ecgzoo.models.front import SignalModel, core_of
from ecgzoo.models.views import embeddings as embeddings_view
from ecgzoo.models.weights import load_preset
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.signal_spec import SignalSpec

BATCH = 64


def in_batches(answer: Callable[[Any], Any], inputs: Any) -> Any:
    """Asks about all records, and joins the answers.

    Args:
        answer: takes some records and answers each by itself, such as a layer.
        inputs: arrays ``[n, ...]``: one, or several by name.

    Returns:
        What ``answer`` gives, as numpy arrays ``[n, ...]``: one, or several by name.

    Example:
        >>> found = in_batches(lambda x: {"sum": x.sum(axis=1)}, np.ones((100, 3)))
        >>> found["sum"].shape, float(found["sum"].max())
        ((100,), 3.0)
    """
    count = len(keras.tree.flatten(inputs)[0])
    parts = []
    for start in range(0, count, BATCH):
        rows = slice(start, start + BATCH)
        found = answer(keras.tree.map_structure(lambda one, rows=rows: one[rows], inputs))
        parts.append(keras.tree.map_structure(np.asarray, found))
    return keras.tree.map_structure(lambda *several: np.concatenate(several), *parts)


def embed(
    model: Core | SignalModel | str | Path, signals: ArrayLike, spec: SignalSpec | None = None
) -> dict[str, np.ndarray]:
    """A model's embeddings of signals: each domain's pooled vector by its name, and ``fused``.

    Args:
        model: as :func:`~ecgzoo.models.build.build` makes it, or what
            :func:`~ecgzoo.artifact.resolve` finds: a preset's name, a run's folder.
        signals: float ``[n, samples, leads]``, as the model's own ``preset.spec`` says.
        spec: what the signals are, to be checked against that.

    Returns:
        float32 ``[n, width]`` by name.

    Raises:
        UnknownNameError: if there is no such preset.
        PresetError: if the folder is incomplete or damaged.
        SignalError: if the signals are not as the model's spec says, or ``spec`` is another.

    Example:
        >>> import ecgzoo
        >>> model = ecgzoo.build("hybrid1", SignalSpec(("I", "II"), 250, 500), num_classes=3)
        >>> signals = np.random.default_rng(0).normal(size=(5, 500, 2))
        >>> found = embed(model, signals)
        >>> {name: one.shape for name, one in found.items()}
        {'time': (5, 64), 'time_frequency': (5, 64), 'fused': (5, 128)}
    """
    core = (
        core_of(load_preset(resolve(model))[0]) if isinstance(model, str | Path) else core_of(model)
    )
    own = core.preset.spec if core.preset else spec or PAGE_SPEC
    if spec not in (None, own):
        raise SignalError(f"{core.name} takes signals of {own}; got signals of {spec}; resample")
    view = embeddings_view(core)
    layers = core.domain_layers(own)
    return _of_domains(lambda domains: view(domains, training=False), signals, own, layers)


def embed_raw(
    signals: ArrayLike,
    spec: SignalSpec,
    domains: Sequence[str],
    domain_options: DomainOptions | None = None,
) -> dict[str, np.ndarray]:
    """Each raw domain, pooled; no model and nothing trained. See ``pooled``.

    Args:
        signals: float ``[n, samples, leads]``.
        spec: what they mean.
        domains: registered names.
        domain_options: how they are made; see ``ecgzoo.domains.layers``.

    Returns:
        float64 ``[n, width]`` by domain.

    Raises:
        UnknownNameError: if there is no such domain.
        ValueError: if the signals are not as the spec says.

    Example:
        >>> spec = SignalSpec(("I", "II"), 250, 500)
        >>> signals = np.random.default_rng(0).normal(size=(5, 500, 2))
        >>> embed_raw(signals, spec, ["time"])["time"].shape  # two figures, 8 blocks, 2 leads
        (5, 32)
    """
    return _of_domains(
        lambda every: {name: pooled(np.asarray(one)) for name, one in every.items()},
        signals,
        spec,
        domain_layers(domains, spec, domain_options),
    )


def _of_domains(
    answer: Callable[[dict[str, Any]], Mapping[str, Any]],
    signals: ArrayLike,
    spec: SignalSpec,
    layers: Mapping[str, keras.layers.Layer],
) -> dict[str, np.ndarray]:
    """What is made of the domains, of some records at a time: all take several times their room."""

    def of_signals(rows: np.ndarray) -> Mapping[str, Any]:
        return answer({name: layer(rows) for name, layer in layers.items()})

    return dict(in_batches(of_signals, spec.check(np.asarray(signals))))
