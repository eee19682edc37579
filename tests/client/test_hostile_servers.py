"""A server may be broken or malicious: each method ends in a ServerError, and follows nothing."""

import gzip
import json

import pytest
from client_methods import METHODS, SIGNALS
from local_server import serving
from raw_server import OK, chunked, raw_server, sized

from ecgzoo.client import Client, ServerError

DIGITS = b"9" * 5000


def moved(code: int, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 %d Moved" % code, *headers, b"Content-Length: 2", b"", b"{}"])


NO_HTTP = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n{}",
    "a status of many digits": b"HTTP/1.1 " + DIGITS + b" OK\r\n\r\n{}",
    "another HTTP": b"HTTP/9.9 200 OK\r\n\r\n{}",
    "a long status": b"HTTP/1.1 200 " + b"x" * 10**5 + b"\r\n\r\n{}",
    "a long header": OK + b"x: " + b"x" * 10**5 + b"\r\n\r\n{}",
    "many headers": OK + b"x: y\r\n" * 1000 + b"\r\n{}",
    "no headers' end": OK + b"x: y",
    "a protocol to switch to": b"HTTP/1.1 101 Switching\r\n\r\n",
    "terminal codes": b"HTTP/1.1 \x1b[31m 200\r\n\r\n",
}
BODIES_CUT = {
    "cut off": sized(b'{"outputs"', b"100"),
    "cut off, in chunks": chunked(b'20\r\n{"outputs"'),
    "no last chunk": chunked(b"2\r\n{}\r\n"),
    "a length beyond all": sized(b"{", b"1" + b"0" * 30),
    "a length of many digits": sized(b"{", DIGITS),
    "a length below zero": sized(b"{", b"-5"),
    "a length that is none": sized(b"{", b"many"),
    "a chunk of -1": chunked(b"-1\r\n{}\r\n"),
    "a chunk of -5": chunked(b"-5\r\n{}\r\n0\r\n\r\n"),
    "a chunk that is none": chunked(b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk beyond all": chunked(b"f" * 50 + b"\r\n{}"),
    "a chunk's long extension": chunked(b"2;" + b"x" * 10**5 + b"\r\n{}\r\n0\r\n\r\n"),
}
NO_JSON = {
    "gzip that nobody asked for": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}"),
    "deep lists": sized(b"[" * 10**5),
    "deep objects": sized(b'{"outputs":' * 10**5),
    "deep and closed": sized(b"[" * 10**5 + b"]" * 10**5),
    "many digits": sized(b'{"outputs": {"score": [%s]}}' % DIGITS),
    "a float beyond all": sized(b'{"outputs": {"score": [1e999]}}'),
    "a long float": sized(b'{"outputs": {"score": [%s.0]}}' % DIGITS),
    "NaN": sized(b'{"outputs": {"score": [NaN]}}'),
    "half a character": sized(rb'{"outputs": {"label": ["\ud800"]}, "metadata": "\udc00"}'),
    "no UTF-8": sized(b'{"outputs": {"label": ["\xff"]}}'),
    "half a character in no UTF-8": sized(b'{"outputs": {"label": ["\xed\xa0\x80"]}}'),
    "UTF-16": sized('{"outputs": {}}'.encode("utf-16")),
}
REFUSED = b"HTTP/1.1 400 Bad\r\n"
REFUSALS = {
    "deep": sized(b'{"error":' * 10**5, status=REFUSED),
    "half a character": sized(rb'{"error": "no \ud800 model"}', status=REFUSED),
    "half an escape": sized(rb'{"error": "no model\\"}', status=REFUSED),
    "escapes of C": sized(rb"""{"error": "\x \u12 \400 \777 \N{x} \'"}""", status=REFUSED),
    "half a character in an assertion": sized(
        rb'{"error": "assertion failed: [\ud800 \\x]"}', status=REFUSED
    ),
    "a number": sized(b'{"error": 5}', status=REFUSED),
    "many digits": sized(b'{"error": %s}' % DIGITS, status=REFUSED),
    "nothing": sized(b"", status=b"HTTP/1.1 999 \xff\xff\r\n"),
    "very long": sized(b'{"error": "%s"}' % (b"x" * 10**6), status=REFUSED),
}
OTHERS_ANSWERS = {
    name: sized(json.dumps(content).encode())
    for name, content in {
        "nothing": None,
        "a text": "outputs",
        "a list": [],
        "an empty object": {},
        "outputs without a name": {"outputs": [1, 2]},
        "pairs": {"outputs": [["score", [1]]], "model_version_status": {"a": 1}},
        "no outputs": {"outputs": {}, "model_version_status": [{}], "metadata": []},
        "a version that is none": {"model_version_status": [{"version": "x", "state": "END"}]},
        "a version of many digits": {"model_version_status": [{"version": "9" * 5000}]},
        "a version beyond all": {
            "model_version_status": [{"version": "9" * 4000, "state": "END"}],
            "model_spec": {"version": "9" * 4000},
        },
        "a version as a list": {"model_spec": {"version": [1]}, "model_version_status": "1"},
    }.items()
}
EVERY = {
    f"{kind}: {name}": reply
    for kind, replies in {
        "http": NO_HTTP,
        "body": BODIES_CUT,
        "json": NO_JSON,
        "refusal": REFUSALS,
        "answer": OTHERS_ANSWERS,
    }.items()
    for name, reply in replies.items()
}


