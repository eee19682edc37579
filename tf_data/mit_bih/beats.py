"""Beats: a window around every annotated heartbeat of a record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data import wfdb_file
from tf_data.mit_bih.aami import aami_class

RATE = 360  # Hz, of every record
BEFORE, AFTER = 144, 216  # samples of a window: 0.4 s before its annotation, 0.6 s from there on
SAMPLES = BEFORE + AFTER
CHANNELS = 2


@dataclass(frozen=True, eq=False)
class Beat:
    """A heartbeat.

    Attributes:
        record: name of its record.
        sample: where it is annotated in the record, near the R peak; sample 144 of ``signal``.
        label: AAMI class.
        leads: names of the two channels, in the record's order.
        signal: float32 ``[360, 2]`` in mV, a second at 360 Hz, not filtered.
    """

    record: str
    sample: int
    label: str
    leads: tuple[str, ...]
    signal: np.ndarray


@dataclass(frozen=True, eq=False)
class RecordBeats:
    """The beats of a record.

    Attributes:
        beats: in order of time.
        cut_off: number of beats left out since their window leaves the record.
    """

    beats: list[Beat]
    cut_off: int


def read_beats(path: Path) -> RecordBeats:
    """Cuts a record into beats.

    Args:
        path: of a WFDB record with annotations in an ``.atr`` file, without its ending.

    Raises:
        FileNotFoundError: if a file is missing.
        SignalError: if a file is damaged, or the record has other than two leads at 360 Hz.
    """
    record = wfdb_file.read(path)
    if record.sampling_rate != RATE or record.signal.shape[1] != CHANNELS:
        raise SignalError(
            f"expected {CHANNELS} leads at {RATE} Hz in {path.name}; got {record.signal.shape[1]} "
            f"at {record.sampling_rate:g} Hz. Is it of the MIT-BIH Arrhythmia Database?"
        )
    signal = record.signal.astype(np.float32)
    marks = [(sample, aami_class(symbol)) for sample, symbol in wfdb_file.read_annotations(path)]
    labelled = [(sample, label) for sample, label in marks if label is not None]
    beats = [
        Beat(path.name, sample, label, record.leads or (), window)
        for sample, label in labelled
        if (window := _window(signal, sample)) is not None
    ]
    return RecordBeats(beats, cut_off=len(labelled) - len(beats))


def _window(signal: np.ndarray, sample: int) -> np.ndarray | None:
    """The window around a sample; None where it leaves the record."""
    start = sample - BEFORE
    return signal[start : start + SAMPLES] if 0 <= start <= len(signal) - SAMPLES else None
