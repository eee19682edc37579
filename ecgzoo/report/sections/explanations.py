"""Explanations: what models look at, whether of any weights, and where a second domain helps."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.evaluation import Corrected
from ecgzoo.report.explanation_figures import explanation_figure
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.out_of_fold import OutOfFold
from ecgzoo.report.study import Study, title_of

FIRST, SECOND, DOMAIN = "cnn1d", "hybrid1", "time_frequency"
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
    "hybrid1's saliency; over the scalogram lies its Grad-CAM."
)


def explanations_section(study: Study) -> str:
    """The section's body, on the headline alone: the others' models have seen copies."""
    one = study.headline
    models = [name for name in (FIRST, SECOND) if name in one.models]
    if not models:
        return paragraph(f"{FIRST} and {SECOND} were not run.")
    seen = OutOfFold.of(one)
    parts = [paragraph(f"{title_of(one)}."), heading("R peaks"), paragraph(PEAKS)]
    parts.append(_peaks(seen, models))
    parts += [heading("Sanity check"), paragraph(SANITY), _randomised(seen, models[-1])]
    if len(models) == 2:
        parts += [heading("What a second domain corrects"), paragraph(CORRECTED), _cases(seen)]
    return "".join(parts)


def _peaks(seen: OutOfFold, models: list[str]) -> str:
    rows = []
    for model in models:
        found, without = seen.peaks(model)
        shares = (f"{found.share:.1%}", f"{found.chance:.1%}", f"{found.p_value:.2g}")
        rows.append([model, *shares, str(found.records), str(without)])
    heads = ("model", "share", "by chance", "p", "records", "without R peaks")
    return table(heads, rows, "Saliency near R peaks")


def _randomised(seen: OutOfFold, model: str) -> str:
    found = seen.randomised(model)
    heads = ("layers randomised", *found.similarity)
    rows = [
        [str(layers), *(f"{one[stage]:.2f}" for one in found.similarity.values())]
        for stage, layers in enumerate(found.layers)
    ]
    return table(heads, rows, f"{model}, first fold, the same classes explained at every stage")


def _cases(seen: OutOfFold) -> str:
    found = seen.corrected(FIRST, SECOND)
    return paragraph(f"{found}.", "verdict") + "".join(
        _case(seen, found, place) for place in range(min(CASES, len(found.rows)))
    )


def _case(seen: OutOfFold, found: Corrected, place: int) -> str:
    row, classes = int(found.rows[place]), seen.records.classes
    truth, before = classes[found.labels[place]], classes[found.before[place]]
    name = str(seen.records.names[row])
    title = f"{name}: {FIRST} says {before}, {SECOND} {truth}"

    def figure() -> Figure:
        rows = np.array([row])
        traces, over = (seen.explain(SECOND, rows, how)[0] for how in ("saliency", "grad_cam"))
        signal = seen.records.signals[row]
        return explanation_figure(signal, seen.records.spec, traces, title, over, DOMAIN)

    return drawing(
        f"case-{place}",
        figure,
        f"Twelve leads of {name} coloured by saliency, and a scalogram with Grad-CAM over it.",
        f"True class {truth}; its probability rises by {found.gain[place]:.2f} from {FIRST} to "
        f"{SECOND}.",
    )
