"""Facts of a lead: how far it goes, and where it is missing, flat, clipped or full of hum."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tf_data.inspection.hum import MAINS, hum_of
from tf_data.inspection.runs import clipped_samples, flat_samples, step_of
from tf_data.plausibility import smoothness, spans


@dataclass(frozen=True)
class LeadFacts:
    """What stands in one lead; voltages in mV.

    Attributes:
        name: as its file has it.
        lowest: smallest sample; None where all are missing.
        highest: largest sample.
        span: how far it goes within two seconds: the median.
        step: of the converter, as the samples show it; None where they are no multiples of one.
        gaps: samples that are missing (NaN) or infinite.
        flat_seconds: in runs of one value, of a second or longer.
        clipped_seconds: on plateaus at its lowest or highest value, cut off as by a converter.
        hum: amplitude of 50 and of 60 Hz, by frequency; None where the rate or the length is too
            small to tell.
        smoothness: how far neighbouring samples are alike: 1 in a slow wave, 0 in white noise.
    """

    name: str
    lowest: float | None
    highest: float | None
    span: float | None
    step: float | None
    gaps: int
    flat_seconds: float
    clipped_seconds: float
    hum: dict[str, float | None]
    smoothness: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class BlockFacts:
    """The same of a block of a record, an array ``[leads]`` each; hum ``[pieces, leads]``."""

    lowest: np.ndarray
    highest: np.ndarray
    span: np.ndarray
    gaps: np.ndarray
    flat: np.ndarray
    at_lowest: np.ndarray
    at_highest: np.ndarray
    hum: tuple[np.ndarray, ...]
    smoothness: np.ndarray


def steps_of(signal: np.ndarray) -> list[float | None]:
    """The converter's step of each lead, by some samples of it."""
    return [step_of(lead) for lead in signal.T]


def block_facts(signal: np.ndarray, rate: float, steps: Sequence[float | None]) -> BlockFacts:
    """What stands in a block ``[samples, leads]``."""
    known = np.isfinite(signal)
    lowest = np.where(known, signal, np.inf).min(axis=0)
    highest = np.where(known, signal, -np.inf).max(axis=0)
    leads = list(zip(np.where(known, signal, np.nan).T, steps, strict=True))

    def at(limits: np.ndarray) -> np.ndarray:
        pairs = zip(leads, limits.tolist(), strict=True)
        return np.array([clipped_samples(lead, limit, step or 0) for (lead, step), limit in pairs])

    return BlockFacts(
        lowest,
        highest,
        np.array([_span(lead, rate) for lead, _ in leads]),
        (~known).sum(axis=0),
        np.array([flat_samples(lead, rate) for lead, _ in leads]),
        at(lowest),
        at(highest),
        tuple(hum_of(signal, rate, mains) for mains in MAINS),
        np.array([_smoothness(lead) for lead, _ in leads]),
    )


def _span(lead: np.ndarray, rate: float) -> float:
    """NaN where all is missing."""
    known = lead[np.isfinite(lead)]
    return float(spans(known[:, None], rate)[0]) if known.size else np.nan


def _smoothness(lead: np.ndarray) -> float:
    """NaN where all is missing."""
    known = lead[np.isfinite(lead)]
    return float(smoothness(known[:, None])[0]) if known.size > 1 else np.nan


def lead_facts(
    names: Sequence[str], blocks: Sequence[BlockFacts], rate: float, steps: Sequence[float | None]
) -> tuple[LeadFacts, ...]:
    """What stands in each lead of a whole record, by what stands in its blocks."""
    lowest, highest = (np.array([getattr(b, part) for b in blocks]) for part in LIMITS)
    least, most = lowest.min(axis=0), highest.max(axis=0)
    clipped = np.array([b.at_lowest for b in blocks]) * (lowest == least)
    clipped += np.array([b.at_highest for b in blocks]) * (highest == most)
    hum = [np.concatenate([b.hum[place] for b in blocks]) for place in range(len(MAINS))]
    whole = [np.array([getattr(b, part) for b in blocks]) for part in WHOLE]
    return tuple(
        LeadFacts(
            name,
            _number(least[i]),
            _number(most[i]),
            _median(whole[0][:, i]),
            steps[i],
            int(whole[1][:, i].sum()),
            float(whole[2][:, i].sum() / rate),
            float(clipped[:, i].sum() / rate),
            {f"{mains:g}": _median(one[:, i]) for mains, one in zip(MAINS, hum, strict=True)},
            _median(whole[3][:, i]),
        )
        for i, name in enumerate(names)
    )


LIMITS = ("lowest", "highest")
WHOLE = ("span", "gaps", "flat", "smoothness")


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else None
