"""What --distribute does: all devices, and a line that says which."""

import contextlib
from collections.abc import Iterator

from rich.console import Console

from ecgzoo.training.devices import Devices, every_device


@contextlib.contextmanager
def all_devices(console: Console) -> Iterator[Devices]:
    """A scope of all devices; the leading process says how many there are.

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
        yield devices
