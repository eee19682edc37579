"""Records of one's own, with a table of labels, as a data set."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import DataError
from ecgzoo.signal_spec import SignalSpec
from tf_data.assembling import Wanted, assemble
from tf_data.common_spec import Leads, common_spec, surveyed
from tf_data.dataset import SignalDataset
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord
from tf_data.label_table import LabelTable
from tf_data.labelled_records import raw_records, tell
from tf_data.lead_names import check_names, source_of
from tf_data.notes import Notes, listed
from tf_data.recording import Recording
from tf_data.records import checked
from tf_data.resampling import unit_factor
from tf_data.table_lines import Labels
from tf_data.tested_labels import joined_table

LABELS = "labels"


def read_records(
    data: str | Path,
    labels: Labels,
    spec: SignalSpec | Mapping[str, Any] | None = None,
    classes: Sequence[str] | None = None,
    rename: Mapping[str, str] | None = None,
    multi_label: bool = False,
    short: str = "refuse",
    leads: Sequence[str] | None = None,
    rate: float | None = None,
    seconds: float | None = None,
    sampling_rate: float | None = None,
    unit: str = "mV",
    test_labels: Labels | None = None,
    target: str | None = None,
    fewest: int = 1,
    overlap: float = 0.0,
) -> SignalDataset:
    r"""Records of one's own as windows of one length, with their classes and patients.

    Args:
        data: a folder of records of any format (docs/formats.md), named with or without their
            ending; or one ``.csv`` table with a column ``record``, a column per lead and a line per
            sample.
        labels: a ``.csv`` table, a DataFrame or a dictionary, as
            :func:`~tf_data.label_table.read_label_table` reads it. Records that it does not name
            are not read.
        spec: leads, rate, length and unit wanted; or its dictionary. What neither it nor the
            arguments below say is taken from the records: the leads that all have, in the order of
            the first by name, the commonest rate, and the length of the shortest.
        classes: their names, in order; by default those that come, in the order of the alphabet, or
            of the table's columns where it has one per class.
        rename: other names of leads, such as ``{"ECG": "I"}``; those of
            :mod:`tf_data.lead_names` are known.
        multi_label: whether several classes may hold at once though the table names one per record.
        short: of a record shorter than a window: ``"refuse"``, ``"pad"`` (in the middle, its ends
            held) or ``"skip"``.
        leads: instead of the spec's; for files that do not name theirs, the names of the columns.
        rate: in Hz, to resample to; instead of the spec's.
        seconds: of a window; instead of the spec's.
        sampling_rate: in Hz; of files that do not say it.
        unit: of files that do not say it.
        test_labels: another table, of records that are only tested on.
        target: a column of numbers to estimate, such as ``"age"``, instead of classes.
        fewest: classes of fewer patients are left out.
        overlap: share of a window that the next one of its record repeats at least; a model asked
            for a record takes one half.

    Returns:
        Windows by the name of their record. Its parts are those of a column ``split``, or train and
        test where there are ``test_labels``.

    Raises:
        FileNotFoundError: if a table, the folder or a record is missing; names it.
        UnknownNameError: if ``short`` is another word.
        SignalError: if a record is unfit; or (DataError) a label, a class or a lead: names it.

    Warns:
        DataWarning: of what was assumed, such as which column is the patient.

    Example:
        >>> import tempfile
        >>> folder, ramp = Path(tempfile.mkdtemp()), np.linspace(0, 1, 256)[:, None]
        >>> for name in ("a", "b"):
        ...     np.save(folder / f"{name}.npy", ramp)
        ...     ramp = ramp**2
        >>> found = read_records(folder, {"a": "N", "b": "AF"}, leads=["II"], sampling_rate=128)
        >>> found.signals.shape, found.classes, found.labels.tolist()
        ((2, 256, 1), ('AF', 'N'), [1, 0])
    """
    classes = (classes,) if isinstance(classes, str) else classes
    table = joined_table(labels, test_labels, classes, target)
    tell(table.notes)
    if isinstance(spec, Mapping):
        spec = SignalSpec.from_dict(spec)
    wanted = (leads,) if isinstance(leads, str) else tuple(leads or (spec.leads if spec else ()))
    aim = spec.unit if spec else ("mV" if unit.lower() in MILLIVOLTS else unit)
    _check_above_zero(rate=rate, seconds=seconds)
    if wanted:
        check_names(wanted)
    if not isinstance(rename or {}, Mapping):
        raise DataError(f"expected rename= as a dictionary, such as {{'ECG': 'I'}}; got {rename!r}")
    notes = Notes()
    source = _Source(Path(data), rename or {}, sampling_rate, unit, aim)
    found = _recordings(source, table, wanted, notes)
    if spec is not None:
        rate, seconds = rate or spec.sampling_rate, seconds or spec.seconds
    if not (wanted and rate and seconds):  # all of them say it
        shapes, held = surveyed(found)
        chosen = common_spec(shapes, wanted, rate, seconds, aim)
        if held is None:
            notes = Notes()
            found = _recordings(source, table, wanted, notes)
        else:
            found = iter(held)
    else:
        together = spec is None or spec.simultaneous
        chosen = SignalSpec(wanted, rate, round(rate * seconds), aim, together)
    several = table.several or multi_label
    asked = Wanted(
        spec=chosen,
        labels=LABELS,
        classes=tuple(classes or table.classes),
        several=several,
        short=short,
        unlabelled=several,
        chosen=classes is not None,
        fewest=fewest,
        overlap=overlap,
    )
    dataset = assemble(found, asked, Path(data).name)
    if target is not None:
        dataset = _with_numbers(dataset, table, target)
    tell([*notes.sentences(), *_copies(dataset)])
    return dataset


def _with_numbers(dataset: SignalDataset, table: LabelTable, target: str) -> SignalDataset:
    """The windows with the number of their record instead of classes."""
    values = dict(zip(table.names, table.values or (), strict=True))
    numbers = np.array([values[name] for name in dataset.names.tolist()], np.float64)
    return replace(dataset, labels=numbers, classes=(target,))


def _check_above_zero(**wanted: float | None) -> None:
    for name, value in wanted.items():
        number = isinstance(value, Real) and not isinstance(value, bool)
        if value is not None and not (number and 0 < value < math.inf):
            raise DataError(f"expected {name}= above 0; got {value!r}")


@dataclass(frozen=True)
class _Source:
    """Where the records lie, and what they mean where they do not say it."""

    data: Path
    rename: Mapping[str, str]
    sampling_rate: float | None
    unit: str
    aim: str  # the unit wanted


def _recordings(
    source: _Source, table: LabelTable, wanted: Leads, notes: Notes
) -> Iterator[Recording]:
    """The records that the table names, one at a time, in the unit that is asked for."""
    if not source.data.exists():
        raise FileNotFoundError(f"no folder or table {source.data}. Check the path.")
    raw = raw_records(source.data, table.names, wanted or None, source.rename, source.sampling_rate)
    parts = table.parts or [""] * len(table.names)
    columns = zip(table.names, table.labels, table.groups, parts, raw, strict=True)
    seen: dict[str, str] = {}  # names of leads, and what the first record that has one has
    for name, held, group, part, (path, one) in columns:
        there = _names(one, path, wanted)
        seen = {lead: f"{path.name} has {listed(there, 12)}" for lead in there} | seen
        named = replace(one, leads=tuple(source.rename.get(lead, lead) for lead in there))
        leads = _those(named, wanted, path.name)
        signal, info = checked(named, path, source.sampling_rate, leads, source.unit)
        notes.add(path.name, info.notes)
        scale = np.float32(unit_factor(info.unit, source.aim))
        yield Recording(
            name, signal * scale, info.sampling_rate, info.leads, {LABELS: held}, group, part
        )

    _note_unused(source.rename, wanted, seen, notes)


def _names(one: RawRecord, path: Path, wanted: Leads) -> Leads:
    """The names of a record's leads; those that are wanted, or numbers, where it has none."""
    if one.leads is not None or one.signal.ndim != 2:
        return one.leads or ()
    width = one.signal.shape[1]
    if wanted and len(wanted) != width:
        raise DataError(
            f"expected {len(wanted)} leads ({', '.join(wanted)}) in {path.name}; it has "
            f"{width} columns without names. Name them in a first line, or pass as many leads"
        )
    return wanted or tuple(str(column + 1) for column in range(width))


