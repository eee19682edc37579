"""Balancing the classes of a training part, before the domains are computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.errors import OversamplingError
from tf_data.dataset import is_regression
from tf_data.stored_signals import Signals, StoredSignals, taken

NEIGHBOURS = 5  # of ADASYN, as in its paper and in imbalanced-learn


@dataclass(frozen=True, eq=False)
class Oversampled:
    """A training part with the records that oversampling appended.

    Attributes:
        signals: float32 ``[n, samples, leads]``; the given records first, in their order.
        labels: int64 ``[n]`` or ``[n, classes]``.
        synthetic: bool ``[n]``, true for appended records.
        before: class name to number of records before.
        after: class name to number of records after.
    """

    signals: Signals
    labels: np.ndarray
    synthetic: np.ndarray
    before: dict[str, int]
    after: dict[str, int]


def oversample(
    method: str, signals: Signals, labels: ArrayLike, seed: int, classes: Sequence[str]
) -> Oversampled:
    """Oversamples by the method called ``method``, a name in :data:`METHODS`.

    Numbers of a regression have no classes to balance: their records are taken as they are.

    Raises:
        OversamplingError: if the name is unknown or the method cannot work on these records.

    Example:
        >>> signals, labels = np.zeros((3, 4, 1), np.float32), np.array([0, 0, 1])
        >>> oversample("random", signals, labels, seed=0, classes=["a", "b"]).after
        {'a': 2, 'b': 2}
    """
    if method not in METHODS:
        raise OversamplingError(f"expected oversampling {' or '.join(METHODS)}; got {method!r}")
    numbers = np.asarray(labels)
    if is_regression(numbers):
        count = {classes[0]: len(numbers)}
        return Oversampled(signals, numbers, np.zeros(len(numbers), bool), count, count)
    return METHODS[method](signals, labels, seed, classes)


def adasyn(signals: Signals, labels: ArrayLike, seed: int, classes: Sequence[str]) -> Oversampled:
    """Adds synthetic records of the rare classes, most where their neighbours are of other classes.

    Source: He, Bai, Garcia and Li (2008), ADASYN, IJCNN, 1322-1328, as imbalanced-learn computes it
    on the flattened signals. Call it on the training part only.

    Args:
        signals: float ``[n, samples, leads]``.
        labels: class indices, int ``[n]``.
        seed: seed of the interpolation; no global state is read or changed.
        classes: class names in label order.

    Raises:
        OversamplingError: on multi-label targets; on a class with too few records, one whose
            nearest neighbours are all of its own kind, or one so close in number to the largest
            that each record's share of the new ones rounds to zero. Copies bring both about.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> signals = rng.normal(size=(30, 8, 2)).astype("float32")
        >>> result = adasyn(signals, np.repeat([0, 1], [20, 10]), seed=0, classes=["a", "b"])
        >>> result.before, len(result.labels) == 30 + result.synthetic.sum()
        ({'a': 20, 'b': 10}, np.True_)
    """
    from imblearn.over_sampling import ADASYN  # takes a second to import

    signals, labels = _checked(signals, labels, classes)
    if labels.ndim == 2:
        raise OversamplingError(
            "ADASYN makes new records between those of one class, and here several classes may "
            'hold at once. Use oversampling="random", which repeats records of rare classes, or '
            '"none"; the loss weighs rare classes in any case.'
        )
    if isinstance(signals, StoredSignals):
        raise OversamplingError(
            f"ADASYN compares all records with each other in memory, and these {len(signals):,} "
            'are too many to be held there. Use oversampling="random" or "square_root".'
        )
    before = _counts(labels, classes)
    _check_enough(before)
    if len(set(before.values())) == 1:
        return none(signals, labels, seed, classes)
    sampler = ADASYN(random_state=seed, n_neighbors=NEIGHBOURS)
    try:
        flat, resampled = sampler.fit_resample(signals.reshape(len(signals), -1), labels)
    except (ValueError, RuntimeError) as error:
        raise OversamplingError(_why(error, before)) from error
    made = flat.reshape(-1, *signals.shape[1:]).astype(np.float32, copy=False)
    return _result(made, resampled, len(labels), classes)


def random(signals: Signals, labels: ArrayLike, seed: int, classes: Sequence[str]) -> Oversampled:
    """Repeats records of the rare classes, drawn at random, until all classes are equal.

    Of several classes at once they cannot be made equal: a record of a rare class often is of a
    common one too. There as many records are appended as make a quarter of the given ones, each
    drawn from the class that is the rarest at that moment, among those below the mean. Source:
    Charte, Rivera, del Jesus and Herrera (2015), Addressing imbalance in multilabel classification,
    Neurocomputing 163:3, algorithm ML-ROS.

    Takes and raises what :func:`adasyn` does, but a class needs one record only.

    Example:
        >>> signals, labels = np.zeros((8, 4, 1), np.float32), np.array([[1, 0]] * 7 + [[1, 1]])
        >>> random(signals, labels, seed=0, classes=["AF", "MI"]).after
        {'AF': 10, 'MI': 3}
    """
    signals, labels = _checked(signals, labels, classes)
    before = _counts(labels, classes)
    _check_enough(before, least=1)
    rng = np.random.default_rng(seed)
    if labels.ndim == 2:
        rows = np.concatenate([np.arange(len(labels)), _repeated(labels, rng)])
        return _result(_with_repeats(signals, rows), labels[rows], len(labels), classes)
    most = max(before.values())
    rows = _filled(labels, dict.fromkeys(range(len(classes)), most), rng)
    return _result(_with_repeats(signals, rows), labels[rows], len(labels), classes)


def square_root(
    signals: Signals, labels: ArrayLike, seed: int, classes: Sequence[str]
) -> Oversampled:
    """Repeats records of the rare classes until each is the root of its share, and not more.

    A class of n records gets the root of n times the largest class: halfway, in ratios, to equal
    classes. Where one class has thousands of records and another has ten, equal classes would be
    the same ten records over and over. Source: Kang et al. (2020), Decoupling representation and
    classifier for long-tailed recognition, arXiv 1910.09217, square-root sampling.

    Takes and raises what :func:`random` does, and refuses several classes at once.

    Example:
        >>> signals, labels = np.zeros((104, 4, 1), np.float32), np.repeat([0, 1], [100, 4])
        >>> square_root(signals, labels, seed=0, classes=["N", "V"]).after
        {'N': 100, 'V': 20}
    """
    signals, labels = _checked(signals, labels, classes)
    if labels.ndim == 2:
        raise OversamplingError(
            "the root of a class's share is of one class per record, and here several may hold at "
            'once. Use oversampling="random", or "none".'
        )
    before = _counts(labels, classes)
    _check_enough(before, least=1)
    most = max(before.values())
    wanted = {row: round(np.sqrt(count * most)) for row, count in enumerate(before.values())}
    rows = _filled(labels, wanted, np.random.default_rng(seed))
    return _result(_with_repeats(signals, rows), labels[rows], len(labels), classes)


def _filled(labels: np.ndarray, wanted: Mapping[int, int], rng: np.random.Generator) -> np.ndarray:
    """All rows, and behind them repeats, so many that each class has as many as wanted."""
    members = {label: np.flatnonzero(labels == label) for label in wanted}
    repeats = [rng.choice(rows, wanted[label] - len(rows)) for label, rows in members.items()]
    return np.concatenate([np.arange(len(labels)), *repeats])


def _with_repeats(signals: Signals, rows: np.ndarray) -> Signals:
    """All signals, and behind them repeats; themselves, and no copy, where nothing is repeated."""
    return signals if len(rows) == len(signals) else taken(signals, rows)


SHARE = 0.25  # of the given records, that are appended where several classes may hold at once


def _repeated(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows to append, each of the class below the mean that is the rarest by then."""
    members = [np.flatnonzero(column) for column in labels.T]
    counts = labels.sum(axis=0)
    rare = np.flatnonzero(counts < counts.mean())
    rows: list[int] = []
    while len(rare) and len(rows) < SHARE * len(labels):
        row = rng.choice(members[rare[counts[rare].argmin()]])
        rows.append(int(row))
        counts = counts + labels[row]
    return np.array(rows, np.int64)


