"""Examples: files to try the page with, made of the records in the package when they are asked for.

They go the way of any file: the tab fetches one, and asks about it as about its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecgzoo.app.files_in_memory import laid_out
from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown

if TYPE_CHECKING:
    from tf_data.dataset import SignalDataset

DOTS_PER_MM = 200 / 25.4


@dataclass(frozen=True)
class Example:
    """A file to try.

    Attributes:
        title: what it is, on its button.
        make: its contents.
    """

    title: str
    make: Callable[[], bytes]


@functools.cache
def records() -> SignalDataset:
    """The records of the package, as leads in mV."""
    from tf_data.ecg_images.embedded import load_ecg_images

    return load_ecg_images()


def record_csv(name: str) -> bytes:
    """A record of the package as a CSV file.

    Args:
        name: of the page that it was traced from, such as ``"HB(81).jpg"``.

    Raises:
        UnknownNameError: if there is none of that name.
    """
    names = records().names.tolist()
    if name not in names:
        raise UnknownNameError(unknown("record", name, names))
    return _csv(names.index(name))


def _csv(row: int) -> bytes:
    from ecgzoo.prediction.lead_files import write_leads

    with laid_out({}) as folder:
        path = folder / "leads.csv"
        write_leads(records().signals[row], records().spec, path)
        return path.read_bytes()


def _first(label: str) -> int:
    """The first record of a class."""
    data = records()
    return int(np.flatnonzero(data.labels == data.classes.index(label))[0])


def _page(label: str) -> np.ndarray:
    from ecgzoo.pages.render import render_page

    return render_page(records().signals[_first(label)])


def _original() -> bytes:
    from ecgzoo.pages.render import page_bytes

    return page_bytes(_page("PMI"))


def _scan() -> bytes:
    from ecgzoo.pages.render import page_bytes
    from ecgzoo.pages.sheets.camera import take_picture

    rng = np.random.default_rng(0)
    return page_bytes(take_picture(_page("HB"), DOTS_PER_MM, rng, "scanned").image, "jpeg")


EXAMPLES = {
    "normal.csv": Example("a normal ECG", lambda: _csv(_first("Normal"))),
    "abnormal-beats.csv": Example("abnormal heartbeats", lambda: _csv(_first("HB"))),
    "infarction.csv": Example("an infarction", lambda: _csv(_first("MI"))),
    "page.png": Example("a printed page", _original),
    "scan.jpg": Example("a scan of a page", _scan),
}


@functools.cache
def example(name: str) -> bytes:
    """An example's contents.

    Raises:
        UnknownNameError: if there is none of that name.
    """
    if name not in EXAMPLES:
        raise UnknownNameError(unknown("example", name, EXAMPLES))
    return EXAMPLES[name].make()
