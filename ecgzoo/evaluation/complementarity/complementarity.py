"""Complementarity: which domains are worth fusing, before anything is fused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.complementarity.correlation import check_embeddings, leading_components
from ecgzoo.evaluation.complementarity.label_information import Losses, Step
from ecgzoo.evaluation.complementarity.relations import Relation, relation
from ecgzoo.evaluation.results import Told, frame
from ecgzoo.evaluation.weighted import checked_labels

if TYPE_CHECKING:
    import pandas as pd

LABEL_COMPONENTS = 8  # of each domain; noise in them costs the classifiers, see the docs
BOOTSTRAPS = 2000
TINY = 1e-6  # a probability of zero has no logarithm


@dataclass(frozen=True)
class Complementarity(Told):
    """How domains are related, and what each adds.

    Attributes:
        entropy: nats that there are to tell about the label, on average.
        relations: of every pair of domains.
        steps: the domain that tells most alone, then the one that adds most to it, and so on.
        added: what each domain tells alone, and what each of every pair adds to the other.
    """

    entropy: float
    relations: tuple[Relation, ...]
    steps: tuple[Step, ...]
    added: tuple[Step, ...]

    @property
    def advice(self) -> str:
        """Which domains seem worth fusing, in sentences, with the uncertainty."""
        first, *others = self.steps
        share = first.information.estimate / self.entropy
        sentences = [
            f"{first.domain} alone tells most about the label: {first.information} of "
            f"{self.entropy:.3f} nats ({share:.0%})."
        ]
        sentences += [step.sentence for step in others]
        sentences.append(
            "The order was chosen on these records, which flatters what stands early; and what "
            "the classifiers here cannot use, a fusion may."
        )
        return " ".join(sentences)

    def to_dict(self) -> dict[str, Any]:
        """The fields and the advice, ready for JSON."""
        return super().to_dict() | {"advice": self.advice}

    def to_frame(self) -> pd.DataFrame:
        """A row per pair of domains and figure, with interval and value by chance."""
        return frame([row for one in self.relations for row in one.to_rows()])


def complementarity(
    embeddings: Mapping[str, ArrayLike],
    labels: ArrayLike,
    groups: ArrayLike,
    folds: ArrayLike | None = None,
    probabilities: Mapping[str, ArrayLike] | None = None,
    classifier: Any = None,
    resamples: int = 100,
    seed: int = 0,
    level: float = 0.95,
) -> Complementarity:
    """Relates anybody's embeddings of several domains to each other and to the label.

    Args:
        embeddings: by domain, two or more, float ``[n, width]`` each, rows in one order. They must
            be of records that their encoders were not trained on.
        labels: class indices, int ``[n]``; or of several at once zeros and ones ``[n, classes]``,
            of which the classes' nats are summed.
        groups: the group (patient) of each record, ``[n]``.
        folds: which encoders embedded each record, ``[n]``, if not all were the same; see
            :func:`~ecgzoo.evaluation.complementarity.relations.relation`.
        probabilities: by domain, ``[n, classes]``: what its own classifier answered, on records
            that it was not trained on. With ``folds`` the information about the label is measured
            on their logarithms, since embeddings of different encoders have no common axes;
            without, on the 8 leading components of the embeddings.
        classifier: as for :func:`~ecgzoo.evaluation.complementarity.label_information`.
        resamples: random halves for the relations' intervals.
        seed: of everything drawn.
        level: coverage of the intervals.

    Raises:
        ValueError: on fewer than two domains; arrays of different lengths; NaN or constant
            embeddings; one class or one group only; fewer than 20 records of any fold; or folds
            without probabilities.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.arange(200) % 2
        >>> first = labels[:, None] + rng.normal(size=(200, 2))
        >>> found = complementarity({"a": first, "noise": rng.normal(size=(200, 2))},
        ...                         labels, np.arange(200), resamples=20)
        >>> [step.domain for step in found.steps]
        ['a', 'noise']
    """
    if len(embeddings) < 2:
        raise ValueError(f"expected embeddings of two domains or more; got {list(embeddings)}")
    if folds is not None and probabilities is None:
        raise ValueError(
            "embeddings of several folds have no common axes: give probabilities, too, by domain"
        )
    checked = {name: check_embeddings(one, name) for name, one in embeddings.items()}
    true = checked_labels(labels)
    check_lengths(**checked, labels=true, groups=groups)
    evidence = _evidence(checked, probabilities)
    losses = Losses(true, groups, evidence, classifier, seed)
    entropy = float(losses.of(()).mean())  # what is wrong with the labels is said at once
    intervals = {"resamples": BOOTSTRAPS, "seed": seed, "level": level}
    relations = tuple(
        relation(checked[a], checked[b], groups, folds, (a, b), resamples, seed, level)
        for a, b in combinations(checked, 2)
    )
    alone = [(one, ()) for one in checked]
    pairs = [(a, (b,)) for one in combinations(checked, 2) for a, b in (one, one[::-1])]
    return Complementarity(
        entropy=entropy,
        relations=relations,
        steps=tuple(losses.step(*one, intervals) for one in losses.order()),
        added=tuple(losses.step(*one, intervals) for one in (*alone, *pairs)),
    )


def _evidence(
    embeddings: Mapping[str, np.ndarray], probabilities: Mapping[str, ArrayLike] | None
) -> dict[str, np.ndarray]:
    """What the information about the label is measured on."""
    if probabilities is None:
        return {name: leading_components(one, LABEL_COMPONENTS) for name, one in embeddings.items()}
    if set(probabilities) != set(embeddings):
        raise ValueError(
            f"expected probabilities of {', '.join(embeddings)}; got {', '.join(probabilities)}"
        )
    given = {name: check_embeddings(probabilities[name], name) for name in embeddings}
    check_lengths(embeddings=next(iter(embeddings.values())), **given)
    return {name: np.log(np.clip(one, TINY, 1.0)) for name, one in given.items()}