@pytest.mark.whole
@pytest.mark.parametrize("reply", EVERY.values(), ids=EVERY)
def test_every_method_raises_a_server_error_of_a_readable_line(reply) -> None:
    with raw_server(reply) as address:
        for name, ask in METHODS.items():
            with pytest.raises(ServerError) as caught:
                ask(Client(address, "heart", timeout=5))
            assert str(caught.value).isprintable(), name
            assert len(str(caught.value)) < 3000, name
        assert not Client(address, "heart", timeout=5).ready()
        assert not Client(address, "heart", label="stable", timeout=5).ready()


@pytest.mark.parametrize("code", [300, 301, 302, 303, 304, 307, 308])
def test_redirects_are_named_and_not_followed(code) -> None:
    asked = []
    with serving(lambda *request: (asked.append(request), (200, b"{}"))[1]) as elsewhere:
        reply = moved(code, b"Location: " + elsewhere.encode())
        with raw_server(reply) as address:
            for ask in METHODS.values():
                with pytest.raises(ServerError) as caught:
                    ask(Client(address, "heart"))
                assert caught.value.came == f"redirected with HTTP {code} to '{elsewhere}'"
                assert caught.value.remedy == (
                    "Redirects are not followed, so that signals reach no other host: give the "
                    "client that address if it is the model server's."
                )
                assert caught.value.code == code
    assert asked == []


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([], "''"),
        ([b"Location: http://[bad"], "'http://[bad'"),
        ([b"Location: file:///etc/passwd"], "'file:///etc/passwd'"),
        ([b"Location: \xff\x1b[31m"], r"'\xff\x1b[31m'"),
        ([b"Location: " + b"x" * 9000], f"'{'x' * 199}..."),
    ],
)
def test_redirects_to_nowhere(headers, said) -> None:
    with raw_server(moved(302, *headers)) as address, pytest.raises(ServerError) as caught:
        Client(address, "heart").predict(SIGNALS)
    assert caught.value.came == f"redirected with HTTP 302 to {said}"


@pytest.mark.parametrize(
    "url", ["http://a b", "http://127.0.0.1:port", "http://a..b", "http://h\u00e4rz\u2100.invalid"]
)
def test_addresses_that_cannot_be_asked(url) -> None:
    with pytest.raises((ServerError, ValueError)):
        Client(url, "heart", timeout=5).status()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://", "http://[bad", "x y"])
def test_proxies_that_cannot_be_asked(monkeypatch, proxy) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(ServerError, match="no answer: "):
        Client("http://heart.invalid", "heart", timeout=5).status()


def test_the_environments_proxy_is_asked(monkeypatch) -> None:
    seen = []

    def respond(method, path, body):
        seen.append(path)
        return 200, b'{"model_version_status": []}'

    with serving(respond) as address:
        monkeypatch.setenv("http_proxy", address)
        Client("http://heart.invalid", "heart").status()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        Client(address, "heart").status()
    assert seen == ["http://heart.invalid/v1/models/heart", "/v1/models/heart"]
