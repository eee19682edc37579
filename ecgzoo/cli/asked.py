"""Asked: a model that answers the command line, in a folder or on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ecgzoo.artifact.labels import stable_version
from ecgzoo.artifact.preset import DESCRIPTION, Preset, read_description
from ecgzoo.artifact.resolution import HUB, resolve, shipped_presets
from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.client import Client, Contract, Prediction, ServerError
from ecgzoo.client.refusals import printable
from ecgzoo.exporting.server.publishing import exported_models, model_folder
from ecgzoo.exporting.server.versions import preset_of

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.exporting.saved_model.served import Answer
    from ecgzoo.signal_spec import SignalSpec


T = TypeVar("T")
STABLE = "stable"
NO_LABEL = (400, 404)  # what servers say that have no such label, or no labels at all
LABELLED = "Specific("  # and 404, with this, where a label's version is not loaded
BATCH = 16  # windows in one request: of the longest some megabytes


@dataclass(frozen=True)
class Asked:
    """A model and how to ask it; what is unfit raises ``ValueError``."""

    contract: Contract
    version: str
    why: str  # this version and no other: its label, where a server was asked
    where: str  # the version's folder or address
    spec: SignalSpec
    signals: Callable[[np.ndarray], list[Prediction]]  # of [batch, samples, leads]
    page: Callable[[Path], list[Prediction]]


def in_folder(model: str, exported: Path) -> Asked:
    """An exported model, or else a preset or a run, loaded into this process.

    Raises:
        PresetError: if there is none of these.
    """
    if (weights := _weights(model, exported)) is not None:
        return _of_weights(weights)
    folder = _find_exported(model, exported)
    import_tensorflow()
    from ecgzoo.exporting.saved_model.served import Served

    served = Served(folder)
    return _here(
        served.preset,
        served.folder,
        lambda signals: _predictions(served.signals(signals)),
        lambda file: _predictions(_naming(file, served.page)),
    )


def _weights(model: str, exported: Path) -> Path | None:
    """The folder of a preset or a run, where one is meant and no exported model has the name."""
    if model in exported_models(exported):
        return None
    if model.startswith(HUB) or model in shipped_presets():
        return resolve(model)
    folder = Path(model)
    return folder if (folder / DESCRIPTION).is_file() else None


def of_number(model: str, exported: Path) -> Path | None:
    """The folder of a preset or a run that answers a number and no classes; None of all others."""
    folder = _weights(model, exported)
    if folder is None or not read_description(folder / DESCRIPTION).regression:
        return None
    return folder


def _of_weights(folder: Path) -> Asked:
    import_tensorflow()
    from ecgzoo.prediction import load
    from ecgzoo.prediction.file_windows import page_signal

    loaded = load(folder)
    classes = loaded.preset.classes

    def signals(batch: np.ndarray) -> list[Prediction]:
        rows = (dict(zip(classes, row, strict=True)) for row in loaded.ask(batch).tolist())
        return [Prediction(row, max(row, key=row.__getitem__), max(row.values())) for row in rows]

    return _here(
        loaded.preset, folder, signals, lambda file: signals(page_signal(file, loaded.preset))
    )


def _naming(file: Path, ask: Callable[[bytes], T]) -> T:
    """What is answered to a file's contents; where they are refused, the error names the file."""
    try:
        return ask(file.read_bytes())
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error


def _here(
    preset: Preset,
    folder: Path,
    signals: Callable[[np.ndarray], list[Prediction]],
    page: Callable[[Path], list[Prediction]],
) -> Asked:
    from ecgzoo.exporting.signatures.signal import contract_of

    contract = Contract.from_dict(contract_of(preset))
    return Asked(contract, folder.name, "", str(folder), preset.spec, signals, page)


def on_server(model: str, url: str) -> Asked:
    """The stable version of a model on a server, or its newest; later requests stay with it."""
    from ecgzoo.signal_spec import SignalSpec

    version, why = _version(url, model)
    client = Client(url, model, version)
    contract = client.contract()
    spec = SignalSpec(
        contract.leads,
        contract.sampling_rate,
        contract.samples,
        contract.unit,
        contract.simultaneous,
    )

    def signals(batch: np.ndarray) -> list[Prediction]:
        rows = [row.astype("<f4").tobytes() for row in spec.check(batch)]
        parts = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
        return _answered([one for part in parts for one in client.predict_bytes(part)])

    def page(file: Path) -> list[Prediction]:
        if not contract.takes_pages:
            raise ValueError(f"{contract.model} at {client.address} takes signals, not pages")
        return _naming(file, lambda contents: _answered([client.predict_page(contents)]))

    return Asked(contract, str(version), why, client.address, spec, signals, page)


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


def _find_exported(model: str, exported: Path) -> Path:
    """The version's folder; TensorFlow, which takes seconds, is not imported for another one."""
    folder = Path(model) if Path(model).is_dir() else model_folder(exported, model)
    version = stable_version(folder)
    preset_of(version)
    return version


def _predictions(answer: Answer) -> list[Prediction]:
    rows = zip(answer.labels, answer.probabilities.tolist(), strict=True)
    return [
        Prediction(dict(zip(answer.classes, row, strict=True)), label, max(row))
        for label, row in rows
    ]


def _answered(predictions: list[Prediction]) -> list[Prediction]:
    for one in predictions:
        if not one.ok:
            raise ValueError(printable(one.status))
    return predictions
