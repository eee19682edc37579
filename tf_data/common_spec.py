"""Common spec: the leads, rate and length that records share, where nobody says them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecgzoo.errors import DataError
from ecgzoo.signal_spec import MAX_SAMPLES, MIN_SAMPLES, SignalSpec
from tf_data.lead_names import source_of
from tf_data.notes import listed
from tf_data.recording import Recording
from tf_data.stored_signals import IN_MEMORY

Leads = tuple[str, ...]

FEW = 4  # records in a message


@dataclass(frozen=True)
class RecordShape:
    """What a record is, without its samples.

    Attributes:
        name: of the record.
        leads: those that it has, in its order.
        sampling_rate: in Hz.
        seconds: how long it is.
    """

    name: str
    leads: Leads
    sampling_rate: float
    seconds: float

    @classmethod
    def of(cls, one: Recording) -> RecordShape:
        """Of a record that is read."""
        return cls(one.name, one.leads, one.sampling_rate, len(one.signal) / one.sampling_rate)


def surveyed(found: Iterator[Recording]) -> tuple[list[RecordShape], list[Recording] | None]:
    """What all records are; and these themselves, unless they are too large to be held."""
    shapes: list[RecordShape] = []
    held: list[Recording] = []
    size = 0
    for one in found:
        shapes.append(RecordShape.of(one))
        size += one.signal.nbytes
        if size > IN_MEMORY:
            held.clear()
        else:
            held.append(one)
    return shapes, held if len(held) == len(shapes) else None


def common_spec(
    records: Sequence[RecordShape],
    leads: Leads,
    rate: float | None,
    seconds: float | None,
    unit: str,
) -> SignalSpec:
    """What is not asked for, as most of the records have it.

    Args:
        records: what they are.
        leads: those that are asked for; or none, for those that all records have, in the order of
            the first by name.
        rate: in Hz; or None for the commonest.
        seconds: of a window; or None for the length of the shortest record.
        unit: of the signals.

    Raises:
        DataError: if no lead is shared, or a window were too short.

    Example:
        >>> records = [RecordShape("a", ("I", "II"), 250, 10), RecordShape("b", ("II",), 250, 8)]
        >>> common_spec(records, (), None, None, "mV")
        SignalSpec(leads=('II',), sampling_rate=250, samples=2000, unit='mV', simultaneous=True)
    """
    first = min(records, key=lambda record: record.name)
    shared = [
        lead
        for lead in first.leads
        if all(source_of(lead, record.leads, record.name) for record in records)
    ]
    if not leads and not shared:
        raise DataError(_nothing_shared(first, records))
    rate = rate or Counter(record.sampling_rate for record in records).most_common(1)[0][0]
    shortest = min(records, key=lambda record: record.seconds)
    least = min(int(shortest.seconds * rate + 1e-6), MAX_SAMPLES)
    samples = round(seconds * rate) if seconds else least
    if samples < MIN_SAMPLES:
        raise DataError(
            f"expected windows of at least {MIN_SAMPLES} samples; record {shortest.name}, the "
            f"shortest, has {samples} at {rate:g} Hz. Say seconds= (--seconds), and what becomes "
            "of shorter ones: short='pad' or 'skip' (--short)"
        )
    return SignalSpec(leads or tuple(shared), rate, samples, unit)


def _nothing_shared(first: RecordShape, records: Sequence[RecordShape]) -> str:
    """What to say where each lead of the first record is lacking somewhere, and where that is."""
    lacking = {
        next(one for one in records if not source_of(lead, one.leads, one.name)): None
        for lead in first.leads
    }
    told = [f"{one.name} has {listed(one.leads, 12)}" for one in (first, *lacking)]
    shown = "; ".join(told[:FEW])
    return f"expected a lead that all records have; {shown}. Rename leads (rename=, --rename)"
