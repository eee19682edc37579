"""inspect_record: what was read of a file, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_data.formats.raw_record import MILLIVOLTS
from tf_data.inspection.findings import findings
from tf_data.inspection.laws import Law, columns_of, law_of, sums_of_squares
from tf_data.inspection.lead_facts import LeadFacts, block_facts, lead_facts, steps_of
from tf_data.inspection.spikes import spikes_of
from tf_data.lead_names import lead_of
from tf_data.notes import listed
from tf_data.open_record import OpenRecord, open_record

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Inspection:
    """What a file holds, before a model is asked about it.

    Attributes:
        file: its path.
        format: such as ``"WFDB"``.
        sampling_rate: in Hz.
        samples: length.
        unit: of all figures: ``"mV"`` for any voltage.
        leads: what stands in each.
        laws: how far the limb leads keep Einthoven's and Goldberger's laws; those whose leads are
            there.
        spikes: number of narrow spikes, as of a pacemaker; None where the rate is too low to tell,
            or it is no voltage.
        notes: what was assumed in reading it, a sentence each.
        warnings: what is odd about it, a sentence each.
    """

    file: str
    format: str
    sampling_rate: float
    samples: int
    unit: str
    leads: tuple[LeadFacts, ...]
    laws: tuple[Law, ...]
    spikes: int | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.samples / self.sampling_rate

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        laws = [asdict(law) | {"kept": law.kept} for law in self.laws]
        return asdict(self) | {"seconds": self.seconds, "laws": laws}

    def to_frame(self) -> pd.DataFrame:
        """A row per lead."""
        import pandas as pd

        return pd.DataFrame(
            [
                {name: value for name, value in lead.to_dict().items() if name != "hum"}
                | {f"hum_{mains}": size for mains, size in lead.hum.items()}
                for lead in self.leads
            ]
        )


def inspect_record(
    file: str | Path,
    sampling_rate: float | None = None,
    leads: Sequence[str] | None = None,
    unit: str | None = None,
) -> Inspection:
    r"""Says what a record holds and what is odd about it; read block by block, so of any length.

    Nothing is refused but what cannot be read: what :func:`tf_data.records.read_record` would
    refuse is a warning here.

    Args:
        file: a record of any format that is read.
        sampling_rate: in Hz, of a file that does not say it.
        leads: the leads to look at; by default all.
        unit: of a file that does not say it; mV is assumed, and said.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if it is broken, of another kind, lacks a lead or its rate.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "flat.csv")
        >>> _ = file.write_text("I,II\n" + ("0.1,0.25\n" * 5 + "0.2,0.25\n" * 5) * 50)
        >>> found = inspect_record(file, sampling_rate=250)
        >>> found.seconds, found.leads[0].highest, found.notes
        (2.0, 0.2, ('the file does not say its unit: mV is assumed',))
        >>> found.warnings
        ('Lead II is flat throughout: not recorded, or its electrode is off.',)
    """
    return inspected(open_record(file, sampling_rate, leads, unit or "mV"), unit is not None)


def inspected(record: OpenRecord, unit_known: bool = False) -> Inspection:
    """The same of an open record.

    Args:
        record: a record.
        unit_known: whether somebody said the unit, where the file does not.
    """
    info, factor = record.info, MILLIVOLTS.get(record.info.unit.lower())
    leads, laws, spikes = _measured(record, factor)
    unsaid = () if record.unit_said or unit_known else (f"{UNSAID} {info.unit} is assumed",)
    return Inspection(
        file=str(record.path),
        format=record.format,
        sampling_rate=info.sampling_rate,
        samples=info.samples,
        unit="mV" if factor else info.unit,
        leads=leads,
        laws=laws,
        spikes=spikes,
        notes=(*info.notes, *unsaid, *_unknown(info.leads)),
        warnings=tuple(findings(leads, laws, spikes, record.seconds, voltage=factor is not None)),
    )


def _unknown(leads: Sequence[str]) -> tuple[str, ...]:
    """A note of names that stand for no lead, where there are any beside numbers."""
    odd = [name for name in leads if not name.isdecimal() and lead_of(name) is None]
    are = "is no lead's name" if len(odd) == 1 else "are no leads' names"
    return (f"{listed(odd, 3)} {are}: a model finds it under its own alone",) if odd else ()


def _measured(
    record: OpenRecord, factor: float | None
) -> tuple[tuple[LeadFacts, ...], tuple[Law, ...], int | None]:
    """What stands in the leads, the laws that they keep, and the spikes, block by block."""
    names, rate = record.info.leads, record.info.sampling_rate
    columns, steps = columns_of(names), None
    facts, sums, spikes = [], dict.fromkeys(columns, np.zeros(3)), []
    for samples in record.blocks():
        block = np.asarray(samples, np.float64) * (factor or 1.0)
        steps = steps_of(block) if steps is None else steps
        facts.append(block_facts(block, rate, steps))
        sums = {law: sums[law] + sums_of_squares(block, those) for law, those in columns.items()}
        found = spikes_of(block, rate) if factor else None
        spikes += [] if found is None else [len(found)]
    laws = tuple(filter(None, (law_of(law, one) for law, one in sums.items())))
    return lead_facts(names, facts, rate, steps or ()), laws, sum(spikes) if spikes else None


UNSAID = "the file does not say its unit:"
