"""Long records: read, resampled, cut and answered block by block, in the room of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.windows_over_time import WindowsOverTime
from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.raw_record import MILLIVOLTS
from tf_data.labelled_records import tell
from tf_data.open_record import OpenRecord
from tf_data.plausibility import FAULTS, judged
from tf_data.records import check_kind
from tf_data.resampling import ratio_of, unit_factor, window_starts
from tf_data.resampling_in_blocks import resampled_blocks

Ask = Callable[[np.ndarray], np.ndarray]
Table = Callable[[np.ndarray, np.ndarray, np.ndarray], Predictions]
Progress = Callable[[float], object]

MOST = 0.5
"""The share of windows that must be an ECG: some may be noise, and electrodes come off."""


def answered(
    record: OpenRecord, spec: SignalSpec, ask: Ask, table: Table, progress: Progress
) -> WindowsOverTime:
    """What a model answers for each window of a record, the windows of :func:`records.windows_of`.

    Windows that are no ECG, by :func:`tf_data.plausibility.judged`, are not asked about.

    Args:
        record: with the leads of the spec, in its order.
        spec: what the model takes.
        ask: gives probabilities ``[n, classes]`` of signals ``[n, samples, leads]``.
        table: makes a table of the names of windows, the record of each, and probabilities.
        progress: is told now and then how many seconds of the record are answered.

    Raises:
        SignalError: if the record is shorter than a window, or most of its windows are no ECG.

    Warns:
        DataWarning: of what was assumed of the record, such as a lead's name.
    """
    tell([f"{record.path.name}: {note}" for note in record.info.notes])
    up, down = ratio_of(record.info.sampling_rate, spec.sampling_rate)
    starts = np.array(window_starts(-(-record.info.samples * up // down), spec.samples))
    seconds, done = starts / spec.sampling_rate, 0
    found, faults, factor = [], [], MILLIVOLTS.get(spec.unit.lower())
    for windows in windows_in_blocks(_signal(record, spec), starts, spec.samples):
        faults.append(judged(windows, spec.sampling_rate, factor))
        if (fit := faults[-1] == "").any():
            found.append(ask(windows[fit]))
        done += len(windows)
        progress(float(seconds[done - 1]) + spec.seconds)
    every = np.concatenate(faults)
    _check_most(every, record)
    asked, name = every == "", record.path.name
    names = [f"{name} {one:.1f}-{one + spec.seconds:.1f} s" for one in seconds[asked]]
    answers = table(np.array(names), np.full(len(names), name), np.concatenate(found))
    left_out = dict(zip(seconds[~asked].tolist(), every[~asked].tolist(), strict=True))
    return WindowsOverTime(name, record.seconds, spec.seconds, seconds[asked], answers, left_out)


def _check_most(faults: np.ndarray, record: OpenRecord) -> None:
    """Checks that most windows without a gap are an ECG: if not, the unit is another."""
    whole = faults[faults != "gap"]
    if (whole == "").mean() > MOST if whole.size else False:
        return
    counts = ", ".join(f"{one}: {(faults == one).sum():,}" for one in FAULTS if one in faults)
    raise SignalError(
        f"expected an ECG in {record.path.name}; of {len(faults):,} windows most are none "
        f"({counts}). Say the unit with unit= (--unit), divide raw converter units by the gain, or "
        "look at the record: ecgzoo inspect."
    )


def _signal(record: OpenRecord, spec: SignalSpec) -> Iterator[np.ndarray]:
    """The record at a spec's rate and in its unit, block by block."""
    factor = np.float32(unit_factor(record.info.unit, spec.unit))

    def read(start: int, stop: int) -> np.ndarray:
        samples = record.read(start, stop)
        check_kind(samples, record.info.unit, record.unit_said, record.path)
        return samples.astype(np.float32) * factor

    rates = record.info.sampling_rate, spec.sampling_rate
    return resampled_blocks(read, record.info.samples, *rates, record.at_once)


def windows_in_blocks(
    blocks: Iterable[np.ndarray], starts: np.ndarray, samples: int
) -> Iterator[np.ndarray]:
    """Windows of a signal that comes in blocks, ``[some, samples, leads]``, as they are complete.

    Example:
        >>> day = np.arange(8)[:, None]
        >>> parts = windows_in_blocks([day[:5], day[5:]], np.array([0, 2, 4]), samples=4)
        >>> [part[..., 0].tolist() for part in parts]
        [[[0, 1, 2, 3]], [[2, 3, 4, 5], [4, 5, 6, 7]]]
    """
    kept, first, done = None, 0, 0  # samples from `first` on; windows that were given
    for block in blocks:
        kept = block if kept is None else np.concatenate([kept, block])
        ready = int(np.searchsorted(starts, first + len(kept) - samples, side="right"))
        if ready > done:
            views = np.lib.stride_tricks.sliding_window_view(kept, samples, axis=0)
            yield np.ascontiguousarray(views[starts[done:ready] - first].transpose(0, 2, 1))
            done = ready
        if done < len(starts):
            passed = min(int(starts[done]) - first, len(kept))
            kept, first = kept[passed:], first + passed
