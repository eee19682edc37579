"""Explanation: maps of what a model's answers rest on, by domain and on the signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown

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
    """

    method: str
    target: np.ndarray
    probabilities: np.ndarray
    leads: tuple[str, ...]
    domains: Mapping[str, np.ndarray]
    signal: np.ndarray | None = None
    rise: np.ndarray | None = None

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
        import pandas as pd

        rows = [
            {"record": record, "map": name, "lead": lead, "share": share}
            for name, of_records in self.shares().items()
            for record, of_leads in enumerate(of_records.tolist())
            for lead, share in zip(self.leads, of_leads, strict=True)
        ]
        return pd.DataFrame(rows)
