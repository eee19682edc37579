"""One request to a model server, and what can go wrong on its way."""

from http.client import HTTPException, IncompleteRead
from typing import Any
from urllib.error import URLError

from ecgzoo.client.connection import Deadline, exchange
from ecgzoo.client.refusals import ELSEWHERE, not_json, printable, refusal, shown
from ecgzoo.client.strict_json import json_in
from ecgzoo.client.values import encoded
from ecgzoo.errors import ServerError

LARGEST_ANSWER = 64 * 2**20
"""Bytes of an answer that are taken: the saliency of 32 signals of 12 leads in 5000 samples is 40
MB. What is made of them in Python can be twenty times as large."""

UNREACHABLE = (
    "Is the server running, and is its REST port published (TensorFlow Serving's is 8501, in "
    "Docker -p 8501:8501)?"
)
FEWER = "Ask for fewer rows at once, or pass a"


def ask(
    address: str,
    timeout: float | Deadline,
    content: object = None,
    largest: int = LARGEST_ANSWER,
) -> Any:
    """What a server answers: to GET, or to POST if there is content to send.

    Nothing is sent twice, so that an overloaded server is not asked for more, and a server that is
    gone is noticed at once. Whoever starts one waits with ``Client.wait``. Redirects are refused.

    Args:
        address: the URL.
        timeout: seconds after which it is given up, also while bytes still come; only the look-up
            of the host's name is not counted. Or the deadline that several requests have together.
        content: sent as JSON; see :func:`ecgzoo.client.values.encoded`.
        largest: bytes of an answer that are taken.

    Raises:
        ServerError: if there is no answer, it is a refusal or too large, or it is no strict JSON.
        TypeError: if the content cannot be sent.
    """
    deadline = timeout if isinstance(timeout, Deadline) else Deadline(timeout)
    body = None if content is None else encoded(content)
    asked = f"{'GET' if body is None else 'POST'} {address}"
    try:
        answer = exchange(address, body, deadline, largest)
    except BufferError:
        came = f"expected an answer of at most {largest} bytes; got more"
        raise ServerError(asked, came, f"{FEWER} larger largest_answer.") from None
    except (OSError, HTTPException, ValueError) as error:  # ValueError: addresses, also of proxies
        raise _no_answer(asked, deadline, error) from error
    if answer.code // 100 != 2:
        raise refusal(asked, answer.code, answer.body, answer.location)
    return _decoded(asked, answer.code, answer.body)


def _no_answer(asked: str, deadline: Deadline, error: Exception) -> ServerError:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        came = f"no answer within {deadline.seconds:g} s"
        return ServerError(asked, came, f"{FEWER} longer timeout.")
    if isinstance(reason, IncompleteRead):
        return ServerError(asked, "no answer: it ends early", ELSEWHERE)
    if isinstance(reason, HTTPException) and not isinstance(reason, OSError):
        return ServerError(asked, f"no answer: {shown(reason)}", ELSEWHERE)
    came = printable(f"no answer: {reason or type(reason).__name__}")
    return ServerError(asked, came, UNREACHABLE)


def _decoded(asked: str, code: int, body: bytearray) -> Any:
    try:
        return json_in(body.decode())
    except ArithmeticError as error:
        remedy = "The model is damaged, or was not exported by ecgzoo: export it again."
        raise ServerError(asked, str(error), remedy, code) from None
    except ValueError:
        raise not_json(asked, code, body) from None
