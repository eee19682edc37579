"""TracedPage: one page's signals, read eagerly from a file."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

import numpy as np

from ecgzoo.pages.decode import page_contents, read_page
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.lead_traces import LeadTraces
from ecgzoo.pages.quality import PageQuality, page_error
from ecgzoo.signal_spec import SignalSpec


@dataclass(frozen=True)
class TracedPage:
    """The signals of one printed page.

    Attributes:
        signal: float32 ``[samples, leads]`` in mV.
        rhythm: float32 ``[RHYTHM_SAMPLES]`` in mV, ten seconds.
        rhythm_lead: name of the strip's lead, ``"II"`` or ``"III"``.
        spec: what ``signal`` means.
    """

    signal: np.ndarray
    rhythm: np.ndarray
    rhythm_lead: str
    spec: SignalSpec = PAGE_SPEC


def trace_page(source: str | os.PathLike[str] | bytes) -> TracedPage:
    """Reads a page and traces its leads.

    Args:
        source: path of a JPEG or PNG file, or its contents.

    Returns:
        The traced leads and the rhythm strip.

    Raises:
        PageError: if it is no image of a page in this layout, or cannot be traced; says which file,
            what was expected, what was found and the remedy.
        OSError: if the file cannot be read.

    Example:
        >>> from ecgzoo.pages.render import page_bytes, render_page
        >>> import numpy as np
        >>> page = trace_page(page_bytes(render_page(np.full(PAGE_SPEC.shape, 0.5))))
        >>> page.rhythm_lead, float(page.signal.mean().round(2))
        ('II', 0.5)
    """
    contents, name = page_contents(source)
    page = read_page(source)
    traced = {key: np.asarray(value)[0] for key, value in _tracer()(page[None]).items()}
    if traced["quality"] != PageQuality.GOOD:
        raise page_error(int(traced["quality"]), name)
    return TracedPage(
        signal=traced["signal"],
        rhythm=traced["rhythm"],
        rhythm_lead=PAGE_SPEC.leads[int(traced["rhythm_lead"])],
    )


@functools.cache
def _tracer() -> LeadTraces:
    return LeadTraces()
