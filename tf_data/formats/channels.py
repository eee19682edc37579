"""Channels of a file: which are the ECG's leads, and those as one signal in millivolts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.libraries import one_line
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord
from tf_data.lead_names import lead_of


@dataclass(frozen=True, eq=False)
class Channel:
    """A channel as its file has it.

    Attributes:
        name: as in the file, or the usual one where the file has a code.
        samples: ``[samples]``, as stored.
        sampling_rate: in Hz.
        unit: as in the file, of ``samples * step + zero``.
        step: of the samples; a day's leads are taken in millivolts one by one, since they are long.
        zero: what a sample of 0 stands for.
    """

    name: str
    samples: np.ndarray
    sampling_rate: float
    unit: str
    step: float = 1.0
    zero: float = 0.0


def record_of(channels: Sequence[Channel], path: Path, notes: Sequence[str] = ()) -> RawRecord:
    """The leads among the channels, at the rate that most of them have; the others are noted.

    Raises:
        SignalError: if none is a voltage, or they are of several lengths, empty or without a rate.

    Example:
        >>> beat = np.array([0.0, 500, 0])
        >>> found = record_of(
        ...     [Channel("II", beat, 250, "uV"), Channel("SpO2", beat, 1, "%")], Path("a.edf")
        ... )
        >>> found.leads, float(found.signal.max()), found.notes
        (('II',), 0.5, ('SpO2 is left out of a.edf: it is no ECG lead',))
    """
    channels = [replace(one, name=one_line(one.name, LONGEST_NAME)) for one in channels]
    leads, notes = _leads(channels, path), list(notes)
    rates = Counter(lead.sampling_rate for lead in leads)
    rate = max(rates, key=lambda one: (rates[one], one))
    if not (np.isfinite(rate) and rate > 0):
        raise SignalError(f"expected a sampling rate above 0 Hz in {path.name}; it says {rate:g}")
    for channel in channels:
        if channel not in leads:
            notes.append(f"{channel.name} is left out of {path.name}: it is no ECG lead")
        elif channel.sampling_rate != rate:
            notes.append(
                f"{channel.name} is left out of {path.name}: it has {channel.sampling_rate:g} Hz, "
                f"the other leads {rate:g}"
            )
    leads = [lead for lead in leads if lead.sampling_rate == rate]
    names = tuple(lead.name for lead in leads)
    return RawRecord(_signal(leads, path), float(rate), names, "mV", tuple(notes))


def _leads(channels: Sequence[Channel], path: Path) -> list[Channel]:
    """Voltages that are called an ECG; where none is, those that are not called something else."""
    voltages = [one for one in channels if factor(one.unit) is not None]
    named = [one for one in voltages if lead_of(one.name) or ECG.search(one.name)]
    found = named or [one for one in voltages if not OTHERS.search(one.name)]
    if not found:
        raise SignalError(
            f"expected ECG leads in mV, uV, nV or V in {path.name}; it holds {_said(channels)}"
        )
    return found


def _said(channels: Sequence[Channel]) -> str:
    """The names of channels by their units."""
    names: dict[str, list[str]] = {}
    for one in channels[:MOST_SAID]:
        names.setdefault(one.unit or "no unit", []).append(one.name)
    said = (f"{', '.join(found)} in {unit}" for unit, found in names.items())
    return "; ".join(said) or "no channel"


MOST_SAID, LONGEST_NAME = 24, 64  # channels in a sentence, and characters of their names


def factor(unit: str) -> float | None:
    """Millivolts per unit; None if it is no voltage."""
    return MILLIVOLTS.get(unit.strip().lower())


ECG = re.compile(r"ECG|EKG|^(?:MV[1-6]|CM5|CC5)$", re.I)
"""What ECG channels are called that stand for no certain lead."""
OTHERS = re.compile(
    r"EEG|EMG|EOG|ERG|resp|thor|abd|flow|snor|sp[O0]2|pleth|puls|temp|mark|event|status|trig"
    r"|accel|gyro|batt|annotation|imped|EDA|GSR",
    re.I,
)
"""What channels of polygraphs are called that are no ECG, though some are voltages."""


def _signal(leads: Sequence[Channel], path: Path) -> np.ndarray:
    """float32 ``[samples, leads]`` in millivolts."""
    lengths = [len(lead.samples) for lead in leads]
    if len(set(lengths)) > 1:
        said = ", ".join(f"{lead.name}: {len(lead.samples)}" for lead in leads)
        raise SignalError(f"expected leads of one length in {path.name}; got {said}")
    signal = np.empty((lengths[0], len(leads)), np.float32)
    for column, lead in enumerate(leads):
        if not np.isfinite([lead.step, lead.zero]).all() or lead.step == 0:
            raise SignalError(
                f"expected steps of some height of {lead.name} in {path.name}; its header says "
                f"{lead.step:g} {lead.unit}. It is not calibrated."
            )
        millivolts = factor(lead.unit) or 0.0
        signal[:, column] = lead.samples * (lead.step * millivolts) + lead.zero * millivolts
    return signal
