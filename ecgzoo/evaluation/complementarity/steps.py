"""Steps: what each domain tells about the label beyond those before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.bootstrap import Interval
from ecgzoo.evaluation.complementarity.label_information import label_losses, mean_interval


@dataclass(frozen=True)
class Step:
    """What one more domain tells about the label.

    Attributes:
        domain: which is added.
        given: the domains that are there already.
        information: nats, ``I(label; domain | given)``.
    """

    domain: str
    given: tuple[str, ...]
    information: Interval

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        given, information = list(self.given), self.information.to_dict()
        return {"domain": self.domain, "given": given, "information": information}

    @property
    def sentence(self) -> str:
        """What adding the domain seems worth, and how sure that is."""
        found, given = self.information, " and ".join(self.given)
        start = f"Beyond {given}, {self.domain} adds {found} nats"
        if found.low > 0:
            return f"{start}: the whole interval lies above zero, so it seems worth fusing."
        if found.high < 0:
            return f"{start}: with it the classifiers here know less."
        return f"{start}: these records leave open whether it helps, by {found.high:.3f} at most."


class Losses:
    """Out-of-fold losses by set of domains, each fitted once."""

    def __init__(
        self,
        labels: np.ndarray,
        groups: ArrayLike,
        evidence: Mapping[str, np.ndarray],
        classifier: Any,
        seed: int,
    ) -> None:
        self.labels, self.groups, self.evidence = labels, groups, evidence
        self.classifier, self.seed = classifier, seed
        self.kept: dict[frozenset[str], np.ndarray] = {}

    def of(self, domains: tuple[str, ...]) -> np.ndarray:
        """The records' losses given some domains, ``[n]``."""
        key = frozenset(domains)
        if key not in self.kept:
            columns = [one for name, one in self.evidence.items() if name in key]
            features = np.hstack([np.empty((len(self.labels), 0)), *columns])
            self.kept[key] = label_losses(
                self.labels, features, self.groups, self.classifier, self.seed
            )
        return self.kept[key]

    def step(self, domain: str, given: tuple[str, ...], settings: Mapping[str, Any]) -> Step:
        """What a domain adds to those given."""
        less = self.of(given) - self.of((*given, domain))
        return Step(domain, given, mean_interval(less, self.groups, **settings))

    def order(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each domain with those before it; the next is the one with which the loss is lowest."""
        chosen: list[tuple[str, tuple[str, ...]]] = []
        left = list(self.evidence)
        given: tuple[str, ...] = ()
        while left:
            best = min(left, key=lambda one: float(self.of((*given, one)).mean()))
            chosen.append((best, given))
            given = (*given, best)
            left.remove(best)
        return chosen
