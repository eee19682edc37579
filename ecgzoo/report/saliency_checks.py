"""Saliency checks: does a model's saliency lie near R peaks, and does it depend on its weights?"""

from __future__ import annotations

import numpy as np

from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation import PeakShare, peak_share
from ecgzoo.explanation import RandomisationCheck, explain, near_r_peaks, randomisation_check
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset
from ecgzoo.report.cross_validation import CrossValidation

CHECKED = 16  # records of the randomisation check


def saliency_near_peaks(one: CrossValidation, model: str) -> tuple[PeakShare, int]:
    """The share of saliency near R peaks, and how many records have no peaks.

    A record per group counts, explained by the fold that was not trained on it.
    """
    records = one.records
    _, firsts = np.unique(records.groups, return_index=True)
    maps, near, without = [], [], 0
    for fold, run in enumerate(one.runs[model]):
        rows = firsts[one.fold_of_record[firsts] == fold]
        built, _ = load_preset(run.folder)
        found = explain(built, records.signals[rows], records.spec)
        for row, map_ in zip(rows, found.on_signal(), strict=True):
            try:
                near.append(near_r_peaks(records.signals[[row]], records.spec)[0])
                maps.append(map_)
            except NoPeaksError:
                without += 1
    return peak_share(np.array(maps), np.array(near)), without


def randomised_saliency(one: CrossValidation, model: str) -> RandomisationCheck:
    """What is left of saliency maps when the weights of the first fold's model are randomised."""
    built, _ = load_preset(one.runs[model][0].folder)
    signals, spec = one.records.signals[:CHECKED], one.records.spec
    target = explain(built, signals, spec).target

    def maps() -> dict[str, np.ndarray]:
        found = explain(built, signals, spec, target=target)
        every = {"signal": found.on_signal(), **found.domains}
        return {name: np.abs(map_) for name, map_ in every.items()}

    return randomisation_check(core_of(built), maps)
