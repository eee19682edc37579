"""Which lead's name stands in each box: another than the layout's is a page that is not known."""

from typing import Any

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import lead_name
from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.page_marks import boxes, lead_names

MAX_EXCESS = 0.5  # 1 where names are exchanged; real pages: 0.03 and less

Tensor = Any


def bears_another_name(pages: Tensor, layout: PageLayout) -> Tensor:
    """Whether the name in any box is another lead's.

    Two names are told apart by the ink that one has and the other has not: of each, the share that
    is dark. Traces run through names, but never through all that makes one into another.

    Args:
        pages: gray pages ``[batch, height, width]``, 0 to 255.
        layout: the page's geometry.

    Returns:
        bool ``[batch]``.

    Example:
        >>> from ecgzoo.pages.fixed_print import name_ink
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> page = 255 * ~name_ink(PAGE_LAYOUT, "II")
        >>> page[436:456, 1138:1194] = page[737:757, 1138:1194]  # V2 for V1
        >>> bears_another_name(page[None], PAGE_LAYOUT).numpy().tolist()
        [True]
    """
    names = np.stack([lead_name(lead).ravel() for lead in layout.leads])
    glyphs = ops.cast(names, "float32")
    found = boxes(pages, lead_names(layout), layout)[:, 0] < layout.ink_below
    dark = ops.reshape(ops.cast(found, "float32"), (-1, *names.shape))
    own = dark * glyphs
    common = own @ ops.transpose(glyphs)  # dark, of what the box's own name and each other share
    theirs = dark @ ops.transpose(glyphs) - common
    ours = ops.sum(own, axis=-1, keepdims=True) - common
    size = names.sum(axis=1)
    shared = names.astype("int32") @ names.T.astype("int32")
    excess = _share(theirs, size - shared) - _share(ours, size[:, None] - shared)
    return ops.any(excess > MAX_EXCESS, axis=(1, 2))


def _share(dark: Tensor, size: np.ndarray) -> Tensor:
    """Of all that could be dark; all of nothing is."""
    return ops.where(size > 0, dark / np.maximum(size, 1).astype("float32"), 1.0)
