"""Told: what is shown of the answers for a file, whatever it is shown on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ecgzoo.client import Contract, Prediction, mean
from ecgzoo.client.refusals import printable
from ecgzoo.prediction.asked.asked import Asked

DECISION = ("label", "temperature", "thresholds", "fitted", "applied")


@dataclass(frozen=True)
class Row:
    """What a window is called, and its answer as it came."""

    span: str
    answer: Prediction


@dataclass(frozen=True)
class Told:
    """What is shown of a file's answers.

    Attributes:
        file: what was asked about.
        contract: of the model.
        version: of the model.
        why: this version and no other: its label, where a server was asked.
        where: the version's folder or address.
        rows: a window each.
        overall: all of them.
        calibrated: whether probabilities are shown with the temperature.
    """

    file: Path
    contract: Contract
    version: str
    why: str
    where: str
    rows: list[Row]
    overall: Row
    calibrated: bool

    @classmethod
    def of(cls, file: Path, asked: Asked, rows: list[Row], calibrated: bool = False) -> Told:
        """The answers for a file's windows, and overall their mean."""
        overall = Row("overall", mean([row.answer for row in rows]))
        who = asked.contract, asked.version, asked.why, asked.where
        return cls(file, *who, rows, overall, calibrated)

    def shown(self, row: Row) -> Prediction:
        """With the temperature, if that was asked for."""
        return self.contract.calibrated(row.answer) if self.calibrated else row.answer

    @property
    def applied(self) -> list[str]:
        """What the probabilities that are shown have in them."""
        ours = ["temperature"] if self.calibrated else []
        return sorted({*self.contract.applied, *ours})


def content(told: Told) -> dict[str, object]:
    """JSON-ready."""
    overall = told.shown(told.overall)
    return {
        "file": str(told.file),
        "model": told.where,
        "version": told.version,
        "label": overall.label,
        "probabilities": overall.probabilities,
        "above_thresholds": told.contract.above_thresholds(told.overall.answer),
        "decision": {name: getattr(told.contract, name) for name in DECISION}
        | {"applied": told.applied},
        "windows": [
            {
                "window": row.span,
                "label": row.answer.label,
                "probabilities": told.shown(row).probabilities,
                "above_thresholds": told.contract.above_thresholds(row.answer),
            }
            for row in told.rows
        ],
    }


def title_of(told: Told) -> str:
    """Who was asked about what."""
    contract, file = told.contract, told.file
    model = f"{printable(contract.model)} version {told.version}"
    return f"{printable(file.name)} by {model}" + (f" ({told.why})" if told.why else "")


def caption_of(told: Told) -> str:
    """What a reader of the answers must know."""
    caption = f"{printable(decided(told))}\nResearch software, not a diagnostic device."
    if told.contract.leaky:
        caption += "\nTrained on copies of its test pages: for comparison only."
    return caption


def decided(told: Told) -> str:
    """What the label is, and whether the probabilities have the fitted temperature in them."""
    contract = told.contract
    said = f"The label is the {contract.label} class."
    if "temperature" not in contract.fitted:
        return f"{said} No temperature was fitted." if told.calibrated else said
    if "temperature" in told.applied:
        return f"{said} Probabilities with the fitted temperature, {contract.temperature:.2f}."
    return f"{said} A temperature was fitted: --calibrated applies it."