def none(signals: Signals, labels: ArrayLike, seed: int, classes: Sequence[str]) -> Oversampled:
    """Leaves the records as they are."""
    del seed
    signals, labels = _checked(signals, labels, classes)
    return _result(signals, labels, len(labels), classes)


METHODS: dict[str, Callable[[Signals, ArrayLike, int, Sequence[str]], Oversampled]] = {
    "adasyn": adasyn,
    "random": random,
    "square_root": square_root,
    "none": none,
}


def _checked(
    signals: Signals, labels: ArrayLike, classes: Sequence[str]
) -> tuple[Signals, np.ndarray]:
    labels = np.asarray(labels)
    stored = isinstance(signals, StoredSignals)  # whose records were checked one by one
    signals = signals if stored else np.asarray(signals, np.float32)
    if labels.ndim not in (1, 2):
        raise OversamplingError(
            "oversampling takes a class index per record, or zeros and ones of every class; got "
            f"targets {list(labels.shape)}"
        )
    if signals.ndim != 3 or len(signals) != len(labels):
        raise OversamplingError(
            f"expected signals [{len(labels)}, samples, leads]; got shape {list(signals.shape)}"
        )
    if not (stored or np.isfinite(signals).all()):
        raise OversamplingError("expected finite signals; got NaN or infinite samples")
    if labels.ndim == 1 and labels.size and not 0 <= labels.min() <= labels.max() < len(classes):
        raise OversamplingError(f"expected labels from 0 to {len(classes) - 1}; got others")
    return signals, labels


