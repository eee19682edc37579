"""The records that one model corrects of another, each as a picture of what that rests on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ecgzoo.evaluation import Corrected, NoPeaksError, corrected
from ecgzoo.explanation import explain, near_r_peaks
from ecgzoo.models.weights import load_preset
from ecgzoo.report.explanation_figures import draw_explanation
from ecgzoo.report.missing import finished_folds
from ecgzoo.training.fit import dataset_of
from ecgzoo.training.run import Predictions, Run
from tf_data import SignalDataset

SHOWN = "time_frequency"


def draw_corrected(
    baseline: Path,
    other: Path,
    to: Path,
    most: int = 6,
    method: str = "saliency",
    domain: str = SHOWN,
    dataset: SignalDataset | None = None,
) -> tuple[Corrected, list[Path]]:
    """Draws the records that a baseline gets wrong and another model right, by out-of-fold answers.

    Each picture is of the model that did not see the record in training: its traces, coloured by
    the map of the true class on the signal, and a domain with its Grad-CAM laid over.

    Args:
        baseline: folder of the first model's runs: ``fold0``, ``fold1``, and so on.
        other: likewise of the second.
        to: folder for the pictures, PNG and SVG.
        most: how many records, those first whose true class gains most.
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
    runs = finished_folds(other)
    parts = [run.predictions() for run in runs]
    theirs, ours = _joined(finished_folds(baseline)), Predictions.joined(parts)
    if theirs.names.tolist() != ours.names.tolist():
        raise ValueError(f"{baseline} and {other} did not answer for the same records")
    found = corrected(ours.labels, theirs.probabilities, ours.probabilities)
    data = dataset_of(runs[0].recipe()) if dataset is None else dataset
    folds = np.repeat(np.arange(len(runs)), [len(part.names) for part in parts])
    pictures = []
    for place, row in enumerate(found.rows[:most].tolist()):
        at = data.names.tolist().index(ours.names[row])
        said = (theirs.classes[found.before[place]], theirs.classes[found.labels[place]])
        shares = [one.probabilities[row, found.labels[place]] for one in (theirs, ours)]
        title = (
            f"{ours.names[row]}: {said[0]} by {baseline.name}, {said[1]} by {other.name} "
            f"(whose probability goes from {shares[0]:.0%} to {shares[1]:.0%})"
        )
        stem = to / f"{place + 1:02d}-{Path(ours.names[row]).stem}"
        run = runs[folds[row]]
        pictures += _draw(run, data.take([at]), stem, title, method, domain)
    return found, pictures


def _joined(runs: list[Run]) -> Predictions:
    return Predictions.joined([run.predictions() for run in runs])


def _draw(
    run: Run, record: SignalDataset, stem: Path, title: str, method: str, domain: str
) -> list[Path]:
    model, preset = load_preset(run.folder)
    target = int(record.labels[0])
    on_signal, cam = (
        explain(model, record.signals, preset.spec, name, target) for name in (method, "grad_cam")
    )
    try:
        near = near_r_peaks(record.signals, preset.spec)[0]
    except NoPeaksError:
        near = None  # nothing is underlined
    paths = [stem.with_name(f"{stem.name}{ending}") for ending in (".png", ".svg")]
    for path in paths:
        draw_explanation(record.signals[0], preset.spec, on_signal, path, title, cam, domain, near)
    return paths
