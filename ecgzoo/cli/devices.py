"""What --distribute does: all devices, and a line that says which."""

import contextlib
import os
import sys
from collections.abc import Iterator

import typer
from rich.console import Console

from ecgzoo.errors import ProcessLostError
from ecgzoo.training.devices import Devices, every_device


@contextlib.contextmanager
def all_devices(console: Console) -> Iterator[Devices]:
    """A scope of all devices; the leading process says how many there are.

    Where another process is lost, this one says so and ends at once.

    Raises:
        ValueError: if the backend has no data parallelism here.
        RunError: if the other processes are not found.
    """
    with every_device() as devices:
        if devices.count == 1:
            console.print("there is one device only: training on it")
        elif devices.leads:
            processes = f" of {devices.processes} processes" if devices.processes > 1 else ""
            console.print(f"training on {devices.count} devices{processes}, by {devices.by}")
        try:
            yield devices
        except ProcessLostError as error:
            if os.environ.get("ECGZOO_DEBUG"):
                raise
            # At the end of Python JAX would wait for the lost process, and then abort this one.
            typer.secho(f"error: {error}", fg="red", err=True)
            sys.stderr.flush()
            os._exit(1)
