"""Exports without the fresh process, which takes seconds and has tests of its own."""

import contextlib
from collections.abc import Iterator

import pytest

from ecgzoo.exporting.saved_model import write as saved_model


@contextlib.contextmanager
def without_verification() -> Iterator[None]:
    """Exports neither ask a fresh process nor record what it would be asked, meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_model, "verify", lambda _: [])
        patch.setattr(saved_model, "write_recorded", lambda *_: None)
        yield
