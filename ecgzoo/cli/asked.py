"""Asked: a model that the command `predict` asks, in a folder or on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.client import Client, Contract, Prediction, ServerError
from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.export.served import Answer
    from ecgzoo.signal_spec import SignalSpec

STABLE = "stable"
BATCH = 16  # windows in one request: of the longest some megabytes


@dataclass(frozen=True)
class Asked:
    """A model and how to ask it.

    Attributes:
        model: its name.
        version: its version.
        where: the version's folder or address.
        spec: the signals it takes.
        leaky: whether it was trained on copies of its test records.
        signals: answers signals ``[batch, samples, leads]``; an unfit one raises ``ValueError``.
        page: answers a page's bytes; an unfit one, too, raises ``ValueError``.
    """

    model: str
    version: str
    where: str
    spec: SignalSpec
    leaky: bool
    signals: Callable[[np.ndarray], list[Prediction]]
    page: Callable[[bytes], list[Prediction]]


def in_folder(model: str, exported: Path) -> Asked:
    """An exported model, loaded into this process.

    Raises:
        UnknownNameError: if there is no model of this name.
        FileNotFoundError: if there is no exported model at all.
    """
    folder = _find_exported(model, exported)
    import_tensorflow()
    from ecgzoo.export.served import Served

    served = Served(folder)
    preset = served.preset
    return Asked(
        preset.model,
        served.folder.name,
        str(served.folder),
        preset.spec,
        bool(preset.metrics.get("leaky")),
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

    return Asked(contract.model, str(version), client.address, spec, contract.leaky, signals, page)


def _version(url: str, model: str) -> int:
    """What a folder's model would be asked in: the stable version; servers without labels, last."""
    newest = Client(url, model)
    newest.wait(seconds=0)
    try:
        there = Client(url, model, label=STABLE).status()
    except ServerError:
        there = newest.status()
    return max(one.number for one in there if one.available)


def _find_exported(model: str, exported: Path) -> Path:
    if Path(model).is_dir():
        return Path(model)
    if not (exported / model).is_dir():
        there = [path.name for path in exported.glob("*") if path.is_dir()]
        if there:
            raise UnknownNameError(unknown("exported model", model, there))
        raise FileNotFoundError(f"{exported} holds no exported version; `make demo` writes some")
    return exported / model


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
