"""Printed pages: page image to signal, signal to page.

``LeadTraces`` and ``VerticalAverage`` are Keras layers that work in ``tf.data``, in a model and in
an exported graph; ``read_page`` reads files; ``render_page`` draws a page from a signal.
"""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "pages.decode": ["TracedPage", "decode_pages", "read_page", "trace_page"],
        "pages.digitised_page": ["DigitisedPage", "digitise"],
        "pages.layout": ["AVERAGE_SPEC", "PAGE_LAYOUT", "PAGE_SPEC"],
        "pages.page_layers": ["LeadTraces", "VerticalAverage"],
        "pages.quality": ["PageQuality"],
        "pages.render": ["page_bytes", "render_page", "write_page"],
    },
)
