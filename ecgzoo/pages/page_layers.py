"""LeadTraces and VerticalAverage: the layers from a printed page to signals."""

from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import lead_name
from ecgzoo.pages.ink import choose_runs, find_runs
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.lead_laws import contradicts
from ecgzoo.pages.page_check import check_page
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.stroke import fill_gaps, undraw

LAYOUT = PAGE_LAYOUT
Tensor = Any


def _page_shape(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Checks the shape of a batch of pages and returns it without a channel."""
    page = tuple(shape[1:4])
    expected = (LAYOUT.height, LAYOUT.width)
    if len(shape) not in (3, 4) or page not in (expected, (*expected, 1)):
        raise ValueError(
            f"expected pages [batch, {LAYOUT.height}, {LAYOUT.width}], gray, with or without a "
            f"last axis of 1; got shape {tuple(shape)}. Read them with "
            "ecgzoo.pages.decode.decode_pages."
        )
    return tuple(shape[:3])


def _drop_channel(pages: Tensor) -> Tensor:
    pages = ops.convert_to_tensor(pages)
    return pages[..., 0] if len(pages.shape) == 4 else pages


class _PageLayer(keras.layers.Layer):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        kwargs.setdefault("autocast", False)
        kwargs.setdefault("trainable", False)
        super().__init__(**kwargs)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        _page_shape(input_shape)
        self.built = True


@keras.saving.register_keras_serializable(package="ecgzoo")
class VerticalAverage(_PageLayer):
    """Mean gray level of each column of a page, or of a part of it.

    The paper does not say whether its pages were cropped first; ``region`` does.

    Args:
        region: ``"page"``, ``"grid"`` (inside the printed frame), ``"strip"`` (the rhythm strip's
            box) or the name of a lead (its box).

    Input: pages ``[batch, 1572, 2213]`` or ``[batch, 1572, 2213, 1]``, gray levels 0 to 255, uint8
    or float. Output: float32 ``[batch, width of the region, 1]``, 0 to 255.

    Raises:
        ValueError: if the region is unknown or the pages have another shape.

    Source: arXiv 2508.00963, Algorithm 1.

    Example:
        >>> import numpy as np
        >>> pages = np.full((1, 1572, 2213), 255, "uint8")
        >>> pages[:, :786] = 0
        >>> average = VerticalAverage()(pages)
        >>> average.shape, float(average[0, 0, 0])
        (TensorShape([1, 2213, 1]), 127.5)
    """

    def __init__(self, region: str = "page", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region = region
        self._rows, self._columns = LAYOUT.region(region)

    def call(self, pages: Any) -> Any:
        part = _drop_channel(pages)[:, self._rows, self._columns]
        return ops.mean(ops.cast(part, "float32"), axis=1)[..., None]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch = _page_shape(input_shape)[0]
        return batch, self._columns.stop - self._columns.start, 1

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "region": self.region}


@keras.saving.register_keras_serializable(package="ecgzoo")
class LeadTraces(_PageLayer):
    """Traces the printed leads of a page.

    Each lead is traced on its own ink; Einthoven's law only checks the result. A refused page
    (``quality`` other than 0) has NaN in ``signal`` and ``rhythm``.

    Args:
        tolerance: pixels by which the edges of print may lie elsewhere; 0 for clean originals, 1
            for pages that :func:`~ecgzoo.pages.registration.rectify` has drawn.

    Input: pages ``[batch, 1572, 2213]`` or ``[batch, 1572, 2213, 1]``, gray levels 0 to 255, uint8
    or float. Output, a dictionary:

    * ``signal``: float32 ``[batch, 488, 12]`` in mV, described by ``PAGE_SPEC``;
    * ``rhythm``: float32 ``[batch, 1966]`` in mV, ten seconds at the same rate;
    * ``rhythm_lead``: int32 ``[batch]``, the strip's lead as an index into ``PAGE_SPEC.leads``,
      read from the name printed at its left (1 is II, 2 is III);
    * ``unseen``: int32 ``[batch, 12]``, columns of each lead without ink of its own, through which
      a straight line is drawn: behind print, and gaps of up to 6 columns (30 ms);
    * ``quality``: int32 ``[batch]``, a :class:`~ecgzoo.pages.quality.PageQuality`.

    Raises:
        ValueError: if the pages have another shape.

    Example:
        >>> import numpy as np
        >>> blank = np.full((1, 1572, 2213), 255, "uint8")
        >>> traced = LeadTraces()(blank)
        >>> traced["signal"].shape, PageQuality(int(traced["quality"][0])).name
        (TensorShape([1, 488, 12]), 'BLANK')
    """

    def __init__(self, tolerance: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tolerance = tolerance

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "tolerance": self.tolerance}

    def call(self, pages: Tensor) -> dict[str, Tensor]:
        pages = _drop_channel(pages)
        runs = find_runs(pages, LAYOUT)
        top, bottom, seen = choose_runs(runs, LAYOUT)
        # Both ends at once: the graph holds half the operations.
        ends = fill_gaps(ops.stack([top, bottom]), ops.stack([seen, seen]))
        y = undraw(ends[0], ends[1], LAYOUT.pen)
        baseline = np.reshape(np.array(LAYOUT.baselines, "float32"), (-1, 1, 1))
        traces = (baseline - y) / LAYOUT.pixels_per_millivolt
        rhythm_lead = _rhythm_lead(pages)
        quality = check_page(pages, runs, (top, bottom, seen), LAYOUT, self.tolerance)
        absurd = contradicts(traces, rhythm_lead, LAYOUT, self.tolerance)
        absurd = ops.logical_and(absurd, ops.equal(quality, PageQuality.GOOD))
        quality = ops.where(absurd, int(PageQuality.CONTRADICTORY), quality)
        good = ops.equal(quality, PageQuality.GOOD)
        rhythm = ops.reshape(traces[:, -1], (-1, LAYOUT.window_samples))
        return {
            "signal": ops.where(good[:, None, None], _signal(traces), np.float32("nan")),
            "rhythm": ops.where(good[:, None], rhythm[:, :RHYTHM_SAMPLES], np.float32("nan")),
            "rhythm_lead": rhythm_lead,
            "unseen": ops.sum(_signal(ops.cast(~seen, "int32")), axis=1),
            "quality": quality,
        }

    def compute_output_spec(self, pages: Any) -> dict[str, Any]:
        batch = _page_shape(pages.shape)[0]
        spec = {
            "signal": ((batch, *PAGE_SPEC.shape), "float32"),
            "rhythm": ((batch, RHYTHM_SAMPLES), "float32"),
            "rhythm_lead": ((batch,), "int32"),
            "unseen": ((batch, len(PAGE_SPEC.leads)), "int32"),
            "quality": ((batch,), "int32"),
        }
        return {k: keras.KerasTensor(shape, dtype=dtype) for k, (shape, dtype) in spec.items()}


def _signal(traces: Tensor) -> Tensor:
    """Rows and blocks to leads in clinical order: down each column of boxes."""
    leads = ops.transpose(traces[:, : len(LAYOUT.rows), :, : LAYOUT.box_samples], (0, 3, 2, 1))
    return ops.reshape(leads, (-1, *PAGE_SPEC.shape))


def _rhythm_lead(pages: Tensor) -> Tensor:
    """II or III by the last stroke of the strip's printed name."""
    short, long = LAYOUT.strip_leads
    stroke = lead_name(long) & ~lead_name(short)
    (height, width), y, x = stroke.shape, LAYOUT.name_tops[-1], LAYOUT.strip_left
    dark = pages[:, y : y + height, x : x + width] < ops.cast(LAYOUT.ink_below, pages.dtype)
    share = ops.sum(ops.cast(ops.logical_and(dark, stroke), "float32"), axis=(1, 2)) / stroke.sum()
    indices = [PAGE_SPEC.leads.index(lead) for lead in (short, long)]
    return ops.where(share > 0.9, indices[1], indices[0])
