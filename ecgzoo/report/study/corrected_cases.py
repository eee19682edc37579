"""The records that one model corrects of another, each as a picture of what that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.artifact.answers import Predictions
from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation import Corrected, corrected
from ecgzoo.explanation import explain, near_r_peaks
from ecgzoo.models.weights import load_preset
from ecgzoo.report.explanation_figures import explanation_figure
from ecgzoo.report.figures import save_figure
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
        signals, target = self.record.signals, int(self.record.labels[0])
        on_signal, cam = (
            explain(model, signals, preset.spec, name, target) for name in (method, "grad_cam")
        )
        try:
            near = near_r_peaks(signals, preset.spec)[0]
        except NoPeaksError:
            near = None
        return explanation_figure(signals[0], preset.spec, on_signal, self.title, cam, domain, near)


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
        ValueError: if the models did not answer for the same records.
    """
    parts = [run.predictions() for run in other]
    theirs = Predictions.joined([run.predictions() for run in baseline])
    ours = Predictions.joined(parts)
    models = [runs[0].folder.parent.name for runs in (baseline, other)]
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
        ValueError: if the models did not answer for the same records.
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
