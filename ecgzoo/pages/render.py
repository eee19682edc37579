"""A printed page drawn from a signal: the way back, for tests, examples and synthetic pages."""

import io
import os

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.pages.fixed_print import name_ink, pulse_ink, separator_ink
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
from ecgzoo.pages.printed_scale import scale_ink
from ecgzoo.signal_spec import SignalSpec


def draw_stroke(ink: np.ndarray, y: np.ndarray, left: int, pen: int) -> None:
    """Draws one trace into a page's ink, in place; what leaves the page is cut off.

    Args:
        ink: bool array ``[height, width]``.
        y: float array ``[samples]``, the row of the signal in each column.
        left: column of the first sample.
        pen: thickness of the pen in pixels, odd.

    Example:
        >>> ink = np.zeros((9, 5), bool)
        >>> draw_stroke(ink, np.full(3, 4.0), left=1, pen=3)
        >>> ink[:, 2].astype(int).tolist()
        [0, 0, 0, 1, 1, 1, 0, 0, 0]
    """
    reach = pen // 2
    rows = np.round(y).astype(int)
    top, bottom = _column_ranges(rows)
    top = _running(np.minimum, top, reach) - reach
    bottom = _running(np.maximum, bottom, reach) + reach
    heights = np.arange(ink.shape[0])[:, None]
    columns = slice(left - reach, left - reach + top.size)
    ink[:, columns] |= (heights >= top) & (heights <= bottom)


