"""Routes: the page, its files, examples, and answers as a stream of parts."""

from __future__ import annotations

import contextlib
import functools
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ecgzoo.app.answering import answer
from ecgzoo.app.desk import Desk
from ecgzoo.app.examples import example, record_csv
from ecgzoo.app.frame import frame
from ecgzoo.app.guard import Guard
from ecgzoo.app.models import Models
from ecgzoo.app.question import read_question
from ecgzoo.errors import EcgzooError, UnknownNameError

STATIC = {
    "style.css": ("ecgzoo.report.html", "style.css"),
    "app.css": ("ecgzoo.app", "static/app.css"),
    "app.js": ("ecgzoo.app", "static/app.js"),
    "stream.js": ("ecgzoo.app", "static/stream.js"),
    "paper.js": ("ecgzoo.app", "static/paper.js"),
}


def application(models: Models, hosts: tuple[str, ...] = ("127.0.0.1", "localhost")) -> Starlette:
    """The page as an ASGI application.

    Args:
        models: what it offers.
        hosts: names under which it may be asked: a page elsewhere that points a name of its own at
            this machine is refused.
    """
    desk = Desk()

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        desk.do(models.load_first)
        yield
        desk.close()

    async def page(_: Request) -> Response:
        return HTMLResponse(frame(models))

    async def ask(request: Request) -> Response:
        question = await read_question(request.headers, request.stream())
        parts = desk.answer(functools.partial(answer, question, models))
        lines = (part.line() async for part in parts)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return Starlette(
        routes=[
            Route("/", page),
            Route("/static/{name}", _static),
            Route("/examples/{name}", _file(example)),
            Route("/records/{name}", _file(record_csv)),
            Route("/answers", ask, methods=["POST"]),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
            Middleware(Guard),
        ],
        exception_handlers={EcgzooError: _said},
        lifespan=life,
    )


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return PlainTextResponse("not found", 404)
    package, path = STATIC[name]
    kind = mimetypes.guess_type(name)[0]
    return Response(files(package).joinpath(path).read_bytes(), media_type=kind)


def _file(make: Callable[[str], bytes]) -> Callable[[Request], Awaitable[Response]]:
    async def give(request: Request) -> Response:
        contents = await run_in_threadpool(make, request.path_params["name"])
        return Response(contents, media_type="application/octet-stream")

    return give


async def _said(_: Request, error: Exception) -> Response:
    code = 404 if isinstance(error, UnknownNameError) else 400
    return PlainTextResponse(str(error), code)
