"""What a server's refusal means, and what to do about it."""

import json
import re

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


ELSEWHERE = (
    "Check the address: a proxy or another server answers there; the environment variable "
    "no_proxy names hosts to be asked directly."
)
REDIRECTED = (
    "Redirects are not followed, so that signals reach no other host: give the client that address "
    "if it is the model server's."
)
LONGEST = 2000  # characters of a message that are shown


def refusal(asked: str, code: int, body: bytes | bytearray, location: str = "") -> ServerError:
    """The error that a server's answer with an HTTP status beyond 2xx stands for."""
    if code // 100 == 3:
        came = f"redirected with HTTP {code} to {shown(location)}"
        return ServerError(asked, came, REDIRECTED, code)
    message = message_in(body)
    if message is None:
        return not_json(asked, code, body)
    return ServerError(asked, message, _remedy(code, message), code)


def not_json(asked: str, code: int, body: bytes | bytearray) -> ServerError:
    """The error of an answer that no model server gives."""
    start = " ".join(body[:200].decode("utf-8", "replace").split())[:80]
    return ServerError(asked, f"expected JSON; got {start!r} with HTTP {code}", ELSEWHERE, code)


def shown(anything: object) -> str:
    """What a server sent, as a line for an error: quoted, and no longer than it is read.

    Example:
        >>> shown("http://elsewhere/" + "x" * 300)[-8:]
        'xxxxx...'
    """
    text = ascii(anything)
    return text if len(text) <= 200 else f"{text[:200]}..."


def message_in(body: bytes | bytearray) -> str | None:
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
    except (ValueError, RecursionError):
        found = re.fullmatch(rb'\s*\{\s*"error"\s*:\s*"(.*)"\s*\}\s*', body, re.DOTALL)
        message = _from_c(found[1]) if found else None
    return _plain(message) if isinstance(message, str) else None


ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def _from_c(escaped: bytes) -> str:
    return ESCAPED.sub(_unescaped, escaped).decode("utf-8", "replace")


def _unescaped(found: re.Match[bytes]) -> bytes:
    one = found[1]
    return bytes([int(one, 8) % 256]) if len(one) == 3 else CONTROLS.get(one, one)


def _plain(message: str) -> str:
    r"""The message without what TensorFlow puts around it and, in assertions, escapes once more.

    Example:
        >>> _plain("assertion failed: [expected 12 leads] [; got] [3]\n\t [[{{node Assert}}]]")
        'expected 12 leads; got 3'
    """
    found = re.search(r"assertion failed: \[(.*)\]", message)  # a dot ends at the line's end
    if found is None:
        line = message.strip().partition("\n")[0]
    else:
        joined = found[1].replace("] [; ", "; ").replace("] [", " ")
        line = _from_c(joined.encode("utf-8", "replace"))
    return printable(line)


def printable(line: str) -> str:
    r"""A line without what no terminal or file takes: control characters and half characters.

    Example:
        >>> printable("a \x1b[31mred\ud800 line")
        'a [31mred line'
    """
    return "".join(one for one in line[:LONGEST] if one.isprintable())


def _remedy(code: int, message: str) -> str:
    if "not found in signature def" in message:
        return "The model was exported without it; its metadata name what it can be asked."
    if re.search(r"Specific\(|find version|version label", message):
        return OTHER_VERSION
    return UNKNOWN_MODEL if code == 404 else REMEDIES.get(code, "")
