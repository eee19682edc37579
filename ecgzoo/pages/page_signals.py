"""Page signals: what a page can be read as, and how; told here and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_SPEC
from ecgzoo.signal_spec import SignalSpec

Tensor = Any


@dataclass(frozen=True)
class PageSignal:
    """A signal that a page becomes.

    Attributes:
        spec: what it is.
        column: what it is called among all that is measured on a page.
        meaning: how it comes of the page, for a reader.
        layer: makes the Keras layer from pages to it; None if ``LeadTraces`` gives it, which looks
            at every page.
    """

    spec: SignalSpec
    column: str
    meaning: str
    layer: Callable[[], Any] | None = None


def _average_layer() -> Any:
    from ecgzoo.pages.page_layers import VerticalAverage

    return VerticalAverage(region="page")


TRACES = "traces"
PAGE_SIGNALS: Mapping[str, PageSignal] = {
    TRACES: PageSignal(PAGE_SPEC, "signal", "each lead is traced from the page"),
    "average": PageSignal(
        AVERAGE_SPEC,
        "average",
        "the page's vertical average, the signal of arXiv 2508.00963",
        _average_layer,
    ),
}
"""By the name that recipes and presets call it."""


def page_signal_of(spec: SignalSpec) -> str | None:
    """The name of the page signal that a spec describes; None if no page becomes such a signal.

    Example:
        >>> page_signal_of(PAGE_SPEC), page_signal_of(SignalSpec(("II",), 250, 500))
        ('traces', None)
    """
    return next((name for name, one in PAGE_SIGNALS.items() if one.spec == spec), None)


def page_reader(*signals: str) -> Callable[[Tensor], dict[str, Tensor]]:
    """What reads signals on pages; its Keras layers are made here, once.

    Args:
        *signals: names of ``PAGE_SIGNALS``.

    Returns:
        A function from pages ``[batch, height, width]`` to what ``LeadTraces`` gives and the
        signals' columns. Any picture has an average: ``quality`` says whether it is a page.

    Raises:
        KeyError: if there is no such signal.

    Example:
        >>> import numpy as np
        >>> found = page_reader("average")(np.full((1, 1572, 2213), 255, "uint8"))
        >>> found["average"].shape, int(found["quality"][0])
        (TensorShape([1, 2213, 1]), 5)
    """
    from ecgzoo.pages.page_layers import LeadTraces

    tracer = LeadTraces()
    asked = [PAGE_SIGNALS[name] for name in signals]
    layers = {one.column: one.layer() for one in asked if one.layer}

    def read(pages: Tensor) -> dict[str, Tensor]:
        return {**tracer(pages), **{column: layer(pages) for column, layer in layers.items()}}

    return read
