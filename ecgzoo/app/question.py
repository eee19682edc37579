"""Question: what a tab asks, with the files that it asks about; nothing of it touches the disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ecgzoo.app.files_in_memory import safe_name
from ecgzoo.errors import SignalError

MOST = 512 * 2**20  # bytes in all: a day of three leads is a tenth of it
MOST_FILES = 500


@dataclass(frozen=True)
class Question:
    """What a tab asks.

    Attributes:
        files: contents by name.
        model: the key of the model.
        sampling_rate: in Hz, of files that do not say it.
        unit: of the same; by default the model's.
        start: from which second on a record is shown.
    """

    files: Mapping[str, bytes]
    model: str
    sampling_rate: float | None = None
    unit: str | None = None
    start: float = 0.0


class _InMemory(MultiPartParser):
    """A parser that keeps what it is sent; Starlette's own writes it to the disk."""

    spool_max_size = MOST


async def read_question(headers: Headers, stream: AsyncGenerator[bytes, None]) -> Question:
    """What was posted.

    Args:
        headers: of the request.
        stream: its body.

    Raises:
        SignalError: if it is too large, without a file, two files have one name, or a number in it
            is none.
    """
    if not headers.get("content-type", "").startswith("multipart/form-data"):
        raise SignalError("expected files and a model as multipart/form-data, as a browser sends")
    try:
        parser = _InMemory(headers, _counted(stream), max_files=MOST_FILES, max_fields=10)  # type: ignore[arg-type]
        form = await parser.parse()
    except MultiPartException as error:
        raise SignalError(f"expected up to {MOST_FILES} files and a model; {error}") from error
    try:
        uploads = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
        files = await _contents(uploads)
    finally:
        await form.close()
    if not files:
        raise SignalError("expected a file; none was sent. Drop or choose one.")
    start = _number(form, "start", "a second of the record", least=0) or 0.0
    rate = _number(form, "rate", "samples per second", least=1e-3)
    model, unit = (str(form.get(name, "")) for name in ("model", "unit"))
    return Question(files, model, rate, unit or None, start)


async def _contents(uploads: Iterable[UploadFile]) -> dict[str, bytes]:
    """The files by name; of two that have one, which was meant is not for the server to say."""
    files: dict[str, bytes] = {}
    for one in uploads:
        name = safe_name(one.filename or "")
        if name in files:
            raise SignalError(
                f"expected a name of its own for each file; {name} came twice: rename one"
            )
        files[name] = await one.read()
    return files


async def _counted(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in stream:
        received += len(chunk)
        if received > MOST:
            raise MultiPartException(f"more than {MOST // 2**20} MiB were sent")
        yield chunk


def _number(form: FormData, name: str, meaning: str, least: float) -> float | None:
    """A number of the form; None where nothing was written."""
    written = str(form.get(name, "")).strip()
    if not written:
        return None
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise SignalError(f"expected {meaning}, from {least:g} on; got {written!r}")
    return value
