"""PageFile: a printed page in a file, read once, whoever asks for it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecgzoo.pages.digitised_page import DigitisedPage


@dataclass(frozen=True, eq=False)
class PageFile:
    """A printed page in a file; reading a photograph takes seconds, so it is read once.

    Attributes:
        path: of the file.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from ecgzoo.pages.layout import PAGE_SPEC
        >>> from ecgzoo.pages.render import page_bytes, render_page
        >>> path = Path(tempfile.mkdtemp(), "page.png")
        >>> _ = path.write_bytes(page_bytes(render_page(np.full(PAGE_SPEC.shape, 0.5))))
        >>> page = PageFile(path)
        >>> str(page.digitised), page.digitised is page.digitised
        ('a clean original, traced as it is', True)
    """

    path: Path

    @functools.cached_property
    def contents(self) -> bytes:
        """The file as it is.

        Raises:
            OSError: if it cannot be read.
        """
        return self.path.read_bytes()

    @functools.cached_property
    def digitised(self) -> DigitisedPage:
        """Its leads, and how the page lay.

        Raises:
            PageError: if no page is found, or it cannot be read.
            OSError: if the file cannot be read.
        """
        from ecgzoo.pages.digitised_page import digitise  # brings TensorFlow

        return digitise(self.path)