def _note_unused(
    rename: Mapping[str, str], wanted: Leads, seen: Mapping[str, str], notes: Notes
) -> None:
    """Notes other names that no lead has; not those of leads that nobody asks for."""
    asked = [name for name, lead in rename.items() if not wanted or lead in wanted]
    if unused := [name for name in asked if name not in seen]:
        said = f"no record has such a lead; {next(iter(seen.values()), 'none is named')}"
        notes.add(f"rename= of {', '.join(unused)}", [said])


def _those(one: RawRecord, wanted: Leads, where: str) -> Leads | None:
    """The leads wanted that the record has; some lead at least, so that what is lacking is told."""
    if not wanted:
        return None
    there = one.leads or ()
    return tuple(lead for lead in wanted if source_of(lead, there, where)) or there[:1]


def _copies(dataset: SignalDataset) -> list[str]:
    """A sentence if records hold the same samples, and one if they do in different parts."""
    parts = np.full(len(dataset), "") if dataset.parts is None else dataset.parts
    first: dict[str, tuple[str, str]] = {}
    together: dict[str, None] = {}  # each once, of however many windows
    apart: dict[str, None] = {}
    rows = zip(dataset.hashes.tolist(), dataset.names.tolist(), parts.tolist(), strict=True)
    for one, name, part in rows:
        other, its = first.setdefault(one, (name, part))
        if name != other and part and its and part != its:  # those of no part are in no split
            apart[f"{name} ({part}) = {other} ({its})"] = None
        elif name != other:
            together[f"{name} = {other}"] = None
    same = "records hold the same samples, and stay on one side of a split"
    leaky = (
        "records hold the same samples, and stand in different parts, as the labels say: "
        "figures of the later part would leak. Give them one part, or take one out"
    )
    told = ((same, list(together)), (leaky, list(apart)))
    return [f"{said}: {listed(pairs)}" for said, pairs in told if pairs]
