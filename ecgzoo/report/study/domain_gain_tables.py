"""The tables of what domains add, in Markdown."""

from collections.abc import Sequence

from ecgzoo.evaluation import Interval
from ecgzoo.evaluation.results import p_short
from ecgzoo.report.cards.markdown import table
from ecgzoo.report.study.domain_gain import SECOND, THIRD, DomainGain, Gain
from ecgzoo.report.study.headline import SHOWN
from ecgzoo.report.study.side_by_side import PAPER_ACCURACY


def models_markdown(found: DomainGain) -> str:
    """A row per model: its means with interval and spread, and the F1 of each class."""
    classes = next(iter(found.per_class.values()))
    shown = [SHOWN[found.metric], "spread", *(["accuracy"] if found.accuracy else [])]
    rows = (
        [
            model,
            str(one),
            f"{one.spread:.3f}",
            *([str(found.accuracy[model])] if found.accuracy else []),
            *(f"{found.per_class[model][c]:.2f}" for c in classes),
        ]
        for model, one in found.models.items()
    )
    return table(("model", *shown, *(f"F1 {one}" for one in classes)), rows) + "\n"


def gains_markdown(found: DomainGain) -> str:
    """A row per difference."""
    rows = (
        [
            f"{one.model} - {one.without}",
            one.difference.interval,
            p_short(one.difference.p_value),
            p_short(one.corrected),
        ]
        for one in found.gains
    )
    return table(("difference", "95% interval", "p", "p, Holm"), rows) + "\n"


def caption(found: DomainGain) -> str:
    """How a data set's figures were measured, in a sentence."""
    leak = " (it leaks)" if found.leaky else ""
    return (
        f"{found.dataset}, {found.protocol} protocol{leak}: {found.records:,} records of "
        f"{found.groups:,} groups, means of {found.repetitions} repetitions."
    )


def section(found: DomainGain) -> str:
    """All of a data set: how it was measured, its models and their differences."""
    return f"{caption(found)}\n\n{models_markdown(found)}\n{gains_markdown(found)}"


def summary(found: Sequence[DomainGain]) -> str:
    """A row per data set: its figure of one, two and three domains, and what each adds."""
    rows = []
    for one in found:
        gains = {(gain.model, gain.without): gain for gain in one.gains}
        shown = [f"{one.models[model].estimate:.3f}" for model in (*SECOND[::-1], THIRD[0])]
        added = [gains[pair].difference.interval for pair in (SECOND, THIRD)]
        rows.append([one.called, SHOWN[one.metric], *shown, *added])
    heads = ("data set", "figure", SECOND[1], *SECOND[:1], THIRD[0], "second domain", "third")
    return table(heads, rows) + "\n"


SURE = 0.05  # p-values below it, after Holm's correction, are taken as shown


def claims_markdown(found: DomainGain) -> str:
    """What arXiv 2508.00963 says of its records, beside what was found of them."""
    gains = {(gain.model, gain.without): gain for gain in found.gains}
    rows = [
        ["Hybrid 1 beats the 2D-CNN", *_told(gains["hybrid1", "cnn2d"], found.metric, wanted=1)],
        ["Hybrid 2 is not above Hybrid 1", *_told(gains[THIRD], found.metric, wanted=-1)],
        *(
            [f"{model} has an accuracy of {paper:.0%}", *_reached(found.accuracy[model], paper)]
            for model, paper in PAPER_ACCURACY.items()
        ),
    ]
    return table(("arXiv 2508.00963", "found", "so"), rows) + "\n"


def _told(gain: Gain, metric: str, wanted: int) -> list[str]:
    """A difference, and whether it has the sign that the paper says."""
    difference = gain.difference
    agrees = difference.estimate * wanted > 0
    shown = gain.corrected < SURE
    verdict = {
        (True, True): "holds",
        (True, False): "agrees, within what chance does",
        (False, False): "not contradicted: within what chance does",
        (False, True): "contradicted",
    }[agrees, shown]
    how = f"{SHOWN[metric]} {difference.interval}, p {p_short(gain.corrected)} after Holm"
    return [how, verdict]


def _reached(accuracy: Interval, paper: float) -> list[str]:
    if paper > accuracy.high:
        return [str(accuracy), "not reached: above the interval"]
    verdict = "exceeded" if paper < accuracy.low else "within the interval"
    return [str(accuracy), verdict]
