"""Exports without verification, which has tests of its own; and what signatures answer."""

from collections.abc import Iterator

import pytest
from asking import Answers, ask_once
from signature_requests import jobs
from without_verification import without_verification


@pytest.fixture
def unverified() -> Iterator[None]:
    """Exports in the test are not verified, which is not what it is about."""
    with without_verification():
        yield


@pytest.fixture(scope="session", params=["python", "c_api"])
def answers(request, export_small, made_once_root) -> Answers:
    """Answers to every job of :mod:`signature_requests`: loading a model once for all is quick."""
    folder = made_once_root / f"answers-{request.param}"
    return ask_once(request.param, lambda: jobs(export_small), folder)
