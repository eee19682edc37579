"""Synthetic: ADASYN's samples of a run's training part, as its model sees them, and drawn."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.evaluation import Neighbours, SyntheticSamples, compare_synthetic, nearest_real
from ecgzoo.evaluation.synthetic import SyntheticClass
from ecgzoo.models.embed import embed
from ecgzoo.report.html.elements import drawing, heading, items, paragraph, table
from ecgzoo.report.saved_figure import BLUE, GRAY, ORANGE, save_figure
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.fit import dataset_of
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from tf_data import SignalDataset
from tf_data.oversampling import oversample

FUSED = "fused"
DRAWN = 4  # synthetic signals in a figure


@dataclass(frozen=True, eq=False)
class Synthesised:
    """A training part's synthetic signals, compared with its real ones.

    Attributes:
        compared: Frechet distances by class, with their yardstick.
        neighbours: of each synthetic signal, the nearest real ones of its class in the embedding;
            indices are rows of ``real``.
        synthetic: float32 ``[n, samples, leads]``.
        synthetic_labels: int ``[n]``.
        real: float32 ``[m, samples, leads]``, the training part.
        names: ``[m]``, where each real one came from.
        classes: class names.
        spec: what the signals mean.
    """

    compared: SyntheticSamples
    neighbours: Neighbours
    synthetic: np.ndarray
    synthetic_labels: np.ndarray
    real: np.ndarray
    names: np.ndarray
    classes: tuple[str, ...]
    spec: SignalSpec

    def to_dict(self) -> dict[str, Any]:
        """The figures, ready for JSON; not the signals."""
        return {
            **self.compared.to_dict(),
            "neighbours": self.names[self.neighbours.indices].tolist(),
            "distances": self.neighbours.distances.tolist(),
        }


def synthesised(
    folder: Path, dataset: SignalDataset | None = None, seed: int = 0, neighbours: int = 3
) -> Synthesised:
    """Oversamples a finished run's training part with ADASYN and embeds it with the run's model.

    The model was trained on the real records among them, so it may set them apart from synthetic
    ones better than another would.

    Args:
        folder: of the run.
        dataset: other records than the recipe's.
        seed: of ADASYN and of the draws.
        neighbours: how many real ones of each synthetic one.

    Raises:
        RunError: if the run has not finished.
        OversamplingError: if ADASYN cannot work on the training part.
        ValueError: if it made too few samples to compare.
    """
    run = Run(folder)
    run.metrics()  # an unfinished run is said at once
    recipe = run.recipe()
    dataset = dataset_of(recipe) if dataset is None else dataset
    train = dataset.take(split_of(recipe, dataset).train)
    made = oversample("adasyn", train.signals, train.labels, seed, dataset.classes)
    seen = embed(folder, made.signals)[FUSED]
    compared = compare_synthetic(seen, made.labels, made.synthetic, dataset.classes, seed=seed)
    near = _nearest_of_class(seen, made.labels, made.synthetic, neighbours)
    return Synthesised(
        compared,
        near,
        made.signals[made.synthetic],
        made.labels[made.synthetic],
        np.asarray(train.signals),
        train.names,
        dataset.classes,
        dataset.spec,
    )


def draw_neighbours(
    found: Synthesised, label: int, lead: str, path: Path, title: str, count: int = DRAWN
) -> None:
    """Writes :func:`neighbours_figure` to a file."""
    save_figure(neighbours_figure(found, label, lead, title, count), path)


def neighbours_figure(
    found: Synthesised, label: int, lead: str, title: str, count: int = DRAWN
) -> Figure:
    """Synthetic signals of a class, each beside its nearest real ones.

    Those drawn are spread evenly over the distances to the nearest: from the likest to the least.

    Args:
        found: as :func:`synthesised` gives it.
        label: the class' index.
        lead: which lead.
        title: what stands above it.
        count: most synthetic signals, a row each.

    Raises:
        ValueError: if the class has no synthetic signals, or there is no such lead.
    """
    if lead not in found.spec.leads:
        raise ValueError(f"expected a lead among {', '.join(found.spec.leads)}; got {lead!r}")
    rows = np.flatnonzero(found.synthetic_labels == label)
    if not rows.size:
        raise ValueError(f"{found.classes[label]} has no synthetic signals; ADASYN made none of it")
    near, column = found.neighbours, found.spec.leads.index(lead)
    ordered = rows[np.argsort(near.distances[rows, 0], kind="stable")]
    shown = ordered[np.linspace(0, len(ordered) - 1, min(count, len(ordered))).round().astype(int)]
    width = near.indices.shape[1] + 1
    figure = Figure(figsize=(2.4 * width, 1.4 * len(shown) + 0.6), layout="constrained")
    figure.suptitle(title, fontsize=10)
    panels = figure.subplots(len(shown), width, squeeze=False, sharex=True, sharey=True)
    for line, one in zip(panels, shown, strict=True):
        _draw(line[0], found.synthetic[one, :, column], found.spec, ORANGE, f"synthetic {one}")
        for panel, real, distance in zip(
            line[1:], near.indices[one], near.distances[one], strict=True
        ):
            name = f"{Path(str(found.names[real])).stem}, distance {distance:.2g}"
            _draw(panel, found.real[real, :, column], found.spec, BLUE, name)
    for panel in panels[-1]:
        panel.set_xlabel("time (s)", fontsize=8)
    return figure


def _nearest_of_class(
    seen: np.ndarray, labels: np.ndarray, synthetic: np.ndarray, neighbours: int
) -> Neighbours:
    """The nearest real records of the same class, by their rows among all real ones."""
    made, real = np.flatnonzero(synthetic), np.flatnonzero(~synthetic)
    indices = np.empty((len(made), neighbours), int)
    distances = np.empty((len(made), neighbours))
    for label in np.unique(labels[made]):
        new, old = labels[made] == label, np.flatnonzero(labels[real] == label)
        found = nearest_real(seen[made[new]], seen[real[old]], neighbours)
        indices[new], distances[new] = old[found.indices], found.distances
    return Neighbours(indices, distances)


def _draw(panel: Any, signal: np.ndarray, spec: SignalSpec, colour: str, title: str) -> None:
    panel.plot(np.arange(spec.samples) / spec.sampling_rate, signal, color=colour, linewidth=0.7)
    panel.set_title(title, fontsize=7)
    panel.tick_params(labelsize=6)
    panel.grid(color=GRAY, alpha=0.2)


EMBEDDED_BY = ("hybrid1", "cnn1d")
LEAD = "II"
HEADS = ("class", "real", "synthetic", "set size", "synthetic to real", "real to real", "verdict")
READ = (
    "Squared Frechet distance between random sets of a class' synthetic and real records, in the "
    "fused embedding of the first fold's model, beside that between halves of its real records: "
    "means, with 95% of the draws in brackets. ADASYN puts samples between real ones, so a small "
    "distance is no proof of quality; and the model was trained on the real ones."
)


def synthetic_section(study: Study) -> str:
    """The section's body."""
    return paragraph(READ) + "".join(_of_one(one) for one in study)


