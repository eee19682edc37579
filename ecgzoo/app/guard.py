"""Guard: this page alone is answered, and it loads nothing from elsewhere."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),  # drawings carry their styles and pictures in themselves
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
OWN = ("same-origin", "none")  # "none": typed, or asked by no browser


class Guard:
    """Refuses what another site asks for that is open in the same browser, but for the page itself.

    Args:
        app: what is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, with the headers that keep the page to itself."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        site = Headers(scope=scope).get("sec-fetch-site", "none")
        own = scope["path"] == "/" or site in OWN
        refusal = PlainTextResponse("expected a request of this page's own", 403)
        await (self._app if own else refusal)(scope, receive, with_headers)
