"""Loads heartbeats, from the prepared form or straight from the published records."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataError, SignalError, UnknownNameError
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec
from tf_data.dataset import SignalDataset, content_hashes
from tf_data.mit_bih.beat_context import CHANGE, INTERVALS, RHYTHM, as_channels, change, rhythm
from tf_data.mit_bih.beats import (
    BEFORE,
    CLASSES,
    DS1,
    DS2,
    PARTS,
    RATE,
    SAMPLES,
    find_records,
    patient,
    read_beats,
)
from tf_data.prepared import default_folder, open_prepared, rows
from tf_data.resampling import resample

VERSION = "2.0.0"
LEAD = "MLII"  # modified lead II: the only one that all 44 records have
SECONDS = SAMPLES / RATE
EVERY = (LEAD, *CHANGE, *RHYTHM)  # channels of a beat
LABELS = "aami"
ALL = "all"
BATCH = 256
REMEDY = "Make it from the published records: python -m tf_data.mit_bih.prepare --manual-dir FOLDER"


PART_OF = dict.fromkeys(DS1, "train") | dict.fromkeys(DS2, "test")

# record, sample, label, signal [360, 1] and RR intervals [5]
_Row = tuple[str, int, int, np.ndarray, np.ndarray]


def load_mit_bih(
    part: str = ALL,
    directory: str | Path | None = None,
    rr: bool = False,
    labels: str = LABELS,
    leads: Sequence[str] | None = None,
    rate: float = RATE,
    seconds: float = SECONDS,
) -> SignalDataset:
    """Heartbeats in lead MLII, by record and time.

    The lead is found by its name: in record 114 it is the second channel. The other channel is V1,
    V2, V4 or V5, by record, so that it makes no lead of its own; the prepared form has it.

    Args:
        part: ``"train"``, de Chazal's DS1; ``"test"``, his DS2; or ``"all"``, both.
        directory: a prepared form, the folder that holds its ``dataset_info.json``; or a folder of
            the published records. By default what ``tf_data.mit_bih.prepare`` wrote.
        rr: whether there are five more channels of what the record tells of the beat: how it
            differs from the usual one (:func:`~tf_data.mit_bih.beat_context.change`), and the
            intervals between beats (:func:`~tf_data.mit_bih.beat_context.rhythm`), each number from
            the R peak on. On them hangs class S.
        labels: the label set; there is this one.
        leads: some of these channels, ``"MLII"``, ``"MLII_change"``, ``"RR_before"``,
            ``"RR_after"``, ``"RR_local"`` and ``"RR_irregularity"``, in any order.
        rate: in Hz; beats are resampled to it.
        seconds: of a beat; there is this one.

    Returns:
        The beats, each named ``record:sample``. Groups are patients: 201, in DS1, and 202, in DS2,
        are one. Its parts are DS1, ``"train"``, and DS2, ``"test"``.

    Raises:
        ecgzoo.errors.UnknownNameError: if there is no such part or label set.
        ecgzoo.errors.DataError: if there are no such leads, or beats of no such length; or if RR
            intervals are wanted of an older form, which has none or fewer.
        FileNotFoundError: if there is no prepared form and no record, or a file is missing.
        SignalError: if a record is damaged.

    Example:
        >>> from tf_data import load
        >>> load("mit_bih", directory="no/such/folder")
        Traceback (most recent call last):
        ...
        FileNotFoundError: expected the prepared mit_bih in no/such/folder; found no ...
    """
    if part not in (*PARTS, ALL):
        raise UnknownNameError(unknown("part", part, (*PARTS, ALL)))
    if labels != LABELS:
        raise UnknownNameError(unknown("label set of mit_bih", labels, (LABELS,)))
    channels = _channels(leads, rr)
    if seconds != SECONDS:
        raise DataError(f"a beat of mit_bih is of {SECONDS:g} s; got seconds={seconds:g}")
    folder = Path(directory) if directory is not None else default_output() / VERSION
    parts = list(PARTS) if part == ALL else [part]
    published = next(folder.rglob("*.hea"), None) is not None
    intervals = not set(channels).isdisjoint(RHYTHM)
    found = _from_records(folder, parts) if published else _from_form(folder, parts, intervals)
    ordered = sorted(found, key=lambda row: row[:2])
    records, samples, held, beats, rr_of_each = zip(*ordered, strict=True)
    first = [row for row in range(1, len(records)) if records[row] != records[row - 1]]
    of_records, rr_of = (np.split(np.stack(one), first) for one in (beats, rr_of_each))
    pairs = zip(of_records, rr_of, strict=True)
    signals = np.concatenate([_of_record(*pair, channels, rate) for pair in pairs])
    spec = SignalSpec(channels, rate, signals.shape[1])
    return SignalDataset(
        signals=spec.check(signals),
        labels=np.array(held, np.int64),
        groups=np.array([patient(record) for record in records]),
        hashes=content_hashes(signals),
        names=np.array([f"{one}:{sample}" for one, sample in zip(records, samples, strict=True)]),
        spec=spec,
        classes=CLASSES,
        parts=np.array([PART_OF[record] for record in records]),
    )


def _channels(leads: Sequence[str] | None, rr: bool) -> tuple[str, ...]:
    if leads is None:
        return EVERY if rr else EVERY[:1]
    chosen = tuple(leads)
    if not chosen or len({*chosen}) < len(chosen) or not {*chosen} <= {*EVERY}:
        raise DataError(
            f"expected leads among {', '.join(EVERY)} of mit_bih, each once; got "
            f"{', '.join(chosen) or 'none'}"
        )
    if rr and chosen != EVERY:
        raise DataError(f"rr=True is all channels of mit_bih; got {', '.join(chosen)} as well")
    return chosen


def _of_record(
    beats: np.ndarray, rr: np.ndarray, channels: Sequence[str], rate: float
) -> np.ndarray:
    """The channels of a record's beats ``[beats, 360, 1]``, in order of time, at a rate."""
    waves = np.concatenate([beats[..., 0], change(beats[..., 0])])
    waves = resample(waves.T, RATE, rate).T
    drawn = as_channels(rhythm(rr), waves.shape[1], step=round(BEFORE * rate / RATE))
    every = np.concatenate([np.stack(np.split(waves, 2), axis=2), drawn], axis=2)
    return every[..., [EVERY.index(one) for one in channels]]


