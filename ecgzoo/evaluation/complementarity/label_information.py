"""What embeddings tell about the label, by the losses of cross-fitted classifiers.

The information of D about Y is what knowing D takes off the log loss of the best classifier:
``I(Y; D) = H(Y) - H(Y | D)``, and with another domain given, ``I(Y; D2 | D1) = H(Y | D1) -
H(Y | D1, D2)``. A classifier that is not the best has a higher loss than the conditional entropy,
so each term is estimated from above, and the difference from either side; what the classifier
cannot use, it does not find. Losses are of records that the classifier was not fitted to, so noise
costs instead of pays, and an estimate below zero says that the classifier was better off without.
Source: Xu and others (2020), A Theory of Usable Information under Computational Constraints, ICLR
(V-information); McAllester and Stratos (2020), Formal Limitations on the Measurement of Mutual
Information, AISTATS (differences of entropies).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import (
    check_labels,
    check_lengths,
    check_members,
    several_at_once,
)
from ecgzoo.evaluation.bootstrap import Interval, check_settings, percentile_interval, resampled
from ecgzoo.evaluation.complementarity.correlation import check_embeddings
from ecgzoo.evaluation.results import Told
from ecgzoo.evaluation.weighted import group_index

FOLDS = 5
INNER_FOLDS = 3  # of a training part, to choose its penalty
PENALTIES = (0.001, 0.01, 0.1, 1.0)  # inverse strengths
LEAST_PROBABILITY = 1e-15


def label_information(
    labels: ArrayLike,
    added: ArrayLike,
    groups: ArrayLike,
    given: ArrayLike | None = None,
    classifier: Any = None,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Nats that some features tell about the label, beyond what is given.

    Args:
        labels: class indices, int ``[n]``; or of several at once zeros and ones ``[n, classes]``,
            of which the classes' nats are summed.
        added: features ``[n, width]``.
        groups: the group (patient) of each record, ``[n]``; none is fitted to and asked about.
        given: features that are known already, ``[n, another width]``; None for no others.
        classifier: of scikit-learn, with ``predict_proba``; by default logistic regression on
            standardised features. It is cloned for each fold.
        resamples: number of bootstrap resamples.
        seed: of folds and resamples.
        level: coverage of the interval.

    Returns:
        The estimate, with a group-bootstrap interval of the records' losses. The classifiers are
        not fitted again, so it leaves out what other training records would have changed.

    Raises:
        ValueError: on arrays of different lengths, NaN, constant features, fewer than 20 records,
            one class, or a class with fewer than two groups.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.arange(200) % 2
        >>> told = label_information(labels, labels[:, None] + 0.1 * rng.normal(size=(200, 1)),
        ...                          np.arange(200))
        >>> bool(0.5 < told.estimate < np.log(2))  # a coin has 0.69 nats
        True
    """
    new = check_embeddings(added, "added")
    known = np.empty((len(new), 0)) if given is None else check_embeddings(given, "given")
    check_lengths(added=new, given=known, labels=labels, groups=groups)
    before, after = (
        label_losses(labels, one, groups, classifier, seed)
        for one in (known, np.hstack([known, new]))
    )
    return mean_interval(before - after, groups, resamples, seed, level)


def label_losses(
    labels: ArrayLike,
    features: np.ndarray,
    groups: ArrayLike,
    classifier: Any = None,
    seed: int = 0,
) -> np.ndarray:
    """The out-of-fold log loss of each record, in nats: float64 ``[n]``.

    Without features (of width 0), that of the classes' shares in the training part. Of several
    labels at once, ``[n, classes]``, it is the sum of each class's own, one against the rest.

    Raises:
        ValueError: as :func:`label_information` does.
    """
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedGroupKFold

    if several_at_once(labels):
        columns = check_members(labels).astype(np.int64).T
        each = [label_losses(one, features, groups, classifier, seed) for one in columns]
        return np.asarray(np.sum(each, axis=0))
    true, names = check_labels(labels, None), np.asarray(groups)
    check_lengths(labels=true, groups=names, features=features)
    folds = _folds(true, names)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    losses = np.empty(len(true))
    for train, test in splitter.split(true, true, names):
        shares = _shares(true[train], len(test), true.max() + 1)
        if features.shape[1]:
            model = (
                _logistic_regression(true[train], names[train])
                if classifier is None
                else clone(classifier)
            )
            model.fit(features[train], true[train])
            shares[:, model.classes_] = model.predict_proba(features[test])
        told = shares[np.arange(len(test)), true[test]]
        losses[test] = -np.log(np.maximum(told, LEAST_PROBABILITY))
    return losses