def _column_ranges(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last row that the line through all samples crosses in each column."""
    middles = (rows[1:] + rows[:-1]) // 2
    before = np.concatenate([rows[:1], middles])
    after = np.concatenate([middles, rows[-1:]])
    crossed = np.stack([before, rows, after])
    return crossed.min(axis=0), crossed.max(axis=0)


def _running(extreme: np.ufunc, x: np.ndarray, reach: int) -> np.ndarray:
    """Running minimum or maximum, ``reach`` longer at either end."""
    padded = np.pad(x, 2 * reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return extreme.reduce(windows, axis=-1)


LAYOUT = PAGE_LAYOUT
FRAME_COLOUR = (243, 165, 170)
DOT_COLOUR = (165, 46, 50)
FRAME_PEN = 4
# The grid's squares are a little larger on the data set's pages than 5 mm, its traces are not.
SQUARE, FIRST_LINES = 39.725, (324.0, 105.0)
DOT_EVERY = 4


def render_page(
    signal: np.ndarray,
    spec: SignalSpec = PAGE_SPEC,
    rhythm: np.ndarray | None = None,
    rhythm_lead: str = "II",
) -> np.ndarray:
    """Draws a page in the data set's layout.

    Args:
        signal: float array ``[samples, leads]`` in mV with the twelve leads among its own. If its
            leads are simultaneous, each column of boxes shows the next 2.5 s of ten.
        spec: what the signal means; other sampling rates are resampled (linearly).
        rhythm: the strip, ``[samples]`` in mV at the spec's rate. By default the signal's own lead,
            as far as it reaches, and then zero.
        rhythm_lead: the strip's lead, ``"II"`` or ``"III"``.

    Returns:
        uint8 ``[1572, 2213, 3]``.

    Raises:
        SignalError: if the signal does not fit its spec, is not in mV, lacks a lead, is too short
            or holds NaN.
        ValueError: if the strip's lead is neither II nor III.

    Example:
        >>> page = render_page(np.zeros(PAGE_SPEC.shape))
        >>> page.shape, page[463, 300].tolist()
        ((1572, 2213, 3), [0, 0, 0])
    """
    signal = _checked(signal, spec, rhythm_lead)
    ink = separator_ink(LAYOUT) | name_ink(LAYOUT, rhythm_lead) | scale_ink(LAYOUT)
    for baseline in LAYOUT.pulse_baselines:
        ink |= pulse_ink(baseline, LAYOUT)
    for row in range(len(LAYOUT.rows)):
        _draw_trace(ink, _row_trace(signal, spec, row), LAYOUT.baselines[row])
    strip = _strip_trace(signal, spec, rhythm, rhythm_lead)
    _draw_trace(ink, strip, LAYOUT.baselines[-1])
    page = _paper()
    page[ink] = 0
    return page


def page_bytes(page: np.ndarray, kind: str = "png") -> bytes:
    r"""A page as the bytes of an image file.

    Args:
        page: uint8 ``[height, width, 3]`` or ``[height, width]``.
        kind: ``"png"`` or ``"jpeg"``.

    Raises:
        ValueError: if the kind is another.

    Example:
        >>> page_bytes(np.zeros((2, 2, 3), "uint8"))[:4]
        b'\x89PNG'
    """
    from PIL import Image

    if kind not in ("png", "jpeg"):
        raise ValueError(f"expected kind 'png' or 'jpeg'; got {kind!r}")
    buffer = io.BytesIO()
    quality = {"quality": 95} if kind == "jpeg" else {}
    Image.fromarray(page).save(buffer, format=kind, **quality)
    return buffer.getvalue()


def write_page(
    path: str | os.PathLike[str],
    signal: np.ndarray,
    spec: SignalSpec = PAGE_SPEC,
    rhythm: np.ndarray | None = None,
    rhythm_lead: str = "II",
) -> None:
    """Draws a page and writes it as PNG or JPEG, by the path's ending.

    Args:
        path: file to write, ending in ``.png``, ``.jpg`` or ``.jpeg``.
        signal: see :func:`render_page`, as for the other arguments.
        spec: what the signal means.
        rhythm: the strip.
        rhythm_lead: the strip's lead.

    Raises:
        ValueError: if the ending is another, and as :func:`render_page` does.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_page(f"{folder}/flat.png", np.zeros(PAGE_SPEC.shape))
    """
    ending = os.path.splitext(os.fspath(path))[1].lower()
    kinds = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}
    if ending not in kinds:
        raise ValueError(f"expected a path ending in {', '.join(kinds)}; got {os.fspath(path)!r}")
    page = render_page(signal, spec, rhythm, rhythm_lead)
    with open(path, "wb") as file:
        file.write(page_bytes(page, kinds[ending]))


def _checked(signal: np.ndarray, spec: SignalSpec, rhythm_lead: str) -> np.ndarray:
    if rhythm_lead not in LAYOUT.strip_leads:
        raise ValueError(f"expected rhythm_lead of {LAYOUT.strip_leads}; got {rhythm_lead!r}")
    signal = np.asarray(signal, np.float64)
    if signal.shape != spec.shape:
        raise SignalError(f"expected a signal {spec.shape} by its spec; got {signal.shape}")
    missing = set(LAYOUT.leads) - set(spec.leads)
    samples = LAYOUT.strip_samples if spec.simultaneous else LAYOUT.box_samples
    seconds = samples / LAYOUT.sampling_rate
    if spec.unit != "mV" or missing or spec.seconds < seconds - 1 / spec.sampling_rate:
        raise SignalError(
            f"expected the leads {', '.join(LAYOUT.leads)} in mV for {seconds:.2f} s and more; got "
            f"{', '.join(spec.leads)} in {spec.unit} for {spec.seconds:.2f} s. Pad, cut or convert "
            "the signal to match."
        )
    if not np.isfinite(signal).all():
        raise SignalError("expected finite samples; got NaN or infinite ones. Fill them first.")
    return signal


def _resampled(lead: np.ndarray, rate: float, start: int, samples: int) -> np.ndarray:
    """A lead at the page's columns ``start`` and following, straight lines in between."""
    times = (start + np.arange(samples)) / LAYOUT.sampling_rate
    return np.interp(times * rate, np.arange(lead.size), lead)


def _row_trace(signal: np.ndarray, spec: SignalSpec, row: int) -> np.ndarray:
    """One printed row: four leads, joined behind the separators as the printer does."""
    columns, values = [], []
    for name, left in zip(LAYOUT.rows[row], LAYOUT.box_left, strict=True):
        start = left - LAYOUT.strip_left
        lead = signal[:, spec.leads.index(name)]
        first = start if spec.simultaneous else 0
        values.append(_resampled(lead, spec.sampling_rate, first, LAYOUT.box_samples))
        columns.append(start + np.arange(LAYOUT.box_samples))
    page_columns = np.arange(LAYOUT.strip_samples)
    return np.interp(page_columns, np.concatenate(columns), np.concatenate(values))


def _strip_trace(
    signal: np.ndarray, spec: SignalSpec, rhythm: np.ndarray | None, lead: str
) -> np.ndarray:
    strip = signal[:, spec.leads.index(lead)] if rhythm is None else np.asarray(rhythm, np.float64)
    if strip.ndim != 1 or not np.isfinite(strip).all():
        raise SignalError(f"expected a finite rhythm strip [samples]; got shape {strip.shape}")
    trace = _resampled(strip, spec.sampling_rate, 0, LAYOUT.strip_samples)
    known = round(strip.size / spec.sampling_rate * LAYOUT.sampling_rate)
    trace[known:] = 0.0
    return trace


def _draw_trace(ink: np.ndarray, trace: np.ndarray, baseline: float) -> None:
    y = baseline - trace * LAYOUT.pixels_per_millivolt
    draw_stroke(ink, y, LAYOUT.strip_left, LAYOUT.pen)


def _paper() -> np.ndarray:
    """The frame and the grid's dots, lighter than ink."""
    page = np.full((LAYOUT.height, LAYOUT.width, 3), 255, np.uint8)
    top, bottom, left, right = LAYOUT.grid
    page[top:bottom, left:right] = FRAME_COLOUR
    page[top + FRAME_PEN : bottom - FRAME_PEN, left + FRAME_PEN : right - FRAME_PEN] = 255
    rows = np.round(np.arange(FIRST_LINES[0], bottom - FRAME_PEN, SQUARE)).astype(int)
    columns = np.round(np.arange(FIRST_LINES[1], right - FRAME_PEN, SQUARE)).astype(int)
    page[np.ix_(rows, np.arange(left + FRAME_PEN, right - FRAME_PEN, DOT_EVERY))] = DOT_COLOUR
    page[np.ix_(np.arange(top + FRAME_PEN, bottom - FRAME_PEN, DOT_EVERY), columns)] = DOT_COLOUR
    return page
