"""SignalDataset: signals with their labels, groups, names and the spec that says what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.artifact.answers import check_class_names
from ecgzoo.signal_spec import SignalSpec
from tf_data.stored_signals import Signals, taken


def content_hash(signal: np.ndarray) -> str:
    """SHA-256 of a signal's samples as little-endian float32, row by row, in hexadecimal.

    Files of one recording may differ in format and header; their samples do not.

    Args:
        signal: ``[samples, leads]``.

    Example:
        >>> content_hash(np.zeros((2, 1)))[:8] == hashlib.sha256(bytes(8)).hexdigest()[:8]
        True
    """
    return hashlib.sha256(np.ascontiguousarray(signal, "<f4").tobytes()).hexdigest()


def content_hashes(signals: Signals) -> np.ndarray:
    """:func:`content_hash` of each of ``[n, samples, leads]``: str ``[n]``."""
    return np.array([content_hash(signal) for signal in signals])


def is_regression(labels: np.ndarray) -> bool:
    """Whether labels are numbers to estimate, and no classes: whether they are floating-point.

    Example:
        >>> is_regression(np.array([61.5])), is_regression(np.array([1]))
        (True, False)
    """
    return bool(np.issubdtype(labels.dtype, np.floating))


def targets_of(labels: np.ndarray, classes: int) -> np.ndarray:
    """What a model is to answer for labels: float32 ``[n, classes]``, mostly ones and zeros.

    Args:
        labels: class indices ``[n]``; zeros and ones ``[n, classes]``; or, of a regression, the
            floating-point number of each, ``[n]``, which becomes ``[n, 1]``.
        classes: how many there are.

    Example:
        >>> targets_of(np.array([1, 0]), 2).tolist(), targets_of(np.array([[1, 1]]), 2).tolist()
        ([[0.0, 1.0], [1.0, 0.0]], [[1.0, 1.0]])
    """
    if labels.ndim == 2:
        return labels.astype(np.float32)
    if is_regression(labels):
        return labels[:, None].astype(np.float32)
    return np.eye(classes, dtype=np.float32)[labels]


COLUMNS = ("labels", "groups", "hashes", "names", "parts")


@dataclass(frozen=True, eq=False)
class SignalDataset:
    """Records, row for row.

    Attributes:
        signals: float32 ``[n, samples, leads]`` in ``spec.unit``; of a set that is larger than
            memory :class:`~tf_data.stored_signals.StoredSignals`, which lie on the disk.
        labels: int64 ``[n]`` class indices; or, where several classes may hold at once, int64
            ``[n, classes]`` zeros and ones; or, of a regression, float64 ``[n]``, the number that
            is to be estimated, whose name is the only one in ``classes``.
        groups: str ``[n]``; rows of one group (a patient) never stand in two parts of a split.
        hashes: str ``[n]``; SHA-256 of the content; copies share it.
        names: str ``[n]``; which record each row is of. Windows of one record share its name.
        spec: what ``signals`` means.
        classes: class names, in label order.
        parts: str ``[n]``; the published part of each row: ``"train"``, ``"validation"``,
            ``"test"``, or ``""`` of one that is in none; None where nothing is published.

    Raises:
        ValueError: if the arrays differ in length, ``signals`` has another shape than ``spec``, or
            labels of several classes are not one column per class, or a class's name holds a bar.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=128, samples=128)
        >>> ids = np.array(["a", "b"])
        >>> data = SignalDataset(
        ...     np.zeros((2, 128, 1), "float32"), np.array([0, 1]), ids, ids, ids, spec, ("x", "y")
        ... )
        >>> len(data), data.take([1]).names
        (2, array(['b'], dtype='<U1'))
    """

    signals: Signals
    labels: np.ndarray
    groups: np.ndarray
    hashes: np.ndarray
    names: np.ndarray
    spec: SignalSpec
    classes: tuple[str, ...]
    parts: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name in COLUMNS:
            column = getattr(self, name)
            if column is not None and len(column) != len(self.signals):
                raise ValueError(
                    f"expected {len(self.signals)} {name}, one per signal; got {len(column)}"
                )
        if self.multi_label and self.labels.shape[1:] != (len(self.classes),):
            raise ValueError(
                f"expected labels [n, {len(self.classes)}], a column per class; got shape "
                f"{list(self.labels.shape)}"
            )
        if not self.regression:
            check_class_names(self.classes)
        if self.signals.shape[1:] != self.spec.shape:
            raise ValueError(
                f"expected signals [n, {self.spec.samples}, {len(self.spec.leads)}] as the spec "
                f"says; got shape {list(self.signals.shape)}"
            )

    @property
    def multi_label(self) -> bool:
        """Whether several classes may hold at once."""
        return self.labels.ndim == 2

    @property
    def regression(self) -> bool:
        """Whether a number is to be estimated, and no class told."""
        return is_regression(self.labels)

    @property
    def targets(self) -> np.ndarray:
        """What a model is to answer: float32 ``[n, classes]``; see :func:`targets_of`."""
        return targets_of(self.labels, len(self.classes))

    def __len__(self) -> int:
        return len(self.signals)

    def of_classes(self, classes: Sequence[str]) -> SignalDataset:
        """The same records with labels in the order of other classes, among which theirs are.

        Raises:
            ValueError: if a record is of another class; names it.

        Example:
            >>> spec, ids = SignalSpec(("II",), 128, 128), np.array(["a", "b"])
            >>> signals = np.zeros((2, 128, 1), "float32")
            >>> data = SignalDataset(signals, np.array([0, 1]), ids, ids, ids, spec, ("AF", "N"))
            >>> data.of_classes(("N", "MI", "AF")).labels.tolist()
            [2, 0]
        """
        if self.regression:
            return replace(self, classes=tuple(classes))
        if foreign := [name for name in self.classes if name not in classes]:
            raise ValueError(
                f"labels {', '.join(foreign)} are not among the classes {', '.join(classes)}. Name "
                "some with classes= (--classes); a model that is tuned gets a new head for them."
            )
        places = np.array([list(classes).index(name) for name in self.classes])
        if not self.multi_label:
            return replace(self, labels=places[self.labels], classes=tuple(classes))
        labels = np.zeros((len(self), len(classes)), np.int64)
        labels[:, places] = self.labels
        return replace(self, labels=labels, classes=tuple(classes))

    def part(self, name: str) -> SignalDataset:
        """The rows of a published part: ``"train"``, ``"validation"`` or ``"test"``.

        Raises:
            ValueError: if nothing is published, or the part has no rows.
        """
        parts = np.array([""] * len(self)) if self.parts is None else self.parts
        rows = np.flatnonzero(parts == name)
        if not len(rows):
            known = sorted({*parts.tolist()} - {""})
            raise ValueError(
                f"expected a published part with records; got {name!r}, and there are "
                f"{', '.join(known) or 'none'}"
            )
        return self.take(rows)

    def take(self, indices: ArrayLike) -> SignalDataset:
        """The rows at ``indices``, in that order."""
        rows = np.asarray(indices, dtype=np.int64)
        columns = {name: getattr(self, name) for name in ("signals", *COLUMNS)}
        some: dict[str, Any] = {
            name: None if one is None else taken(one, rows) for name, one in columns.items()
        }
        return replace(self, **some)
