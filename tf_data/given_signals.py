"""Signals that are given from Python: arrays, tensors, tables of pandas, dictionaries of leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.time_column import is_time, spoken, tells_time
from tf_data.formats.times_of_table import TimedBy, rate_and_untold
from tf_data.lead_names import picked
from tf_data.notes import Notes

Rates = float | Sequence[float] | None
NO_NOTES: tuple[str, ...] = ()
EXPECTED = "expected files, or signals [samples, leads] in an array or a list"


@dataclass(frozen=True, eq=False)
class GivenSignal:
    """A signal as it was given.

    Attributes:
        samples: ``[samples, leads]``.
        sampling_rate: in Hz, where the times of a table tell it.
        notes: what was assumed, a sentence each.
        untold: what of its times tells no rate, if none does; empty where it has no times.
    """

    samples: np.ndarray
    sampling_rate: float | None = None
    notes: tuple[str, ...] = ()
    untold: str = ""


def is_table(signal: Any) -> bool:
    """Whether it is a DataFrame, of pandas or its kin."""
    return hasattr(signal, "columns") and hasattr(signal, "to_numpy")


def is_series(values: Any) -> bool:
    """Whether it is a Series, of pandas or its kin: values with a name each."""
    return hasattr(values, "to_frame") and hasattr(values, "index") and not is_table(values)


def listed_signals(given: Any) -> list[Any]:
    """One signal, an array of several or whatever holds them, as a list of signals.

    Raises:
        SignalError: if it holds no signals.

    Example:
        >>> len(listed_signals(np.zeros((500, 12)))), len(listed_signals(np.zeros((3, 500, 12))))
        (1, 3)
        >>> len(listed_signals({"I": np.zeros(500), "II": np.zeros(500)}))
        1
    """
    if isinstance(given, str | bytes) or not (isinstance(given, Iterable) or is_table(given)):
        shown = f"{len(given)} bytes" if isinstance(given, bytes) else repr(given)
        raise SignalError(f"{EXPECTED}; got {shown}")
    one = is_table(given) or isinstance(given, Mapping) or getattr(given, "ndim", 3) in (1, 2)
    found = [given] if one else list(given)
    if not found:
        raise SignalError(f"{EXPECTED}; got none")
    return found


def given_signal(signal: Any, leads: Sequence[str], where: str = "the table") -> GivenSignal:
    """A signal, and what was assumed of it.

    Args:
        signal: a DataFrame or a dictionary, whose columns are picked by their names if they have
            any, and whose times, in its index or a column of that name, tell the rate; or what
            makes an array, which is taken as it is.
        leads: wanted, in this order.
        where: what it is, for messages.

    Raises:
        SignalError: if it is of another rank; or a column is missing, stands there twice, or has no
            text for a name; or times jump.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"II": [0.5, 0.6], "I": [0.1, 0.2]})
        >>> given_signal(table, ["I", "II"]).samples.tolist()
        [[0.1, 0.5], [0.2, 0.6]]
    """
    if isinstance(signal, Mapping):
        names, columns = list(signal), [np.asarray(one) for one in signal.values()]
        if len({one.shape for one in columns}) != 1 or columns[0].ndim != 1:
            shapes = [list(one.shape) for one in columns]
            raise SignalError(
                f"{where}: expected as many samples of every lead, [samples] each; got {shapes}"
            )
        return _of_columns(signal, names, np.stack(columns, axis=1), leads, where)
    if is_table(signal):
        return _of_columns(signal, list(signal.columns), signal.to_numpy(), leads, where)
    if np.ma.is_masked(signal):  # what is masked is missing, which NumPy forgets
        signal = np.ma.filled(signal.astype(np.float64), np.nan)
    try:
        array = np.asarray(signal)
    except ValueError as error:
        raise SignalError(f"{where}: {EXPECTED}; {error}") from error
    if array.ndim != 2:
        one = array.ndim == 1 and np.issubdtype(array.dtype, np.number)
        hint = " A single lead is [samples, 1]: array[:, None]." if one else ""
        raise SignalError(f"{where}: {EXPECTED}; got shape {list(array.shape)}.{hint}")
    return GivenSignal(array)


def _of_columns(
    signal: Any, columns: Sequence[Any], array: np.ndarray, leads: Sequence[str], where: str
) -> GivenSignal:
    times = _index_of_times(getattr(signal, "index", None), where)
    if columns and all(isinstance(name, Integral) for name in columns):
        found, notes = array, NO_NOTES  # numbered, as pandas does where nobody names them
    else:
        if odd := [name for name in columns if not isinstance(name, str)]:
            raise SignalError(
                f"expected the names of leads, such as 'II', over all columns of {where}, or over "
                f"none; got {odd[0]!r}. Name its columns, table.columns = [...]."
            )
        found, notes = picked(array, columns, leads, where)
        for name in dict.fromkeys(columns):
            if name not in leads and is_time(name, ()):
                values = np.asarray(getattr(signal[name], "values", signal[name]))
                times.append(TimedBy(values, name, f"the column {name} of {where}"))
    if found.dtype.kind == "O":
        found = _numbers(found, where)
    rate, untold = rate_and_untold(times)
    return GivenSignal(found, rate, (*notes, spoken(rate)) if rate else notes, untold)


def _numbers(array: np.ndarray, where: str) -> np.ndarray:
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise SignalError(f"expected numbers in the leads of {where}: {error}") from error


def _index_of_times(index: Any, where: str) -> list[TimedBy]:
    """An index of dates or durations, of a name of times, or of fractions that may be seconds."""
    values, name = np.asarray(getattr(index, "values", ())), str(getattr(index, "name", None) or "")
    if not values.size or not (values.dtype.kind in "mMf" or tells_time(name)):
        return []
    return [TimedBy(values, name, f"the index of {where}")]


def each_given(
    signals: Iterable[Any],
    names: Sequence[str],
    spec: SignalSpec,
    sampling_rate: Rates,
    notes: Notes,
) -> tuple[list[np.ndarray], list[float]]:
    """Several signals with the leads of a spec, and the rate of each.

    Args:
        signals: as of :func:`given_signal`.
        names: of them.
        spec: what is wanted; its rate is taken of signals of which nobody says another.
        sampling_rate: in Hz, one for all or one each.
        notes: where what was assumed is put, by the signal's name.

    Raises:
        SignalError: as :func:`given_signal`; or if a rate is none, not what a table's times are, or
            not said where these tell none.

    Example:
        >>> spec, notes = SignalSpec(("II",), 100, 128), Notes()
        >>> arrays, rates = each_given([np.zeros((300, 1))], ["a"], spec, None, notes)
        >>> rates, notes.sentences()
        ([100], ["a: its rate is not said; 100 Hz, the model's, is taken. Say sampling_rate="])
    """
    pairs = zip(signals, names, strict=True)
    found = [given_signal(signal, spec.leads, name) for signal, name in pairs]
    said = [None] * len(found) if sampling_rate is None else rates_of(sampling_rate, len(found))
    rates = []
    for one, name, given in zip(found, names, said, strict=True):
        told = one.sampling_rate
        if told and given and given > 0 and abs(told / given - 1) > 1e-3:
            raise SignalError(
                f"the times of {name} are {told:g} Hz, but sampling_rate={given:g} was passed. "
                "Leave it out, or correct the times."
            )
        if given is None and one.untold:
            remedy = "Pass sampling_rate=, in Hz, or name their unit, as in time_ms."
            raise SignalError(f"{one.untold}. {remedy}")
        notes.add(name, one.notes)
        if given is None and not told and len(one.samples) != spec.samples:
            assumed = f"{spec.sampling_rate:g} Hz, the model's, is taken"
            notes.add(name, [f"its rate is not said; {assumed}. Say sampling_rate="])
        rates.append((told or spec.sampling_rate) if given is None else given)
    return [one.samples for one in found], rates


def rates_of(given: float | Sequence[float], signals: int) -> list[float]:
    """The rate of each signal: one for all, or one each.

    Raises:
        SignalError: if it is neither, or one is not above 0.

    Example:
        >>> rates_of(250, 2), rates_of([250, 360], 2)
        ([250.0, 250.0], [250.0, 360.0])
    """
    try:
        found = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        found = np.empty((0, 0))
    if found.shape not in ((), (signals,)) or np.asarray(given).dtype.kind == "b":
        raise SignalError(
            f"expected a sampling rate in Hz, of all {signals} signals or of each; got {given!r}"
        )
    if not ((found > 0) & np.isfinite(found)).all():
        raise SignalError(f"expected a sampling rate above 0 Hz; got {given!r}")
    return list(np.broadcast_to(found, (signals,)).tolist())
