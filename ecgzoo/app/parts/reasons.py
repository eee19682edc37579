"""Reasons: what an answer rests on, its domains, and the records that a model sees near it."""

from __future__ import annotations

import functools
import html
from urllib.parse import quote

import numpy as np

from ecgzoo.prediction.asked import Asked
from ecgzoo.prediction.similar_records import EmbeddedRecords
from ecgzoo.report.explanation_figures import explanation_figure
from ecgzoo.report.figures import domains_figure
from ecgzoo.report.html.elements import drawing, scrolled
from ecgzoo.signal_spec import SignalSpec

NEAR = "Records of the package"
PREFERRED = "II"  # the lead in which rhythm is looked for


def why_html(span: str, signal: np.ndarray, asked: Asked, label: str) -> str:
    """The traces of a window, coloured by how much each sample moves the answer.

    Args:
        span: when the window is.
        signal: ``[1, samples, leads]``.
        asked: the model.
        label: what it answers.
    """
    found, spec = asked.explain(signal), asked.spec
    shares = found.shares()["signal"][0]
    most = ", ".join(spec.leads[lead] for lead in np.argsort(-shares, kind="stable")[:3])
    title = f"{span}: {found.method.replace('_', ' ')} of {label}"
    alt = f"Each lead, coloured by how much it moves {label}; most by {most}"
    caption = f"The darker, the more a change there moves the probability of {label}."
    make = functools.partial(explanation_figure, signal[0], spec, found, title)
    return scrolled(drawing("map", make, alt, caption), "What the answer rests on")


def domains_html(signal: np.ndarray, spec: SignalSpec) -> str:
    """One lead in time, frequency and time-frequency, as the models take them.

    Args:
        signal: ``[samples, leads]``.
        spec: what it means.
    """
    lead = PREFERRED if PREFERRED in spec.leads else spec.leads[0]
    alt = f"Lead {lead} as a signal, as a spectrum and as a scalogram"
    caption = "What the time, frequency and time-frequency encoders of the zoo are given."
    make = functools.partial(domains_figure, signal, spec, lead, f"lead {lead}")
    return scrolled(drawing("three", make, alt, caption), "The domains")


def similar_html(asked: Asked, known: EmbeddedRecords, signal: np.ndarray) -> str:
    """The records of the package nearest to a window, each of which can be opened.

    Args:
        asked: the model.
        known: the records as it sees them.
        signal: the window, ``[1, samples, leads]``.
    """
    found = known.nearest(asked.embed(signal)[0])
    rows = "".join(
        f'<tr><th scope="row"><button type="button" data-example="/records/{quote(one.name)}" '
        f'data-name="{html.escape(one.name)}.csv">{html.escape(one.name)}</button></th>'
        f"<td>{html.escape(one.label)}</td><td>{one.distance:.3f}</td></tr>"
        for one in found
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("record", "label", "distance"))
    return (
        f"<p>Of the {len(known.records)} records in the package, those whose fused embeddings are "
        "nearest. The presets were trained on them.</p>"
        + scrolled(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>", NEAR)
    )
