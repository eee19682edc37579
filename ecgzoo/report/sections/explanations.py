"""Explanations: what models look at, whether of any weights, and where a second domain helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.artifact.answers import Predictions
from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation import Corrected, PeakShare, corrected, peak_share
from ecgzoo.explanation import RandomisationCheck, explain, near_r_peaks, randomisation_check
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset
from ecgzoo.report.explanation_figures import explanation_figure
from ecgzoo.report.html.elements import drawing, heading, paragraph, table
from ecgzoo.report.saved_figure import save_figure
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.missing import finished_folds
from ecgzoo.training.fit import dataset_of
from ecgzoo.training.run import Run
from tf_data import SignalDataset

SHOWN = "time_frequency"


@dataclass(frozen=True, eq=False)
class Case:
    """A record that a baseline gets wrong and another model right.

    Attributes:
        name: of the record.
        title: what both say of it.
        run: of the model that is right, in the fold that was not trained on the record.
        record: alone.
    """

    name: str
    title: str
    run: Run
    record: SignalDataset

    def figure(self, method: str = "saliency", domain: str = SHOWN) -> Figure:
        """The traces, coloured by the map of the true class, and a domain with its Grad-CAM.

        What is near R peaks is underlined, if there are any.

        Args:
            method: what colours the traces.
            domain: which domain is drawn; one that the model has.

        Raises:
            UnknownNameError: if the model has no such domain, or there is no such method.
        """
        model, preset = load_preset(self.run.folder)
        signals, target = np.asarray(self.record.signals), int(self.record.labels[0])
        on_signal, cam = (
            explain(model, signals, preset.spec, name, target) for name in (method, "grad_cam")
        )
        try:
            near = near_r_peaks(signals, preset.spec)[0]
        except NoPeaksError:
            near = None
        return explanation_figure(signals[0], preset.spec, on_signal, self.title, cam, domain, near)


NOT_OF_SEVERAL = (
    "Of several labels at once a record may be right in some and wrong in others: which of them "
    "one model corrects is not said. compare-predictions tells both models' figures apart."
)


def corrected_cases(
    baseline: Sequence[Run], other: Sequence[Run], dataset: SignalDataset, most: int
) -> tuple[Corrected, list[Case]]:
    """The records that a baseline gets wrong and another model right, by out-of-fold answers.

    Args:
        baseline: the first model's runs, one of each fold.
        other: the second's, of the same folds.
        dataset: the records that they are of.
        most: how many cases are given, those first whose true class gains most.

    Returns:
        All such records, as rows of the predictions fold by fold; and the first of them.

    Raises:
        RunError: if a run has not finished.
        ValueError: if the models did not answer for the same records, or of several labels at once.
    """
    parts = [run.predictions() for run in other]
    theirs = Predictions.joined([run.predictions() for run in baseline])
    ours = Predictions.joined(parts)
    models = [runs[0].folder.parent.name for runs in (baseline, other)]
    if ours.several:
        raise ValueError(NOT_OF_SEVERAL)
    if theirs.names.tolist() != ours.names.tolist():
        raise ValueError(f"{models[0]} and {models[1]} did not answer for the same records")
    found = corrected(ours.labels, theirs.probabilities, ours.probabilities)
    fold_of = np.repeat(np.arange(len(parts)), [len(part.names) for part in parts])
    cases = []
    for place, row in enumerate(found.rows[:most].tolist()):
        said = (theirs.classes[found.before[place]], theirs.classes[found.labels[place]])
        shares = [one.probabilities[row, found.labels[place]] for one in (theirs, ours)]
        title = (
            f"{ours.names[row]}: {said[0]} by {models[0]}, {said[1]} by {models[1]} "
            f"(whose probability goes from {shares[0]:.0%} to {shares[1]:.0%})"
        )
        at = dataset.names.tolist().index(ours.names[row])
        cases.append(Case(str(ours.names[row]), title, other[fold_of[row]], dataset.take([at])))
    return found, cases


def draw_corrected(
    baseline: Path,
    other: Path,
    to: Path,
    most: int = 6,
    method: str = "saliency",
    domain: str = SHOWN,
    dataset: SignalDataset | None = None,
) -> tuple[Corrected, list[Path]]:
    """Draws :func:`corrected_cases`.

    Args:
        baseline: folder of the first model's runs: ``fold0``, ``fold1``, and so on.
        other: likewise of the second.
        to: folder for the pictures, PNG and SVG.
        most: how many records.
        method: what colours the traces.
        domain: which domain is drawn; one that the second model has.
        dataset: other records than the recipe's.

    Returns:
        All such records, as rows of the second model's predictions fold by fold; and the pictures.

    Raises:
        RunError: if a folder holds no finished run.
        ValueError: if the models did not answer for the same records, or of several labels at once.
        UnknownNameError: if the second model has no such domain.
    """
    first, second = finished_folds(baseline), finished_folds(other)
    data = dataset_of(second[0].recipe()) if dataset is None else dataset
    found, cases = corrected_cases(first, second, data, most)
    pictures = []
    for place, case in enumerate(cases, 1):
        figure = case.figure(method, domain)
        for ending in (".png", ".svg"):
            pictures.append(to / f"{place:02d}-{Path(case.name).stem}{ending}")
            save_figure(figure, pictures[-1])
    return found, pictures


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
    if len(models) == 2 and one.several:
        parts += [heading("What a second domain corrects"), paragraph(NOT_OF_SEVERAL)]
    elif len(models) == 2:
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
