"""DomainCache: domains that pipelines of the same records share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ecgzoo.signal_spec import SignalSpec

Layers = Mapping[str, Any]


class DomainCache:
    """Keeps what was computed, by the records' content: models of one fold take the same domains.

    Attributes:
        kept: domains of records by spec, the records' digest and the domain's name.

    Example:
        >>> spec, cache = SignalSpec(("II",), 128, 128), DomainCache()
        >>> double = lambda signals, layers: {name: 2 * signals for name in layers}
        >>> signals = np.ones((3, 128, 1), np.float32)
        >>> first = cache.domains(signals, spec, {"time": None}, double)["time"]
        >>> cache.domains(signals.copy(), spec, {"time": None}, double)["time"] is first
        True
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[SignalSpec, str, str], Any] = {}

    def domains(
        self,
        signals: np.ndarray,
        spec: SignalSpec,
        layers: Layers,
        compute: Callable[[np.ndarray, Layers], Mapping[str, Any]],
    ) -> dict[str, Any]:
        """The domains of the records by name.

        Args:
            signals: float32 ``[n, samples, leads]``.
            spec: what they mean.
            layers: what computes each domain, by name.
            compute: called with the signals and those layers whose domains are not kept.
        """
        digest = hashlib.sha256(np.ascontiguousarray(signals).data).hexdigest()
        missing = {
            name: layer for name, layer in layers.items() if (spec, digest, name) not in self.kept
        }
        if missing:
            for name, found in compute(signals, missing).items():
                self.kept[spec, digest, name] = found
        return {name: self.kept[spec, digest, name] for name in layers}