def _of_one(one: CrossValidation) -> str:
    model = next((name for name in EMBEDDED_BY if name in one.models), one.models[0])
    title = heading(f"{title_of(one)}; embedded by {model}")
    try:
        found = synthesised(one.runs[model][0].folder, one.dataset)
    except ValueError as error:
        return title + paragraph(f"Not compared: {error}", "warning")
    left_out = [f"{name} is left out: {why}." for name, why in found.compared.left_out.items()]
    rows = map(_row, found.compared.classes)
    return "".join([title, table(HEADS, rows, "Distances"), items(left_out), _drawn(one, found)])


def _row(one: SyntheticClass) -> list[str]:
    verdict = "within real" if one.distance <= one.yardstick_high else "beyond real"
    return [
        one.name,
        str(one.real),
        str(one.synthetic),
        str(one.size),
        f"{one.distance:.3g} ({one.low:.3g} to {one.high:.3g})",
        f"{one.yardstick:.3g} ({one.yardstick_low:.3g} to {one.yardstick_high:.3g})",
        verdict,
    ]


def _drawn(one: CrossValidation, found: Synthesised) -> str:
    """The class with the fewest real records, which has most to gain and to lose."""
    rarest = min(found.compared.classes, key=lambda each: each.real)
    lead = LEAD if LEAD in found.spec.leads else found.spec.leads[0]
    label = found.classes.index(rarest.name)
    title = f"{rarest.name}, lead {lead}: synthetic, and its nearest real records"
    return drawing(
        f"synthetic-{one.recipe.protocol}",
        lambda: neighbours_figure(found, label, lead, title),
        f"Synthetic records of class {rarest.name}, each beside its three nearest real ones.",
        "From the likest synthetic record to the least like; distances in the embedding.",
    )
