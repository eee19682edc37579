"""Explanations: what models look at, whether of any weights, and where a second domain helps."""

from __future__ import annotations

import numpy as np

from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation import PeakShare, peak_share
from ecgzoo.explanation import RandomisationCheck, explain, near_r_peaks, randomisation_check
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.corrected_cases import corrected_cases
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of

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


FIRST, SECOND = "cnn1d", "hybrid1"
CASES = 3
PEAKS = (
    "Share of the absolute gradient on the signal within 60 ms of R peaks, a record per printed "
    "ID, by the model that was not trained on it; p by shifting each map in time."
)
SANITY = (
    "Rank correlation of saliency maps with those of the trained model while its layers are "
    "randomised from the answer down (Adebayo et al. 2018). Maps that stay alike show the signal "
    "and not what was learnt."
)
CORRECTED = (
    "Records that cnn1d gets wrong and hybrid1 right. They are chosen by the outcome; the number "
    "that it is the other way round for tells how much of it chance makes. Traces are coloured by "
    "hybrid1's saliency, what is near R peaks is underlined; over the scalogram lies its Grad-CAM."
)


def explanations_section(study: Study) -> str:
    """The section's body, on the headline alone: the others' models have seen copies."""
    one = study.headline
    models = [name for name in (FIRST, SECOND) if name in one.models]
    if not models:
        return paragraph(f"{FIRST} and {SECOND} were not run.")
    parts = [paragraph(f"{title_of(one)}."), heading("R peaks"), paragraph(PEAKS)]
    parts.append(_peaks(one, models))
    parts += [heading("Sanity check"), paragraph(SANITY), _randomised(one, models[-1])]
    if len(models) == 2:
        parts += [heading("What a second domain corrects"), paragraph(CORRECTED), _cases(one)]
    return "".join(parts)


def _peaks(one: CrossValidation, models: list[str]) -> str:
    rows = []
    for model in models:
        found, without = saliency_near_peaks(one, model)
        shares = (f"{found.share:.1%}", f"{found.chance:.1%}", f"{found.p_value:.2g}")
        rows.append([model, *shares, str(found.records), str(without)])
    heads = ("model", "share", "by chance", "p", "records", "without R peaks")
    return table(heads, rows, "Saliency near R peaks")


def _randomised(one: CrossValidation, model: str) -> str:
    found = randomised_saliency(one, model)
    heads = ("layers randomised", *found.similarity)
    rows = [
        [str(layers), *(f"{maps[stage]:.2f}" for maps in found.similarity.values())]
        for stage, layers in enumerate(found.layers)
    ]
    return table(heads, rows, f"{model}, first fold, the same classes explained at every stage")


def _cases(one: CrossValidation) -> str:
    found, cases = corrected_cases(one.runs[FIRST], one.runs[SECOND], one.dataset, CASES)
    return paragraph(f"{found}.", "verdict") + "".join(
        drawing(
            f"case-{place}",
            case.figure,
            f"Leads of {case.name} coloured by saliency, and a scalogram with Grad-CAM over it.",
            f"{case.title}.",
        )
        for place, case in enumerate(cases)
    )
