"""Out of fold: a cross-validation's records, explained by the models that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgzoo.evaluation import Corrected, PeakShare, corrected, peak_share
from ecgzoo.evaluation.r_peaks import NoPeaksError
from ecgzoo.explanation import (
    Explanation,
    RandomisationCheck,
    explain,
    near_r_peaks,
    randomisation_check,
)
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset
from ecgzoo.report.cross_validation import CrossValidation
from ecgzoo.training.fit import dataset_of
from ecgzoo.training.job import split_of
from tf_data import SignalDataset

CHECKED = 16  # records of the randomisation check


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """The records of a cross-validation in the order of its predictions.

    Attributes:
        one: the cross-validation.
        records: all of them, fold after fold.
    """

    one: CrossValidation
    records: SignalDataset

    @classmethod
    def of(cls, one: CrossValidation) -> OutOfFold:
        """Loads the records and puts them in the order of the predictions."""
        dataset = dataset_of(one.recipe)
        runs = one.runs[one.models[0]]
        rows = np.concatenate([split_of(run.recipe(), dataset).test for run in runs])
        return cls(one, dataset.take(rows))

    def explain(self, model: str, rows: np.ndarray, method: str) -> list[Explanation]:
        """Each row's explanation, by the model that was not trained on it; one after another."""
        found: dict[int, Explanation] = {}
        for fold in np.unique(self.one.fold_of_record[rows]):
            built, _ = load_preset(self.one.runs[model][fold].folder)
            mine = rows[self.one.fold_of_record[rows] == fold]
            for row in mine:
                signals = self.records.signals[[row]]
                found[int(row)] = explain(built, signals, self.records.spec, method)
        return [found[int(row)] for row in rows]

    def peaks(self, model: str) -> tuple[PeakShare, int]:
        """The share of saliency near R peaks, a record per group; and records without peaks."""
        _, firsts = np.unique(self.records.groups, return_index=True)
        maps, near, without = [], [], 0
        for fold in np.unique(self.one.fold_of_record):
            rows = firsts[self.one.fold_of_record[firsts] == fold]
            built, _ = load_preset(self.one.runs[model][fold].folder)
            found = explain(built, self.records.signals[rows], self.records.spec)
            for row, map_ in zip(rows, found.on_signal(), strict=True):
                try:
                    near.append(near_r_peaks(self.records.signals[[row]], self.records.spec)[0])
                    maps.append(map_)
                except NoPeaksError:
                    without += 1
        return peak_share(np.array(maps), np.array(near)), without

    def randomised(self, model: str) -> RandomisationCheck:
        """What is left of saliency maps when the first fold's weights are randomised."""
        built, _ = load_preset(self.one.runs[model][0].folder)
        signals = self.records.signals[:CHECKED]
        target = explain(built, signals, self.records.spec).target

        def maps() -> dict[str, np.ndarray]:
            found = explain(built, signals, self.records.spec, target=target)
            return {"signal": np.abs(found.on_signal())} | {
                name: np.abs(map_) for name, map_ in found.domains.items()
            }

        return randomisation_check(core_of(built), maps)

    def corrected(self, first: str, second: str) -> Corrected:
        """The records that one model gets wrong and another right."""
        answers = self.one.predictions
        return corrected(
            answers[first].labels, answers[first].probabilities, answers[second].probabilities
        )
