"""Recording: one record of a published set as it is there, before anything is chosen of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.wfdb_record import DigitalRecord, read_digital
from tf_data.label_sets import Classes


@dataclass(frozen=True, eq=False)
class Recording:
    """A record with whatever is known of it.

    Attributes:
        name: its name; no two records of a set share one.
        signal: float ``[samples, leads]`` in its set's unit.
        sampling_rate: in Hz.
        leads: names of the channels.
        labels: the classes that hold, by label set.
        group: its patient; its own name where that is not known.
        part: ``"train"``, ``"validation"`` or ``"test"`` as published; else empty.
        resolution: unit per step of the converter, of all leads or of each: what the signal is
            stored in, as 16-bit whole numbers. It is exact where the file holds such.
    """

    name: str
    signal: np.ndarray
    sampling_rate: float
    leads: tuple[str, ...]
    labels: Mapping[str, Classes] = field(default_factory=dict)
    group: str = ""
    part: str = ""
    resolution: float | np.ndarray = 0.001

    @property
    def steps(self) -> np.ndarray:
        """Unit per step of each lead, float64 ``[leads]``."""
        return np.broadcast_to(np.asarray(self.resolution, np.float64), (len(self.leads),))

    def counts(self) -> np.ndarray:
        """The signal in steps of the converter: int16 ``[samples, leads]``.

        Raises:
            SignalError: if a sample is not finite or beyond 16 bits; the message names the record.

        Example:
            >>> Recording("a", np.array([[0.5], [-0.25]]), 100, ("I",)).counts().tolist()
            [[500], [-250]]
        """
        scaled, ends = np.rint(self.signal / self.steps), np.iinfo(np.int16)
        if not ((ends.min <= scaled) & (scaled <= ends.max)).all():  # also where it is NaN
            raise SignalError(
                f"expected finite samples of at most {ends.max} steps in record "
                f"{self.name}; got others. Say its resolution, the unit per step"
            )
        return scaled.astype(np.int16)


class UnreadRecordings:
    """Recordings of which each is read when it is its turn, here or in another process.

    Attributes:
        readers: give the recordings; :class:`functools.partial`, so that they travel.

    Example:
        >>> import functools
        >>> made = functools.partial(Recording, "a", np.zeros((5, 1)), 100, ("I",))
        >>> [one.name for one in UnreadRecordings([made])]
        ['a']
    """

    def __init__(self, readers: Iterable[Callable[[], Recording]]) -> None:
        self.readers = list(readers)

    def __iter__(self) -> Iterator[Recording]:
        return (read() for read in self.readers)


def read_wfdb_recording(
    path: Path, spelled: Sequence[str], gain: float | None = None, **known: Any
) -> Recording:
    """A recording from a WFDB record's files, exact to the last bit.

    Args:
        path: of the record, with or without its ending.
        spelled: lead names as the card has them; those of the header are matched in any case.
        gain: steps per mV of every lead, from zero; by default gains and zeros are the header's.
        known: other fields of :class:`Recording`; its name is the file's otherwise.

    Raises:
        FileNotFoundError: if a file is missing.
        SignalError: if a file is damaged.
    """
    found = read_digital(path)
    if gain is not None:
        gains, zeros = np.full(len(found.gains), float(gain)), 0 * found.zeros
        found = replace(found, gains=gains, zeros=zeros)
    return digital_recording(found, spelled, **{"name": path.stem, **known})


def digital_recording(record: DigitalRecord, spelled: Sequence[str], **known: Any) -> Recording:
    """A recording of what the converter wrote; ``known`` are its other fields."""
    names = {name.lower(): name for name in spelled}
    steps = 1 / record.gains
    fields = {
        "signal": (record.counts - record.zeros) * steps,
        "sampling_rate": record.sampling_rate,
        "leads": tuple(names.get(name.lower(), name) for name in record.leads),
        "resolution": steps,
    }
    return Recording(**{**fields, **known})