def mean_interval(
    values: np.ndarray, groups: ArrayLike, resamples: int = 2000, seed: int = 0, level: float = 0.95
) -> Interval:
    """The mean of a value per record, with a group-bootstrap percentile interval.

    Raises:
        ValueError: on arrays of different lengths, one group only, or settings out of range.

    Example:
        >>> print(mean_interval(np.array([0.0, 1.0, 1.0, 0.0]), list("abcd")))
        0.500 (0.000 to 1.000)
    """
    check_settings(resamples, level)
    check_lengths(values=values, groups=groups)
    index, count = group_index(groups)
    sums, counts = np.bincount(index, values), np.bincount(index)
    means = resampled(lambda each: each @ sums / (each @ counts), count, resamples, seed)
    return percentile_interval(means, float(values.mean()), level)


def _logistic_regression(labels: np.ndarray, groups: np.ndarray) -> Any:
    """Its penalty is chosen inside the training part: at a fixed one, noise costs more."""
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    parts = min(INNER_FOLDS, *_groups_of_each(np.unique(labels), labels, groups))
    chosen = LogisticRegression(max_iter=1000)
    if parts > 1:
        chosen = LogisticRegressionCV(
            Cs=PENALTIES,
            l1_ratios=(0.0,),
            cv=_inner_folds(labels, groups, parts),
            scoring=_mean_log_likelihood,
            max_iter=1000,
            use_legacy_attributes=False,
        )
    return make_pipeline(StandardScaler(), chosen)


def _mean_log_likelihood(model: Any, features: np.ndarray, labels: np.ndarray) -> float:
    """scikit-learn's ``neg_log_loss``, whose checks take longer than to fit to few records."""
    shares = model.predict_proba(features)
    told = shares[np.arange(len(labels)), np.searchsorted(model.classes_, labels)]
    return float(np.log(np.maximum(told, LEAST_PROBABILITY)).mean())


def _inner_folds(labels: np.ndarray, groups: np.ndarray, parts: int) -> list[Any]:
    """Rows to fit to and to ask about, no group in both: one that is known flatters low penalties.

    Records that are groups of their own are cut more evenly by the splitter that knows of none.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    if len(np.unique(groups)) == len(groups):
        return list(StratifiedKFold(parts).split(labels, labels))
    return list(StratifiedGroupKFold(parts).split(labels, labels, groups))


def _shares(labels: np.ndarray, rows: int, classes: int) -> np.ndarray:
    """The classes' shares, as the answer for each of some rows: ``[rows, classes]``."""
    counts = np.bincount(labels, minlength=classes)
    return np.tile(counts / counts.sum(), (rows, 1))


def _folds(labels: np.ndarray, groups: np.ndarray) -> int:
    """As many folds as every class has groups for, five at most."""
    present = np.unique(labels)
    if len(present) < 2:
        raise ValueError(
            f"expected records of at least 2 classes; all {len(labels)} are of class {present[0]}. "
            "Nothing can tell about a label that is always the same."
        )
    counts = _groups_of_each(present, labels, groups)
    if min(counts) < 2:
        raise ValueError(
            f"every class needs records of at least 2 groups, to fit on one and ask about another; "
            f"class {present[int(np.argmin(counts))]} has {min(counts)}. Merge or leave it out."
        )
    return min(FOLDS, min(counts))


def _groups_of_each(classes: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> list[int]:
    """How many groups hold records of each class."""
    return [len(np.unique(groups[labels == one])) for one in classes]


@dataclass(frozen=True)
class Step(Told):
    """What one more domain tells about the label.

    Attributes:
        domain: which is added.
        given: the domains that are there already.
        information: nats, ``I(label; domain | given)``.
    """

    domain: str
    given: tuple[str, ...]
    information: Interval

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
