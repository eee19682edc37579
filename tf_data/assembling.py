"""Assembling: recordings of any length, rate and leads become a data set of equal windows."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral, Real

import numpy as np

from ecgzoo.errors import DataError, DataWarning, UnknownNameError
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec
from tf_data.dataset import SignalDataset, content_hashes
from tf_data.label_sets import Classes, classes_held
from tf_data.lead_names import picked, source_of
from tf_data.notes import Notes, listed
from tf_data.recording import Recording
from tf_data.resampling import resample, windows
from tf_data.stored_signals import WindowSpool

SHORT = ("refuse", "pad", "skip")
"""What becomes of a record that is shorter than a window."""


def _is_number(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


@dataclass(frozen=True)
class Wanted:
    """What is asked of the recordings.

    Attributes:
        spec: leads, rate, length and unit of a window.
        labels: which of the recordings' label sets; or several, with a plus between them.
        classes: names, in order.
        several: whether several classes may hold at once.
        short: ``"refuse"`` names the records that are shorter than a window; ``"pad"`` puts such a
            record in the middle of one and holds its first and its last value to the ends;
            ``"skip"`` leaves it out and says so.
        unlabelled: whether a record of none of the classes is taken; only where several may hold.
        chosen: whether the classes were asked for, so that one without a record is an error.
        fewest: classes of fewer patients are left out, and records that are of no other.
        overlap: share of a window that the next one of its record repeats at least.

    Raises:
        UnknownNameError: if ``short`` is another word.
        DataError: if ``fewest`` or ``overlap`` is out of its range.
    """

    spec: SignalSpec
    labels: str
    classes: Classes
    several: bool = False
    short: str = "refuse"
    unlabelled: bool = False
    chosen: bool = True
    fewest: int = 1
    overlap: float = 0.0

    def __post_init__(self) -> None:
        if self.short not in SHORT:
            raise UnknownNameError(unknown("short=", self.short, SHORT))
        if not (_is_number(self.fewest, Integral) and self.fewest >= 1):
            raise DataError(f"expected fewest= of at least one patient; got {self.fewest!r}")
        if not (_is_number(self.overlap, Real) and 0 <= self.overlap < 1):
            raise DataError(f"expected overlap= from 0 to below 1; got {self.overlap!r}")

    def takes(self, held: Classes) -> bool:
        """Whether a record of these classes is one of those asked for."""
        return bool(held) or self.unlabelled

    def held(self, labels: Mapping[str, Classes]) -> Classes:
        """Those of the classes that a record has.

        Args:
            labels: its classes, by label set.
        """
        found = classes_held(labels, self.labels, self.unlabelled)
        return tuple(one for one in found if one in self.classes)


@dataclass(frozen=True, eq=False)
class _Cut:
    """What the windows of a recording share, and where they stand among those that were cut."""

    place: int
    name: str
    group: str
    part: str
    held: Classes


@dataclass
class _Left:
    """Names of recordings that cannot be taken, by the reason."""

    short: dict[str, float] = field(default_factory=dict)
    without: dict[str, tuple[str, ...]] = field(default_factory=dict)
    flat: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    seen: int = 0


def assemble(
    recordings: Iterable[Recording], wanted: Wanted, source: str, memory: int | None = None
) -> SignalDataset:
    """Picks leads, resamples and cuts recordings, and puts them in the order of their names.

    Windows lie over a recording as :func:`tf_data.resampling.windows` puts them. A window that is
    flat in every lead is left out, and said.

    Args:
        recordings: each is let go once it is cut.
        wanted: what is asked for.
        source: what the recordings are of, for messages.
        memory: bytes of windows that are held in memory; those of a larger set are kept on the
            disk, and said. By default :data:`tf_data.stored_signals.IN_MEMORY`.

    Raises:
        DataError: if a record lacks a lead, is shorter than a window, stands twice, or a class has
            no record; the message names it. Or if no class has patients enough, or the disk is
            full.
    """
    left, spool = _Left(), WindowSpool(wanted.spec.shape, memory)
    cut: list[_Cut] = []
    for one in recordings:
        left.seen += 1
        held = wanted.held(one.labels)
        if wanted.takes(held):
            windows_of = _windows(one, wanted, left)
            if windows_of is not None:
                spool.add(windows_of)
                cut.append(_Cut(len(cut), one.name, one.group or one.name, one.part, held))
    _tell(left, wanted, source)
    if not cut:
        raise DataError(f"expected records of {source} with a class of {wanted.labels}; got none")
    classes = _classes(cut, wanted, source)
    cut = [*_of(classes, cut, wanted)]
    cut.sort(key=lambda one: one.name)
    _check_names(cut, source)
    if spool.on_disk:
        _warn(
            f"the windows of {source} take {spool.nbytes / 2**30:.1f} GiB: they are kept on the "
            "disk, and read from there"
        )
    return _dataset(cut, spool, wanted, classes)


def _windows(one: Recording, wanted: Wanted, left: _Left) -> np.ndarray | None:
    leads = wanted.spec.leads
    missing = [lead for lead in leads if source_of(lead, one.leads, one.name) is None]
    if missing:
        left.without[one.name] = tuple(missing)
    if missing or (wanted.short == "refuse" and left.short):
        return None  # it will be refused: nothing more to do but count
    chosen, notes = picked(one.signal, one.leads, leads, one.name)
    left.notes.add(one.name, notes)
    signal = resample(chosen, one.sampling_rate, wanted.spec.sampling_rate)
    lacking = wanted.spec.samples - len(signal)
    if lacking > 0:
        if wanted.short != "pad":
            left.short[one.name] = len(one.signal) / one.sampling_rate
            return None
        signal = pad(signal, wanted.spec.samples)
    found = windows(signal, wanted.spec.samples, wanted.overlap)
    varying = (np.ptp(found, axis=1) > 0).any(axis=1)
    if not varying.all():
        left.flat.append(one.name)
    return found[varying] if varying.any() else None


def pad(signal: np.ndarray, samples: int) -> np.ndarray:
    """A shorter signal in the middle of ``samples``, its first and last value held to the ends.

    Nothing is repeated that could look like a beat.

    Example:
        >>> pad(np.array([[1.0], [2.0]]), 5)[:, 0].tolist()
        [1.0, 1.0, 2.0, 2.0, 2.0]
    """
    before = (samples - len(signal)) // 2
    return np.pad(signal, ((before, samples - len(signal) - before), (0, 0)), mode="edge")


def _tell(left: _Left, wanted: Wanted, source: str) -> None:
    if left.without:
        name, missing = next(iter(left.without.items()))
        raise DataError(
            f"expected the leads {', '.join(wanted.spec.leads)} in every record of {source}; "
            f"{len(left.without):,} of {left.seen:,} lack some, such as {name}, which lacks "
            f"{', '.join(missing)}. Name leads that all have (leads=, --leads), or rename them"
        )
    if left.short:
        name, seconds = next(iter(left.short.items()))
        few = f"record {name} of {source} lasts {seconds:.3g} s, a window {wanted.spec.seconds:g} s"
        if wanted.short == "refuse":
            raise DataError(
                f"{few}: short='pad' holds its ends, short='skip' leaves such records out, and "
                "seconds= takes shorter windows (--short, --seconds)"
            )
        _warn(f"{len(left.short):,} of {left.seen:,} records are left out as too short: {few}")
    for sentence in left.notes.sentences():
        _warn(sentence)
    if left.flat:
        _warn(
            f"windows that are flat in every lead are left out of {len(left.flat):,} records of "
            f"{source}: {listed(left.flat)}"
        )


def _check_names(cut: Sequence[_Cut], source: str) -> None:
    for one, other in zip(cut, cut[1:], strict=False):
        if one.name == other.name:
            raise DataError(
                f"expected every record of {source} once; {one.name} stands there twice"
            )


def _dataset(
    cut: list[_Cut], spool: WindowSpool, wanted: Wanted, classes: Classes
) -> SignalDataset:
    counts = [spool.counts[one.place] for one in cut]
    labels = np.repeat(_labels([one.held for one in cut], classes, wanted.several), counts, axis=0)
    names, groups, parts = (
        np.repeat([getattr(one, column) for one in cut], counts)
        for column in ("name", "group", "part")
    )
    signals = spool.signals([one.place for one in cut])
    return SignalDataset(
        signals=signals,
        labels=labels,
        groups=groups,
        hashes=content_hashes(signals),
        names=names,
        spec=wanted.spec,
        classes=classes,
        parts=parts if (parts != "").any() else None,
    )


def _classes(cut: Sequence[_Cut], wanted: Wanted, source: str) -> Classes:
    """The classes that enough patients have, in order."""
    patients: dict[str, set[str]] = {name: set() for name in wanted.classes}
    for one in cut:
        for name in one.held:
            patients[name].add(one.group)
    absent = [name for name, groups in patients.items() if not groups]
    if absent and wanted.chosen:
        raise DataError(
            f"expected a record of every class in {source}; none is of {listed(absent)}. Leave it "
            "out of classes= (--classes)"
        )
    if absent:
        _warn(f"no record of {source} is of {listed(absent)}: left out of the classes")
    rare = [name for name, groups in patients.items() if 0 < len(groups) < wanted.fewest]
    if rare:
        _warn(
            f"fewer than {wanted.fewest} patients of {source} have {listed(rare)}: left out of the "
            "classes"
        )
    found = tuple(name for name in wanted.classes if len(patients[name]) >= wanted.fewest)
    if wanted.classes and not found:  # a regression has none
        raise DataError(
            f"expected a class of {source} that {wanted.fewest} patients have; none is. Ask for "
            "fewer (fewest=, --fewest)"
        )
    return found


def _of(classes: Classes, cut: Iterable[_Cut], wanted: Wanted) -> Iterator[_Cut]:
    """Those that are of the classes, without the other ones."""
    for one in cut:
        held = tuple(name for name in one.held if name in classes)
        if wanted.takes(held):
            yield replace(one, held=held)


def _labels(held: Sequence[Classes], classes: Classes, several: bool) -> np.ndarray:
    row = {name: index for index, name in enumerate(classes)}
    if not several:
        return np.array([row[names[0]] for names in held], np.int64)
    labels = np.zeros((len(held), len(classes)), np.int64)
    for record, names in enumerate(held):
        labels[record, [row[name] for name in names]] = 1
    return labels


def _warn(message: str) -> None:
    warnings.warn(message, DataWarning, stacklevel=4)
