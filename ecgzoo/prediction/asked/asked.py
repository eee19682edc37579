"""Asked: a model and how to ask it, wherever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ecgzoo.client import Contract, Prediction

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.explanation import Explanation
    from ecgzoo.prediction.page_file import PageFile
    from ecgzoo.signal_spec import SignalSpec

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A model and how to ask it; what is unfit raises ``ValueError``.

    Attributes:
        contract: what it takes and answers.
        version: its version, or its folder's name.
        why: this version and no other: its label, where a server was asked.
        where: the version's folder or address.
        spec: of the signals that it takes.
        signals: answers signals ``[batch, samples, leads]``.
        page: answers a printed page.
        taken: what it takes of a printed page: float32 ``[1, samples, leads]``.
        explain: which samples of signals ``[batch, samples, leads]`` move their answers.
        embed: the fused embedding of signals: ``[batch, width]``.
    """

    contract: Contract
    version: str
    why: str
    where: str
    spec: SignalSpec
    signals: Callable[[np.ndarray], list[Prediction]]
    page: Callable[[PageFile], list[Prediction]]
    taken: Callable[[PageFile], np.ndarray]
    explain: Callable[[np.ndarray], Explanation]
    embed: Callable[[np.ndarray], np.ndarray]


def naming(page: PageFile, ask: Callable[[bytes], T]) -> T:
    """What is answered to a page's contents; where they are refused, the error names the file.

    Raises:
        ValueError: as ``ask`` does, with the file's name before it.
    """
    try:
        return ask(page.contents)
    except ValueError as error:
        raise ValueError(f"{page.path}: {error}") from error
