"""Domain cache: what was computed of records is kept, as far as there is room."""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.domains.layers import DomainOptions
from ecgzoo.signal_spec import SignalSpec

Layers = Mapping[str, Any]


class DomainCache:
    """Keeps what was computed, by the records' content: models of one fold take the same domains.

    Args:
        most: bytes that are kept at once; what was kept first goes first. By default a quarter of
            the memory that is free.

    Attributes:
        kept: domains of records by spec, the records' digest, the domain's name and its options.
        most: as given.

    Example:
        >>> spec, cache = SignalSpec(("II",), 128, 128), DomainCache()
        >>> double = lambda signals, layers: {name: 2 * signals for name in layers}
        >>> signals = np.ones((3, 128, 1), np.float32)
        >>> first = cache.domains(signals, spec, {"time": None}, double)["time"]
        >>> cache.domains(signals.copy(), spec, {"time": None}, double)["time"] is first
        True
    """

    def __init__(self, most: int | None = None) -> None:
        self.kept: dict[tuple[SignalSpec, str, str, str], Any] = {}
        self.most = free_memory() // 4 if most is None else most

    def domains(
        self,
        signals: np.ndarray,
        spec: SignalSpec,
        layers: Layers,
        compute: Callable[[np.ndarray, Layers], Mapping[str, Any]],
        options: DomainOptions | None = None,
        change: str = "",
    ) -> dict[str, Any]:
        """The domains of the records by name.

        Args:
            signals: float32 ``[n, samples, leads]``.
            spec: what they mean.
            layers: what computes each domain, by name.
            compute: called with the signals and those layers whose domains are not kept.
            options: what the layers were made with.
            change: how the records are changed before.
        """
        told = options or {}
        digest = hashlib.sha256(np.ascontiguousarray(signals).data).hexdigest()
        keys = {
            name: (spec, digest + change, name, json.dumps(told.get(name, {}), sort_keys=True))
            for name in layers
        }
        missing = {name: layer for name, layer in layers.items() if keys[name] not in self.kept}
        if missing:
            for name, found in compute(signals, missing).items():
                self.kept[keys[name]] = found
        wanted = {name: self.kept[key] for name, key in keys.items()}
        for key in [one for one in self.kept if one not in keys.values()]:
            if sum(map(_bytes_of, self.kept.values())) <= self.most:
                break
            del self.kept[key]
        return wanted


def _bytes_of(stored: Any) -> int:
    return 4 * math.prod(stored.shape)  # float32, as all domains


def free_memory() -> int:
    """Bytes of memory that can be had without swapping; 8 GiB where nobody says it.

    Example:
        >>> free_memory() > 0
        True
    """
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        return int(re.findall(r"MemAvailable:\s*(\d+) kB", told)[0]) * 1024
    except (OSError, IndexError):
        return 8 * 2**30
