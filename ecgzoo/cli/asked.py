"""Asked: a model that the command `predict` asks, in a folder or on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.client import Client, Contract, Prediction, ServerError
from ecgzoo.export.labels import stable_version
from ecgzoo.export.publishing import model_folder
from ecgzoo.export.summary import preset_of

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.export.served import Answer
    from ecgzoo.signal_spec import SignalSpec

STABLE = "stable"
UNKNOWN_LABEL = 400  # what a server says that has no such label, or no such model
BATCH = 16  # windows in one request: of the longest some megabytes


@dataclass(frozen=True)
class Asked:
    """A model and how to ask it.

    Attributes:
        contract: what it takes and answers.
        version: its version.
        where: the version's folder or address.
        spec: the signals it takes.
        signals: answers signals ``[batch, samples, leads]``; an unfit one raises ``ValueError``.
        page: answers a page's bytes; an unfit one, too, raises ``ValueError``.
    """

    contract: Contract
    version: str
    where: str
    spec: SignalSpec
    signals: Callable[[np.ndarray], list[Prediction]]
    page: Callable[[bytes], list[Prediction]]


def in_folder(model: str, exported: Path) -> Asked:
    """An exported model, loaded into this process.

    Raises:
        UnknownNameError: if there is no exported model of this name.
        PresetError: if it names a folder that holds none, or a damaged one.
    """
    folder = _find_exported(model, exported)
    import_tensorflow()
    from ecgzoo.export.served import Served
    from ecgzoo.export.signatures.contract import contract_of

    served = Served(folder)
    return Asked(
        Contract.from_dict(contract_of(served.preset)),
        served.folder.name,
        str(served.folder),
        served.preset.spec,
        lambda signals: _predictions(served.signals(signals)),
        lambda page: _predictions(served.page(page)),
    )


def on_server(model: str, url: str) -> Asked:
    """The stable version of a model on a server, or its newest; later requests stay with it.

    Raises:
        ServerError: if it cannot be asked.
    """
    version = _version(url, model)
    client = Client(url, model, version)
    contract = client.contract()
    spec = _spec(contract)

    def signals(batch: np.ndarray) -> list[Prediction]:
        rows = [row.astype("<f4").tobytes() for row in spec.check(batch)]
        parts = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
        return _answered([one for part in parts for one in client.predict_bytes(part)])

    def page(contents: bytes) -> list[Prediction]:
        if not contract.takes_pages:
            raise ValueError(f"{contract.model} at {client.address} takes signals, not pages")
        return _answered([client.predict_page(contents)])

    return Asked(contract, str(version), client.address, spec, signals, page)


def _version(url: str, model: str) -> int:
    """What a folder's model would be asked in: the stable version; servers without labels, last."""
    client = Client(url, model, label=STABLE)
    try:
        there = client.status()
    except ServerError as error:
        if error.code != UNKNOWN_LABEL:
            raise
        client = Client(url, model)
        there = client.status()
    loaded = [one.number for one in there if one.available]
    if not loaded:
        states = ", ".join(f"version {v.number} {v.state} {v.error}".strip() for v in there)
        raise ServerError(
            f"GET {client.address}",
            f"expected a version of {model} that can be asked; got {states}",
            "Wait and ask again while it loads; the server prints why one does not load.",
        )
    return max(loaded)


def _find_exported(model: str, exported: Path) -> Path:
    """The version's folder; TensorFlow, which takes seconds, is not imported for another one."""
    folder = Path(model) if Path(model).is_dir() else model_folder(exported, model)
    version = stable_version(folder)
    preset_of(version)
    return version


def _spec(contract: Contract) -> SignalSpec:
    from ecgzoo.signal_spec import SignalSpec

    return SignalSpec(
        contract.leads,
        contract.sampling_rate,
        contract.samples,
        contract.unit,
        contract.simultaneous,
    )


def _predictions(answer: Answer) -> list[Prediction]:
    rows = zip(answer.labels, answer.probabilities.tolist(), strict=True)
    return [
        Prediction(dict(zip(answer.classes, row, strict=True)), label, max(row))
        for label, row in rows
    ]


def _answered(predictions: list[Prediction]) -> list[Prediction]:
    for one in predictions:
        if not one.ok:
            raise ValueError(one.status)
    return predictions
