"""One request to a model server, and what can go wrong on its way."""

from __future__ import annotations

import http.client
import json
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ecgzoo.client.errors import not_json, refusal
from ecgzoo.client.values import encoded
from ecgzoo.errors import ServerError

UNREACHABLE = (
    "Is the server running, and is its REST port published (TensorFlow Serving's is 8501, in "
    "Docker -p 8501:8501)?"
)
TOO_SLOW = "Ask for fewer rows at once, or pass a longer timeout."


def ask(address: str, timeout: float, content: object = None) -> Any:
    """What a server answers: to GET, or to POST if there is content to send.

    Nothing is sent twice, so that an overloaded server is not asked for more, and a server that is
    gone is noticed at once. Whoever starts one waits with ``Client.wait``.

    Args:
        address: the URL.
        timeout: seconds without a sign of life after which it is given up.
        content: sent as JSON; see :func:`ecgzoo.client.values.encoded`.

    Raises:
        ServerError: if there is no answer, it is a refusal, or it is no strict JSON.
        TypeError: if the content cannot be sent.
    """
    body = None if content is None else encoded(content)
    request = Request(address, data=body, headers={"Content-Type": "application/json"})
    asked = f"{request.get_method()} {address}"
    try:
        with urlopen(request, timeout=timeout) as response:
            return _decoded(asked, response.status, response.read())
    except HTTPError as error:
        with error:
            raise refusal(asked, error.code, error.read()) from None
    except (OSError, http.client.HTTPException) as error:
        raise _no_answer(asked, timeout, error) from error


def _no_answer(asked: str, timeout: float, error: Exception) -> ServerError:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return ServerError(asked, f"no answer within {timeout:g} s", TOO_SLOW)
    return ServerError(asked, f"no answer: {reason or type(reason).__name__}", UNREACHABLE)


def _decoded(asked: str, code: int, body: bytes) -> Any:
    def refuse(number: str) -> NoReturn:
        raise ServerError(
            asked,
            f"expected finite numbers in the answer; got {number}",
            "The model is damaged, or was not exported by ecgzoo: export it again.",
            code,
        )

    try:
        return json.loads(body, parse_constant=refuse)
    except ValueError:
        raise not_json(asked, code, body) from None
