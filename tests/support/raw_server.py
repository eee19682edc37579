"""A server that sends whatever bytes it is told to, for tests of what clients believe."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

Send = Callable[[socket.socket], None]


@contextmanager
def raw_server(reply: bytes | Send, reads: bool = True) -> Iterator[str]:
    """Replies the same to every request while the context lasts, and gives the address.

    Args:
        reply: bytes, or what sends them, until the client hangs up.
        reads: whether it reads the request.
    """
    send = reply if callable(reply) else lambda client: client.sendall(reply)

    def serve(client: socket.socket) -> None:
        with closing(client), suppress(OSError):
            if reads:
                _read_request(client)
            send(client)
            client.shutdown(socket.SHUT_WR)
            while client.recv(2**16):  # a close with bytes unread would reset the connection
                pass

    def accept() -> None:
        with suppress(OSError):
            while True:
                client = listening.accept()[0]
                client.settimeout(5)
                running.append(threading.Thread(target=serve, args=(client,)))
                running[-1].start()

    running: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running.append(threading.Thread(target=accept))
        running[0].start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        for thread in running:
            thread.join()


def _read_request(client: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head and (piece := client.recv(2**16)):
        head += piece
    head, _, body = head.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            left = int(value) - len(body)
            while left > 0 and (piece := client.recv(2**16)):
                left -= len(piece)


def repeated(start: bytes, piece: bytes, seconds: float = 0.0) -> Send:
    """Sends a start, and then the piece again and again, with a pause after each."""

    def send(client: socket.socket) -> None:
        client.sendall(start)
        pause = threading.Event()
        while True:
            client.sendall(piece)
            pause.wait(seconds)

    return send


OK = b"HTTP/1.1 200 OK\r\n"


def sized(body: bytes, length: bytes | None = None, status: bytes = OK) -> bytes:
    """An answer whose header tells the body's length, or another one."""
    return status + b"Content-Length: %s\r\n\r\n" % (length or b"%d" % len(body)) + body


def chunked(body: bytes) -> bytes:
    """An answer in chunks: sizes are part of the body that is given."""
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + body
