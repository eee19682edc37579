"""Desk: answers one question after another, each part sent as soon as it is there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from ecgzoo.app.part import Part

Put: TypeAlias = Callable[[Part], None]


class Desk:
    """One thread that does all the work: what draws and what computes share two cores badly.

    Matplotlib's settings are the process's own, so that two pictures at once would mix.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ecgzoo-app")

    async def answer(self, work: Callable[[Put], None]) -> AsyncIterator[Part]:
        """The parts of an answer; what is done for a tab that has gone is left at its next part.

        Args:
            work: is called in the desk's thread when its turn comes, with what takes its parts.
        """
        loop, parts = asyncio.get_running_loop(), asyncio.Queue[Part | None]()
        gone = threading.Event()

        def put(part: Part) -> None:
            if gone.is_set():
                raise asyncio.CancelledError
            loop.call_soon_threadsafe(parts.put_nowait, part)

        def run() -> None:
            try:
                if not gone.is_set():
                    work(put)
            finally:
                loop.call_soon_threadsafe(parts.put_nowait, None)

        done = self._thread.submit(run)
        try:
            while (part := await parts.get()) is not None:
                yield part
            done.result()
        finally:
            gone.set()

    def do(self, work: Callable[[], object]) -> None:
        """Work that nobody waits for, such as loading the first model."""
        self._thread.submit(work)

    def close(self) -> None:
        """Ends the thread when what it does is done; what waits is dropped."""
        self._thread.shutdown(wait=True, cancel_futures=True)