def _counts(labels: np.ndarray, classes: Sequence[str]) -> dict[str, int]:
    if labels.ndim == 2:  # multi-label: a record counts for each of its classes
        numbers = (labels > 0).sum(axis=0)
    else:
        numbers = np.bincount(labels.astype(np.int64), minlength=len(classes))
    return dict(zip(classes, map(int, numbers), strict=True))


def _check_enough(counts: dict[str, int], least: int = NEIGHBOURS + 1) -> None:
    few = [f"{name} has {count}" for name, count in counts.items() if count < least]
    if few:
        raise OversamplingError(
            f"every class needs at least {least} records here; {', '.join(few)}. "
            "Merge it, leave it out of classes= (--classes), or use oversampling='none'."
        )


def _why(error: Exception, before: Mapping[str, int]) -> str:
    most = max(before.values())
    missing = ", ".join(f"{name} {most - count}" for name, count in before.items() if count < most)
    if "No samples" in str(error):
        reason = (
            "a class is so close to the largest one that each of its records' share of the new "
            f"ones rounds to zero (records missing: {missing}), as where copies of records fill "
            "up the rare classes"
        )
    elif "neigbours" in str(error):  # the library spells it so
        reason = (
            "all nearest neighbours of a rare class's records are of that class itself, as where "
            "they are copies of each other, so there is no border to add records at"
        )
    else:
        reason = f"imbalanced-learn says: {error}"
    return (
        f"ADASYN cannot oversample this training part: {reason}. De-duplicate the records, use the "
        'grouped protocol, or use oversampling="none" (or "random").'
    )


def _result(
    signals: Signals, labels: np.ndarray, given: int, classes: Sequence[str]
) -> Oversampled:
    return Oversampled(
        signals=signals,
        labels=labels.astype(np.int64, copy=False),
        synthetic=np.arange(len(labels)) >= given,
        before=_counts(labels[:given], classes),
        after=_counts(labels, classes),
    )
