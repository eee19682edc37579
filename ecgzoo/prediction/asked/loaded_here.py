"""A model that is asked in this process: an exported version, a preset or a run."""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecgzoo.artifact.labels import stable_version
from ecgzoo.artifact.preset import DESCRIPTION, read_description
from ecgzoo.artifact.resolution import HUB, resolve, shipped_presets
from ecgzoo.client import Contract, Prediction
from ecgzoo.errors import UnknownNameError
from ecgzoo.exporting.server.publishing import exported_models, model_folder
from ecgzoo.exporting.server.versions import preset_of
from ecgzoo.prediction.asked.asked import Asked, naming
from ecgzoo.quiet import import_tensorflow
from tf_data.notes import listed

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.exporting.saved_model.served import Answer
    from ecgzoo.prediction.loaded_model import LoadedModel
    from ecgzoo.prediction.page_file import PageFile


def in_folder(
    model: str,
    exported: Path,
    leads: Sequence[str] | None = None,
    seconds: float | None = None,
) -> Asked:
    """An exported model, or else a preset or a run, loaded into this process.

    Args:
        model: an exported model's name or folder, a preset's name or handle, a run's folder.
        exported: where the served models lie.
        leads: some of the model's, as of :func:`ecgzoo.load`.
        seconds: of a window, as there.

    Raises:
        PresetError: if there is none of these, or it cannot take such records.
    """
    weights = _weights(model, exported)
    folder = weights or _find_exported(model, exported)
    if weights or leads is not None or seconds is not None:
        return _of_weights(folder, leads, seconds)
    return _of_version(folder)


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


def _find_exported(model: str, exported: Path) -> Path:
    """The version's folder; TensorFlow, which takes seconds, is not imported for another one."""
    folder = Path(model) if Path(model).is_dir() else _exported(model, exported)
    version = stable_version(folder)
    preset_of(version)
    return version


def _exported(model: str, exported: Path) -> Path:
    """An exported model's folder; where there is none, the presets that need no export are said."""
    try:
        return model_folder(exported, model)
    except UnknownNameError as error:
        presets = list(shipped_presets(glob.escape(model)) or shipped_presets())
        raise UnknownNameError(
            f"{error} (a preset needs no export: --model {listed(presets, 1)})"
        ) from None


def _of_weights(folder: Path, leads: Sequence[str] | None, seconds: float | None) -> Asked:
    import_tensorflow()
    from ecgzoo.prediction.file_windows import page_signal
    from ecgzoo.prediction.loaded_model import load

    loaded = load(folder, leads=leads, seconds=seconds)
    loaded.preset.check_classes("what is shown of a file")
    classes = loaded.preset.classes

    def signals(batch: np.ndarray) -> list[Prediction]:
        rows = (dict(zip(classes, row, strict=True)) for row in loaded.ask(batch).tolist())
        return [Prediction(row, max(row, key=row.__getitem__), max(row.values())) for row in rows]

    return _here(loaded, folder, signals, lambda page: signals(page_signal(page, loaded.preset)))


def _of_version(folder: Path) -> Asked:
    import_tensorflow()
    from ecgzoo.exporting.saved_model.served import Served
    from ecgzoo.prediction.loaded_model import LoadedModel

    served = Served(folder)
    return _here(
        LoadedModel(served),
        served.folder,
        lambda signals: _predictions(served.signals(signals)),
        lambda page: _predictions(naming(page, served.page)),
    )


def _here(
    loaded: LoadedModel,
    folder: Path,
    signals: Callable[[np.ndarray], list[Prediction]],
    page: Callable[[PageFile], list[Prediction]],
) -> Asked:
    from ecgzoo.explanation import explain
    from ecgzoo.exporting.signatures.signal import contract_of
    from ecgzoo.models.embed import embed
    from ecgzoo.prediction.file_windows import page_signal

    preset = loaded.preset
    return Asked(
        contract=Contract.from_dict(contract_of(preset)),
        version=folder.name,
        why="",
        where=str(folder),
        spec=preset.spec,
        signals=signals,
        page=page,
        taken=lambda page: page_signal(page, preset),
        explain=lambda batch: explain(loaded.model, batch, preset.spec, classes=preset.classes),
        embed=lambda batch: embed(loaded.model, batch)["fused"],
    )


def _predictions(answer: Answer) -> list[Prediction]:
    rows = zip(answer.labels, answer.probabilities.tolist(), strict=True)
    return [
        Prediction(dict(zip(answer.classes, row, strict=True)), label, max(row))
        for label, row in rows
    ]
