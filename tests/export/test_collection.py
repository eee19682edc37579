"""Nothing is collected while graphs are traced, and afterwards as before."""

import gc
import weakref

import pytest

from ecgzoo.export.collection import no_collection


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_what_dies_before_is_collected_and_what_dies_meanwhile_later() -> None:
    before = weakref.ref(Cycle())
    with no_collection():
        assert before() is None
        meanwhile = weakref.ref(Cycle())
        _ = [[] for _ in range(10**5)]  # many times what makes Python collect
        assert meanwhile() is not None
    gc.collect()
    assert meanwhile() is None


def test_collection_goes_on_after_an_error_and_stays_off_where_it_was() -> None:
    with pytest.raises(KeyError), no_collection():
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    try:
        with no_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
