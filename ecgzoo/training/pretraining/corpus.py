"""Corpus: data sets with labels of their own, side by side for one encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecgzoo.errors import DataError
from ecgzoo.signal_spec import SignalSpec
from tf_data import SignalDataset, load
from tf_data.dataset import targets_of
from tf_data.lead_names import lead_of
from tf_data.splits import grouped

FEWEST = 10  # patients of a class that is learned: of fewer a figure says nothing
FOLDS = 5  # one of them is held out


@dataclass(frozen=True, eq=False)
class Corpus:
    """Data sets side by side.

    Attributes:
        sets: by name; the labels of each are zeros and ones ``[n, classes of the set]``, and its
            leads are among the spec's.
        tasks: by name, such as ``"ptb_xl:superclass"``, the classes that one label set has.
        spec: what a model takes of all of them: every lead that one of them has.
    """

    sets: dict[str, SignalDataset]
    tasks: dict[str, tuple[str, ...]]
    spec: SignalSpec

    @property
    def classes(self) -> tuple[str, ...]:
        """All classes, task by task, each named after its task."""
        return tuple(f"{task}:{name}" for task, names in self.tasks.items() for name in names)

    def columns(self, name: str) -> list[int]:
        """Where the classes of a data set, or of one of its tasks, stand among all."""
        prefix = f"{name}:"
        return [place for place, one in enumerate(self.classes) if one.startswith(prefix)]

    def places(self, name: str) -> list[int]:
        """Where the leads of a data set stand among the spec's."""
        return [self.spec.leads.index(lead) for lead in self.sets[name].spec.leads]

    def placed(self, name: str, windows: np.ndarray) -> np.ndarray:
        """Windows of a data set with all of the spec's leads: float32, zeros where it has none."""
        signals = np.zeros((len(windows), *self.spec.shape), np.float32)
        signals[..., self.places(name)] = windows
        return signals

    def parted(self, seed: int) -> tuple[Corpus, Corpus]:
        """What is learned from, and a fifth of each set's patients that only measures."""
        split = {
            name: grouped(one.labels, one.groups, one.hashes, FOLDS, seed, one.classes)[0]
            for name, one in self.sets.items()
        }
        learned = {
            name: one.take(np.concatenate([split[name].train, split[name].validation]))
            for name, one in self.sets.items()
        }
        held = {name: one.take(split[name].test) for name, one in self.sets.items()}
        return replace(self, sets=learned), replace(self, sets=held)


def read_corpus(
    tasks: Sequence[str],
    rate: float = 100.0,
    seconds: float = 10.0,
    told: Callable[[str], object] | None = None,
) -> Corpus:
    """Reads label sets of data sets, as windows of one rate and length.

    Classes of fewer than ten patients are left out. A record that is shorter than a window stands
    in its middle.

    Args:
        tasks: such as ``"ptb_xl:superclass"``: a name that ``tf_data.load`` knows, and one of its
            label sets. Those of one data set are learned from the same records.
        rate: in Hz.
        seconds: length of a window.
        told: is called with a sentence of what was read.

    Raises:
        UnknownNameError: if there is no such data set or label set, with the nearest names.
        DatasetNotFoundError: if a data set is not prepared; says where to get it.
        DataError: if a task names no label set or stands twice, or a lead has no standard name.

    Example:
        >>> read_corpus(["ptb_xl"])
        Traceback (most recent call last):
        ...
        ecgzoo.errors.DataError: expected tasks such as ptb_xl:superclass, each once; got ptb_xl
    """
    sets: dict[str, SignalDataset] = {}
    classes: dict[str, tuple[str, ...]] = {}
    for name, label_sets in _asked(tasks).items():
        wanted = {"rate": rate, "seconds": seconds, "short": "pad", "unlabelled": True}
        found = {one: _frequent(load(name, labels=one, **wanted)) for one in label_sets}
        classes |= {f"{name}:{one}": data.classes for one, data in found.items()}
        sets[name] = _standard_leads(_merged([*found.values()]), name)
        if told:
            told(_said(name, sets[name]))
    leads = tuple(dict.fromkeys(lead for one in sets.values() for lead in one.spec.leads))
    return Corpus(sets, classes, SignalSpec(leads, rate, round(rate * seconds)))


def _asked(tasks: Sequence[str]) -> dict[str, list[str]]:
    """The label sets by data set."""
    asked: dict[str, list[str]] = {}
    for task in tasks:
        name, _, labels = task.partition(":")
        if not labels or labels in asked.get(name, ()):
            raise DataError(f"expected tasks such as ptb_xl:superclass, each once; got {task}")
        asked.setdefault(name, []).append(labels)
    if not asked:
        raise DataError("expected one task or more, such as ptb_xl:superclass; got none")
    return asked


def _said(name: str, data: SignalDataset) -> str:
    return (
        f"{name}: {len(data):,} windows of {len(set(data.names)):,} records, "
        f"{len(data.spec.leads)} leads, {len(data.classes)} classes"
    )


def _frequent(data: SignalDataset) -> SignalDataset:
    """A data set without its rare classes, its labels as zeros and ones."""
    labels = targets_of(data.labels, len(data.classes)).astype(np.int64)
    patients = [len(set(data.groups[column > 0])) for column in labels.T]
    kept = [place for place, count in enumerate(patients) if count >= FEWEST]
    names = tuple(data.classes[place] for place in kept)
    return replace(data, labels=labels[:, kept], classes=names)


def _merged(found: Sequence[SignalDataset]) -> SignalDataset:
    """The same records with all their label sets."""
    first, *others = found
    for one in others:
        if not np.array_equal(one.hashes, first.hashes):
            raise DataError(
                f"expected label sets of the same {len(first):,} windows; got {len(one):,}"
            )
    labels = np.concatenate([one.labels for one in found], axis=1)
    names = tuple(f"{place}:{name}" for place, one in enumerate(found) for name in one.classes)
    return replace(first, labels=labels, classes=names)


def _standard_leads(data: SignalDataset, name: str) -> SignalDataset:
    """The leads under their standard names, such as II for MLII."""
    known = [lead_of(lead) for lead in data.spec.leads]
    if unnamed := [lead for lead, one in zip(data.spec.leads, known, strict=True) if one is None]:
        raise DataError(f"expected leads of an ECG in {name}; got {', '.join(unnamed)}")
    leads = tuple(one[0] for one in known if one)
    return replace(data, spec=replace(data.spec, leads=leads))
