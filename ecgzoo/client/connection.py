"""The bytes of one request and its answer, both bounded; nothing that is told is followed."""

from __future__ import annotations

import io
import socket
import time
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any, cast
from urllib.request import (
    AbstractHTTPHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

PIECE = 2**16
DAY = 86400.0  # sockets refuse longer times


class Deadline:
    """The moment at which a request is given up, however alive its server seems.

    Args:
        seconds: from now on.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, at most a day.

        Raises:
            TimeoutError: if there are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, DAY)


@dataclass(frozen=True)
class Answer:
    """What came: the HTTP status, where a redirect points, and the body."""

    code: int
    location: str
    body: bytearray


def exchange(address: str, body: bytes | None, deadline: Deadline, largest: int) -> Answer:
    """Asks once: GET, or POST if there is a body.

    Args:
        address: the URL; asked through the proxy that the environment names for it.
        body: JSON.
        deadline: for all of it but the look-up of the host's name, which is the system's.
        largest: how many bytes of an answer are taken.

    Raises:
        OSError: if nobody answers, or not in time.
        HTTPException: if it is no HTTP, or ends early.
        BufferError: if more bytes come.
        ValueError: if the address is none that can be asked.
    """
    opener = OpenerDirector()  # bare: it knows neither redirects nor passwords, nor files or FTP
    for handler in (ProxyHandler(), UnknownHandler(), _Handler(deadline)):
        opener.add_handler(handler)
    request = Request(address, data=body, headers={"Content-Type": "application/json"})
    with opener.open(request, timeout=deadline.left()) as response:
        location = response.headers.get("Location", "")
        return Answer(response.status, location, _body(response, largest))


def _body(response: HTTPResponse, largest: int) -> bytearray:
    """All of the body, in pieces: what a server says of its length asks for no memory."""
    whole = bytearray()
    while piece := response.read1(PIECE):
        whole += piece
        if len(whole) > largest:
            raise BufferError
    if response.length:
        raise IncompleteRead(b"", response.length)
    return whole


class _Handler(AbstractHTTPHandler):
    """urllib's way to a server, through proxies or not, over connections that keep a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(_Connection, deadline=self._deadline), request)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(_SecureConnection, deadline=self._deadline), request)

    http_request = https_request = AbstractHTTPHandler.do_request_


class _Connection(HTTPConnection):
    """Each wait lasts as long as is left, where sockets would count anew after every byte."""

    def __init__(self, *args: Any, deadline: Deadline, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline = deadline
        self._create_connection = self._connected
        self.response_class = cast(type[HTTPResponse], partial(_Response, deadline=deadline))

    def _connected(self, address: tuple[str, int], *unused: object) -> socket.socket:
        """At the first of the host's addresses that answers; what is left then is for TLS."""
        failed: OSError = OSError("the host has no address")
        for family, kind, protocol, _, found in socket.getaddrinfo(
            *address, type=socket.SOCK_STREAM
        ):
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(self._deadline.left())
                opened.connect(found)
                opened.settimeout(self._deadline.left())
            except OSError as error:
                opened.close()
                failed = error
            else:
                return opened
        raise failed

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        unsent = memoryview(data)
        while unsent:
            self.sock.settimeout(self._deadline.left())
            unsent = unsent[self.sock.send(unsent) :]


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, deadline: Deadline, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Read(self.fp.detach(), sock, deadline))


class _Read(io.RawIOBase):
    """A socket's bytes, as long as there is time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
