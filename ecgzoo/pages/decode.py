"""JPEG and PNG bytes to gray pages, in a graph that no bytes can make fail.

The only file of ``pages`` that uses TensorFlow. A size is read from the header before anything is
decoded, so a small file that declares a huge image costs nothing.
"""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
from ecgzoo.pages.page_layers import LeadTraces
from ecgzoo.pages.quality import MAX_PIXELS, PageQuality, page_error
from ecgzoo.signal_spec import SignalSpec

SHAPE = (PAGE_LAYOUT.height, PAGE_LAYOUT.width)
JPEG_MAGIC = b"\xff\xd8\xff"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_WHITE = 255


def decode_page(contents: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes one page; bytes that are no page give a white page and a code.

    Args:
        contents: scalar string, the bytes of a JPEG or PNG file.

    Returns:
        The page, uint8 ``[1572, 2213]``, gray; and its :class:`PageQuality`, int32: ``GOOD``,
        ``NOT_AN_IMAGE``, ``TRUNCATED``, ``TOO_LARGE``, ``ROTATED`` (the size of a page on its side)
        or ``WRONG_SIZE``.

    Example:
        >>> page, quality = decode_page(tf.constant(b"no image"))
        >>> page.shape, PageQuality(int(quality)).name
        (TensorShape([1572, 2213]), 'NOT_AN_IMAGE')
    """
    quality = _judge_header(contents)
    return tf.cond(
        tf.equal(quality, int(PageQuality.GOOD)),
        lambda: _attempt(_decode_pixels, contents, (_white_page(), int(PageQuality.TRUNCATED))),
        lambda: (_white_page(), quality),
    )


def image_size(contents: tf.Tensor) -> tf.Tensor:
    """Height and width that a JPEG's or PNG's header declares.

    Args:
        contents: scalar string, the bytes of the file.

    Returns:
        int64 ``[2]``; zeros if the header cannot be read.

    Example:
        >>> image_size(tf.constant(b"no image")).numpy().tolist()
        [0, 0]
    """
    return _attempt(_header_size, contents, tf.zeros([2], tf.int64))


def decode_pages(contents: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes a batch of pages in parallel.

    Args:
        contents: string ``[batch]``, the bytes of JPEG or PNG files.

    Returns:
        Pages, uint8 ``[batch, 1572, 2213]``, and qualities, int32 ``[batch]``, as of
        :func:`decode_page`.

    Example:
        >>> pages, quality = decode_pages(tf.constant([b"", b"text"]))
        >>> pages.shape, quality.numpy().tolist()
        (TensorShape([2, 1572, 2213]), [1, 1])
    """
    count = tf.shape(contents, out_type=tf.int64)[0]
    # One more, dropped again: a data set of nothing at all has no single element.
    padded = tf.concat([contents, [""]], axis=0)
    decoded = tf.data.Dataset.from_tensor_slices(padded).map(decode_page, tf.data.AUTOTUNE)
    pages, quality = decoded.batch(count + 1).get_single_element()
    return tf.ensure_shape(pages[:count], (None, *SHAPE)), quality[:count]


def read_page(source: str | os.PathLike[str] | bytes) -> np.ndarray:
    """Reads a page from a file or from its bytes.

    Args:
        source: path of a JPEG or PNG file, or its contents.

    Returns:
        uint8 ``[1572, 2213]``, gray.

    Raises:
        PageError: if it is not an image of the page's size; says which file, what was expected,
            what was found and the remedy.
        OSError: if the file cannot be read.

    Example:
        >>> read_page(b"no image")
        Traceback (most recent call last):
        ecgzoo.errors.PageError: page: expected a 3 x 4 + 1 ECG page of 2213 x 1572 pixels \
(200 dpi, 25 mm/s, 10 mm/mV); found bytes that are neither JPEG nor PNG (8 bytes); remedy: send \
the JPEG or PNG file itself, unchanged
    """
    contents, name = _page_contents(source)
    page, quality = decode_page(tf.constant(contents))
    if int(quality) != PageQuality.GOOD:
        height, width = image_size(tf.constant(contents)).numpy()
        found = f"{width} x {height} pixels" if height else f"{len(contents)} bytes"
        raise page_error(int(quality), name, found)
    return page.numpy()


def _page_contents(source: str | os.PathLike[str] | bytes) -> tuple[bytes, str]:
    """The bytes of a page and the name to call it by in messages."""
    if isinstance(source, bytes):
        return source, "page"
    with open(source, "rb") as file:
        return file.read(), os.fspath(source)


def _judge_header(contents: tf.Tensor) -> tf.Tensor:
    jpeg = tf.equal(_head(contents, len(JPEG_MAGIC)), JPEG_MAGIC)
    known = jpeg | _is_png(contents)
    size = image_size(contents)
    expected = tf.constant(SHAPE, tf.int64)
    verdicts = (
        (~known, PageQuality.NOT_AN_IMAGE),
        (tf.reduce_any(size <= 0), PageQuality.TRUNCATED),
        (size[0] > MAX_PIXELS // tf.maximum(size[1], 1), PageQuality.TOO_LARGE),
        (tf.reduce_all(size == expected[::-1]), PageQuality.ROTATED),
        (tf.reduce_any(size != expected), PageQuality.WRONG_SIZE),
    )
    quality = tf.constant(int(PageQuality.GOOD))
    for refused, code in reversed(verdicts):
        quality = tf.where(refused, int(code), quality)
    return quality


def _is_png(contents: tf.Tensor) -> tf.Tensor:
    return tf.equal(_head(contents, len(PNG_MAGIC)), PNG_MAGIC)


def _head(contents: tf.Tensor, length: int) -> tf.Tensor:
    """The first bytes; ``tf.strings.substr`` accepts a length beyond the end."""
    return tf.strings.substr(contents, 0, length)


def _header_size(contents: tf.Tensor) -> tf.Tensor:
    def png_size() -> tf.Tensor:
        fields = tf.io.decode_raw(tf.strings.substr(contents, 16, 8), tf.int32, little_endian=False)
        width_height = tf.cast(tf.ensure_shape(fields, [2]), tf.int64) % 2**32
        return width_height[::-1]

    def jpeg_size() -> tf.Tensor:
        return tf.cast(tf.io.extract_jpeg_shape(contents)[:2], tf.int64)

    return tf.cond(_is_png(contents), png_size, jpeg_size)


def _decode_pixels(contents: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    page = tf.cond(
        _is_png(contents),
        lambda: tf.io.decode_png(contents, channels=1),
        lambda: tf.io.decode_jpeg(contents, channels=1, dct_method="INTEGER_ACCURATE"),
    )
    return tf.ensure_shape(page, (*SHAPE, 1))[..., 0], tf.constant(int(PageQuality.GOOD))


def _attempt(operation: Callable[[tf.Tensor], Any], contents: tf.Tensor, otherwise: Any) -> Any:
    """``operation(contents)``, or ``otherwise`` if it fails: the graph's try and except.

    ``tf.data`` is the one place in TensorFlow where an operation's error can be dropped. Its
    optimisations are switched off, since they would rewrite this small graph at every call.
    """
    attempt = tf.data.Dataset.from_tensors(contents).map(operation).ignore_errors()
    fallback = tf.data.Dataset.from_tensors(otherwise)
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    return attempt.concatenate(fallback).take(1).with_options(options).get_single_element()


def _white_page() -> tf.Tensor:
    return tf.fill(SHAPE, tf.constant(_WHITE, tf.uint8))


@dataclass(frozen=True)
class TracedPage:
    """The signals of one printed page.

    Attributes:
        signal: float32 ``[samples, leads]`` in mV.
        rhythm: float32 ``[RHYTHM_SAMPLES]`` in mV, ten seconds; of other layouts the first strip,
            which may be empty.
        rhythm_lead: name of the strip's lead.
        unseen: int32 ``[leads]``, columns of each lead through which a straight line was drawn.
        spec: what ``signal`` means.
        error: float32 ``[leads]``, the RMS error in mV to be expected of each; None of the exact
            tracer, which refuses what it does not see.
    """

    signal: np.ndarray
    rhythm: np.ndarray
    rhythm_lead: str
    unseen: np.ndarray
    spec: SignalSpec = PAGE_SPEC
    error: np.ndarray | None = None


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
    name = "page" if isinstance(source, bytes) else os.fspath(source)
    return trace_pixels(read_page(source), name)


def trace_pixels(page: np.ndarray, name: str = "page", tolerance: int = 0) -> TracedPage:
    """Traces the leads of a page that was read before.

    Args:
        page: uint8 ``[1572, 2213]``, gray.
        name: what it is called, for messages.
        tolerance: as of :class:`~ecgzoo.pages.page_layers.LeadTraces`.

    Returns:
        The traced leads and the rhythm strip.

    Raises:
        PageError: if it is no page in this layout, or cannot be traced.

    Example:
        >>> trace_pixels(np.full((1572, 2213), 255, "uint8"))
        Traceback (most recent call last):
        ecgzoo.errors.PageError: page: expected a 3 x 4 + 1 ECG page ...; found a page without ...
    """
    traced = {key: np.asarray(value)[0] for key, value in _tracer(tolerance)(page[None]).items()}
    if traced["quality"] != PageQuality.GOOD:
        raise page_error(int(traced["quality"]), name)
    return TracedPage(
        signal=traced["signal"],
        rhythm=traced["rhythm"],
        rhythm_lead=PAGE_SPEC.leads[int(traced["rhythm_lead"])],
        unseen=traced["unseen"],
    )


@functools.cache
def _tracer(tolerance: int) -> Callable[[np.ndarray], dict[str, Any]]:
    """The layer, as a graph where it can be one: step by step it takes two seconds a page."""
    layer = LeadTraces(tolerance)
    if keras.backend.backend() != "tensorflow":
        return layer
    return tf.function(layer, input_signature=[tf.TensorSpec((1, *SHAPE), tf.uint8)])
