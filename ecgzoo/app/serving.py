"""Serving: the page on this machine, until it is stopped."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable

import uvicorn

from ecgzoo.app.models import Models
from ecgzoo.app.routes import application

HERE = "127.0.0.1"


def serve(
    models: Models, port: int, ready: Callable[[str], object], open_browser: bool = True
) -> None:
    """Serves the page on 127.0.0.1 until it is interrupted.

    Args:
        models: what it offers.
        port: 0 takes a free one.
        ready: is called with the page's address, once it can be asked.
        open_browser: whether to open it in the browser of this machine.

    Raises:
        OSError: if the port is taken.
    """
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HERE, port))
        listening.listen()
        address = f"http://{HERE}:{listening.getsockname()[1]}/"
        ready(address)
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(application(models), log_level="warning", lifespan="on")
        uvicorn.Server(config).run(sockets=[listening])
