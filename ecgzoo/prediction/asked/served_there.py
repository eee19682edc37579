"""A model that is asked on a TensorFlow Serving server."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ecgzoo.client import Client, Contract, Embedding, Prediction, Saliency, ServerError
from ecgzoo.client.answers import OK
from ecgzoo.client.refusals import printable
from ecgzoo.errors import SignalError
from ecgzoo.prediction.asked.asked import Asked, naming
from ecgzoo.signal_spec import SignalSpec

if TYPE_CHECKING:
    from ecgzoo.explanation import Explanation
    from ecgzoo.prediction.page_file import PageFile

Row = TypeVar("Row", Prediction, Embedding, Saliency)
STABLE = "stable"
NO_LABEL = (400, 404)  # what servers say that have no such label, or no labels at all
LABELLED = "Specific("  # and 404, with this, where a label's version is not loaded
BATCH = 16  # windows in one request: of the longest some megabytes


def on_server(model: str, url: str) -> Asked:
    """The stable version of a model on a server, or its newest; later requests stay with it.

    Args:
        model: its name there.
        url: of the server.

    Raises:
        ServerError: if the server does not answer, or has no version that can be asked.
    """
    version, why = _version(url, model)
    client = Client(url, model, version)
    contract = client.contract()
    asking = _Asking(client, contract)
    return Asked(
        contract=contract,
        version=str(version),
        why=why,
        where=client.address,
        spec=asking.spec,
        signals=asking.signals,
        page=asking.page,
        taken=asking.taken,
        explain=asking.explain,
        embed=asking.embed,
    )


class _Asking:
    """How one version on a server is asked."""

    def __init__(self, client: Client, contract: Contract) -> None:
        self._client, self._contract = client, contract
        shape = contract.leads, contract.sampling_rate, contract.samples
        self.spec = SignalSpec(*shape, contract.unit, contract.simultaneous)

    def signals(self, batch: np.ndarray) -> list[Prediction]:
        rows = [row.astype("<f4").tobytes() for row in self.spec.check(batch)]
        parts = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
        return _answered([one for part in parts for one in self._client.predict_bytes(part)])

    def page(self, page: PageFile) -> list[Prediction]:
        self._check_takes_pages()
        return naming(page, lambda contents: _answered([self._client.predict_page(contents)]))

    def taken(self, page: PageFile) -> np.ndarray:
        from ecgzoo.prediction.file_windows import as_taken

        self._check_takes_pages()
        return as_taken(page, self.spec)[None]

    def _check_takes_pages(self) -> None:
        if not self._contract.takes_pages:
            raise SignalError.of_page(f"{self._contract.model} at {self._client.address}")

    def explain(self, batch: np.ndarray) -> Explanation:
        from ecgzoo.explanation import Explanation

        classes = self._contract.classes
        found = _answered(self._client.saliency(batch.tolist()))
        answers = [[one.probabilities[name] for name in classes] for one in self.signals(batch)]
        target = np.array([classes.index(one.label) for one in found])
        traces = np.array([one.trace for one in found], np.float32)
        leads = self.spec.leads
        return Explanation("gradient_x_input", target, np.array(answers), leads, {}, traces)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        parts = (batch[start : start + BATCH] for start in range(0, len(batch), BATCH))
        rows = [one for part in parts for one in _answered(self._client.embedding(part.tolist()))]
        return np.array([one.vectors["fused"] for one in rows], np.float32)


def _version(url: str, model: str) -> tuple[int, str]:
    """What a folder would be asked in, and why: the stable version, or without one the newest.

    A stable version that is not loaded is waited for: a canary beside it is not what was asked for.
    """
    stable, every = Client(url, model, label=STABLE), Client(url, model)
    missing = ""
    try:
        there, why = stable.status(), STABLE
    except ServerError as error:
        if error.code not in NO_LABEL:
            raise
        there, why = every.status(), f"newest; none is labelled {STABLE}"
        missing = f"labelled {STABLE} " if LABELLED in error.came else ""
    loaded = [] if missing else [one.number for one in there if one.available]
    if not loaded:
        raise ServerError(
            f"GET {every.address}",
            f"expected a version of {model} {missing}that can be asked; got "
            f"{', '.join(map(str, there))}",
            "Wait and ask again while it loads; the server prints why one does not load.",
        )
    return max(loaded), why


def _answered(rows: list[Row]) -> list[Row]:
    for one in rows:
        if one.status != OK:
            raise ValueError(printable(one.status))
    return rows