def default_output() -> Path:
    """Where the versions of the prepared form are, by default: with TFDS's other data sets."""
    return default_folder("mit_bih")


def _from_records(folder: Path, parts: Sequence[str]) -> Iterator[_Row]:
    for path in find_records(folder, [record for part in parts for record in PARTS[part]]):
        for beat in read_beats(path).beats:
            label = CLASSES.index(beat.label)
            yield _row(beat.record, beat.sample, label, beat.signal, beat.leads, beat.rr)


def _from_form(folder: Path, parts: Sequence[str], rr: bool) -> Iterator[_Row]:
    builder = open_prepared(folder, "mit_bih", REMEDY)
    features = builder.info.features
    if rr and ("rr" not in features or features["rr"].shape != (INTERVALS,)):
        raise DataError(
            f"the prepared mit_bih in {folder} is older than its RR intervals. {REMEDY}"
        )
    for part in parts:
        for batch in rows(builder, part, BATCH):
            batch.setdefault("rr", np.ones((len(batch["label"]), INTERVALS), np.float32))
            columns = (
                batch[name] for name in ("record", "sample", "label", "signal", "leads", "rr")
            )
            for record, sample, label, signal, leads, intervals in zip(*columns, strict=True):
                names = [lead.decode() for lead in leads]
                yield _row(record.decode(), int(sample), int(label), signal, names, intervals)


def _row(
    record: str, sample: int, label: int, signal: np.ndarray, leads: Sequence[str], rr: np.ndarray
) -> _Row:
    """A row with the one lead that all records have."""
    if LEAD not in leads:
        raise SignalError(f"expected {LEAD} in record {record}; it has {', '.join(leads)}")
    return record, sample, label, signal[:, [leads.index(LEAD)]], rr
