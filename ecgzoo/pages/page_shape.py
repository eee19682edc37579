"""The shape of a batch of pages, checked in one place."""

from __future__ import annotations

from typing import Any

from keras import ops

from ecgzoo.pages.layout import PAGE_LAYOUT

LAYOUT = PAGE_LAYOUT

Tensor = Any


def page_shape(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Checks the shape of a batch of pages and returns it without a channel.

    Raises:
        ValueError: if it is not that of a batch of this layout's pages.
    """
    page = tuple(shape[1:4])
    expected = (LAYOUT.height, LAYOUT.width)
    if len(shape) not in (3, 4) or page not in (expected, (*expected, 1)):
        raise ValueError(
            f"expected pages [batch, {LAYOUT.height}, {LAYOUT.width}], gray, with or without a "
            f"last axis of 1; got shape {tuple(shape)}. Read them with "
            "ecgzoo.pages.decode.decode_pages."
        )
    return tuple(shape[:3])


def drop_channel(pages: Tensor) -> Tensor:
    """Pages without their channel axis, as they came otherwise."""
    pages = ops.convert_to_tensor(pages)
    return pages[..., 0] if len(pages.shape) == 4 else pages
