"""One request to a model server, and what can go wrong on its way."""

import http.client
import json
import re
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ecgzoo.client.values import encoded
from ecgzoo.errors import ServerError

UNKNOWN_MODEL = (
    "A server does not list its models: look into its models.config or what it printed at start. "
    "A model is unknown, too, until its first version is loaded."
)
OTHER_VERSION = "Its status, asked without a version, names the versions that it has."
REMEDIES = {
    429: "The server is busy. Ask again later.",
    503: "The server is busy or starting. Ask again later.",
    504: "The server gave up: ask for fewer rows at once, or raise its --rest_api_timeout_in_ms.",
}


def refusal(asked: str, code: int, body: bytes) -> ServerError:
    """The error that a server's answer with an HTTP status beyond 2xx stands for."""
    message = message_in(body)
    if message is None:
        return not_json(asked, code, body)
    return ServerError(asked, message, _remedy(code, message), code)


def not_json(asked: str, code: int, body: bytes) -> ServerError:
    """The error of an answer that no model server gives."""
    start = " ".join(body[:200].decode("utf-8", "replace").split())[:80]
    remedy = (
        "Check the address: a proxy or another server answers there; the environment variable "
        "no_proxy names hosts to be asked directly."
    )
    return ServerError(asked, f"expected JSON; got {start!r} with HTTP {code}", remedy, code)


def message_in(body: bytes) -> str | None:
    r"""The sentence of ``{"error": "message"}``; None if the body is none such.

    TensorFlow Serving escapes the message as C does, which is JSON only if it has no apostrophe and
    no letter beyond ASCII.

    Example:
        >>> message_in(rb'{ "error": "expected the feature \'signal\'" }')
        "expected the feature 'signal'"
    """
    try:
        content = json.loads(body)
        message = content.get("error") if isinstance(content, dict) else None
    except ValueError:
        found = re.fullmatch(rb'\s*\{\s*"error"\s*:\s*"(.*)"\s*\}\s*', body, re.DOTALL)
        message = _from_c(found[1]) if found else None
    return _plain(message) if isinstance(message, str) else None


def _from_c(escaped: bytes) -> str:
    return escaped.decode("unicode_escape").encode("latin-1", "replace").decode("utf-8", "replace")


def _plain(message: str) -> str:
    r"""The message without what TensorFlow puts around it and, in assertions, escapes once more.

    Example:
        >>> _plain("assertion failed: [expected 12 leads] [; got] [3]\n\t [[{{node Assert}}]]")
        'expected 12 leads; got 3'
    """
    found = re.search(r"assertion failed: \[(.*)\]", message)  # a dot ends at the line's end
    if found is None:
        return message.strip().partition("\n")[0]
    return _from_c(found[1].replace("] [; ", "; ").replace("] [", " ").encode())


def _remedy(code: int, message: str) -> str:
    if "not found in signature def" in message:
        return "The model was exported without it; its metadata name what it can be asked."
    if re.search(r"Specific\(|find version|version label", message):
        return OTHER_VERSION
    return UNKNOWN_MODEL if code == 404 else REMEDIES.get(code, "")


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
