"""No garbage collection while graphs are traced.

TensorFlow frees a dead function's graph when Python collects it, and has been seen to crash when
that happened while another was being traced (see also tensorflow#59242).
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Collects what is dead now, and then nothing until the block ends.

    Example:
        >>> with no_collection():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
