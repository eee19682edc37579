"""image: printed pages, traced and classified in the graph."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.signatures.answer import checked
from ecgzoo.exporting.signatures.example_signals import example_signals
from ecgzoo.exporting.signatures.model_graph import ModelGraph, traced
from ecgzoo.exporting.signatures.signal import answer_to
from ecgzoo.exporting.signatures.signature import Answer, Signature
from ecgzoo.exporting.signatures.status import merged, page_status, signal_status
from ecgzoo.pages.decode import decode_pages
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.page_signals import PAGE_SIGNALS, page_reader
from ecgzoo.pages.render import page_bytes, render_page


def image_signature(graph: ModelGraph, page: str) -> Signature:
    """``image_bytes`` string ``[batch]``, JPEG or PNG files of printed pages.

    Args:
        graph: the model.
        page: how a page becomes the signal: a name of ``ecgzoo.pages.page_signals``.
    """
    spec = graph.preset.spec
    column, read_pages = PAGE_SIGNALS[page].column, page_reader(page)
    takes = tf.TensorSpec((None,), tf.string, name="image_bytes")

    def read(image_bytes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pages, decoded = decode_pages(image_bytes)
        found = read_pages(pages)
        return found[column], merged(page_status(decoded), page_status(found["quality"]))

    read_once = traced(read, takes)

    def ask(image_bytes: tf.Tensor) -> Answer:
        signal, status = read_once(checked("image_bytes", image_bytes, ()))
        return answer_to(graph, signal, merged(status, signal_status(signal, spec)))

    drawn = [page_bytes(render_page(signal)) for signal in example_signals(PAGE_SPEC, 2)]
    return Signature(ask, [takes], {"image_bytes": np.array(drawn, object)})
