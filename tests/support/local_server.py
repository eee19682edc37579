"""A web server on a free local port, for tests of clients."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Respond = Callable[[str, str, bytes], tuple[int, bytes]]  # method, path, body -> code, body


@contextmanager
def serving(respond: Respond, port: int = 0) -> Iterator[str]:
    """Serves on a local port, a free one unless given, while the context lasts; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            self._answer("GET", b"")

        def do_POST(self) -> None:  # noqa: N802
            self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, method: str, body: bytes) -> None:
            code, content = respond(method, self.path, body)
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error_body(message: str) -> bytes:
    """The message escaped as C does, since TensorFlow Serving does so and calls it JSON."""
    escapes = {b"\n"[0]: b"\\n", b"\t"[0]: b"\\t", b'"'[0]: b'\\"', b"'"[0]: b"\\'"}
    escapes[b"\\"[0]] = b"\\\\"
    plain = (bytes([one]) if 32 <= one < 127 else b"\\%03o" % one for one in range(256))
    table = dict(enumerate(plain)) | escapes
    return b'{ "error": "' + b"".join(table[one] for one in message.encode()) + b'" }'
