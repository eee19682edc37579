"""Conversion: a model's file for another runtime, kept only if it runs there and agrees."""

import importlib
import json
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.artifact.answers import called_from
from ecgzoo.artifact.preset import Preset, digest
from ecgzoo.artifact.resolution import resolve
from ecgzoo.errors import ExportError
from ecgzoo.exporting.backend import check_backend
from ecgzoo.exporting.runtimes.agreement import Agreement, Records, agreement
from ecgzoo.exporting.signatures.signature import example_signals
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.models.front import SignalModel
from ecgzoo.models.weights import load_preset


def import_extra(name: str) -> Any:
    """A module of the extra ``runtimes``.

    Raises:
        ExportError: if its package is not installed.

    Example:
        >>> import_extra("no_such_runtime")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.ExportError: no_such_runtime is not installed; \
`pip install 'ecgzoo[runtimes]'` brings it
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        remedy = "`pip install 'ecgzoo[runtimes]'` brings it"
        raise ExportError(f"{name.partition('.')[0]} is not installed; {remedy}") from error


Feeds = dict[str, np.ndarray]


@dataclass(frozen=True)
class Portable:
    """A model to convert, and what to ask it with.

    Attributes:
        inputs: ``"signal"`` or ``"domains"``, what it takes.
        model: from the signal, or from the domains by name, to ``{"probabilities": ...}``.
        feeds: from signals ``[batch, samples, leads]`` to the model's inputs by name.
    """

    inputs: str
    model: keras.Model
    feeds: Callable[[np.ndarray], Feeds]


def from_signal(model: SignalModel) -> Portable:
    """The whole model, its domains' Fourier transforms written as matrix products.

    Args:
        model: from signal to probabilities, as ``ecgzoo.build`` makes it.
    """
    front = keras.models.clone_model(model.front, clone_function=_with_matrices)
    signal = keras.Input(model.input.shape[1:], name="signal")
    whole = keras.Model({"signal": signal}, {PROBABILITIES: model.core(front(signal))})
    return Portable("signal", whole, lambda signals: {"signal": signals})


def from_domains(model: SignalModel) -> Portable:
    """The core alone, for clients that compute the domains themselves."""
    core, front = model.core, model.front

    def feeds(signals: np.ndarray) -> Feeds:
        return {name: np.asarray(one) for name, one in front(signals).items()}

    return Portable("domains", keras.Model(core.input, {PROBABILITIES: core.output}), feeds)


def _with_matrices(layer: keras.Layer) -> keras.Layer:
    """The same domain with another ``fourier``; a layer that has no such choice is kept."""
    config = layer.get_config()
    if "fourier" not in config:
        return layer
    return type(layer).from_config(config | {"fourier": "matrix"})


Ask = Callable[[Feeds], np.ndarray]


class Runtime(ABC):
    """A runtime that loads models from one file.

    Attributes:
        name: of the runtime.
        suffix: of its files.
    """

    name: str
    suffix: str

    @abstractmethod
    def write(self, portable: Portable, path: Path) -> None:
        """Writes a model's file in float32."""

    @abstractmethod
    def quantize(self, portable: Portable, written: Path, path: Path) -> None:
        """Writes the model's file in int8, where ``written`` is the one in float32."""

    @abstractmethod
    def load(self, path: Path) -> Ask:
        """Loads a file: a function from inputs by name to probabilities ``[batch, classes]``."""


TOLERANCE = 1e-4
BATCH = 32


@dataclass(frozen=True)
class Converted:
    """A file for another runtime.

    Attributes:
        path: the file; ``<path>.json`` beside it says what it takes and gives.
        runtime: ``"onnx"`` or ``"litert"``.
        inputs: ``"signal"``, or ``"domains"`` where these cannot be converted.
        reason: why the file does not take the signal; empty where it does.
        difference: of a probability from Keras', the largest on example signals and the records
            that were given, in float32.
        int8: whether it was then rounded to int8.
        agreement: with Keras on these records, as the file is.
    """

    path: Path
    runtime: str
    inputs: str
    reason: str
    difference: float
    int8: bool = False
    agreement: Agreement | None = None

    @property
    def description(self) -> Path:
        """The JSON file that goes with it."""
        return self.path.with_name(f"{self.path.name}.json")


def convert(
    runtime: Runtime,
    source: str | Path,
    path: str | Path,
    int8: bool = False,
    records: Records | None = None,
) -> Converted:
    """Writes, runs and describes; see ``export_onnx`` and ``export_litert``."""
    path = Path(path)
    check_backend(f"ecgzoo convert {source} --to {runtime.name}")
    if path.suffix != runtime.suffix:
        raise ValueError(f"expected a file {path.stem}{runtime.suffix}; got {path.name}")
    model, preset = load_preset(resolve(source))
    preset.check_classes("a conversion")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=path.parent) as folder:
        draft = Path(folder, path.name)
        portable, reason, difference = _written(runtime, model, preset, draft, records)
        if int8:
            in_float = draft.rename(draft.with_stem("float32"))
            runtime.quantize(portable, in_float, draft)
        ask = runtime.load(draft)
        measured = None if records is None else _measured(ask, portable, model, preset, records)
        converted = Converted(
            path, runtime.name, portable.inputs, reason, difference, int8, measured
        )
        description = Path(folder, converted.description.name)
        text = json.dumps(_described(converted, draft, portable, preset), indent=2)
        description.write_text(text + "\n", encoding="utf-8")
        # First what it means: its digest tells whether the file beside it is the one it describes.
        os.replace(description, converted.description)
        os.replace(draft, path)
    return converted


def _written(
    runtime: Runtime, model: keras.Model, preset: Preset, path: Path, records: Records | None
) -> tuple[Portable, str, float]:
    """The model in the first form that the runtime computes as Keras does, and the difference.

    Between them stands why a form before it was not taken.
    """
    signals = example_signals(preset.spec)
    if records is not None:
        signals = np.concatenate([signals, preset.spec.check(records.signals)])
    refused: dict[str, Exception] = {}
    for form in (from_signal, from_domains):
        portable = form(model)
        portable.model(portable.feeds(signals[:1]))  # Keras exports no model that was not called
        try:
            runtime.write(portable, path)
            difference = _verified(runtime.load(path), portable, model, signals)
            return portable, _reasons(refused), difference
        except OSError:
            raise
        except Exception as error:  # converters and runtimes have no kind of error in common
            refused[portable.inputs] = error
    raise ExportError(
        f"{preset.model} cannot be converted to {runtime.name}; {_reasons(refused)}"
    ) from ExceptionGroup("each form of the model", list(refused.values()))


def _reasons(refused: Mapping[str, Exception]) -> str:
    """Why forms were refused, by what they take; empty if none was."""
    return "; ".join(f"from the {inputs}: {error}" for inputs, error in refused.items())


def _verified(ask: Ask, portable: Portable, model: keras.Model, signals: np.ndarray) -> float:
    """The largest difference on signals, asked in batches and the first one alone."""
    before, after = _answers(ask, portable, model, signals)
    alone = ask(portable.feeds(signals[:1]))
    difference = float(max(np.abs(after - before).max(), np.abs(alone - before[:1]).max()))
    if not difference <= TOLERANCE:
        raise ExportError(
            f"expected Keras' probabilities within {TOLERANCE:g}; they differ by {difference:.2g}"
        )
    return difference


def _answers(
    ask: Ask, portable: Portable, model: keras.Model, signals: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities ``[n, classes]`` by Keras, and by the file."""
    parts = [signals[start : start + BATCH] for start in range(0, len(signals), BATCH)]
    before = np.concatenate([np.asarray(model(part, training=False)) for part in parts])
    return before, np.concatenate([ask(portable.feeds(part)) for part in parts])


def _measured(
    ask: Ask, portable: Portable, model: keras.Model, preset: Preset, records: Records
) -> Agreement:
    before, after = _answers(ask, portable, model, preset.spec.check(records.signals))
    limits = called_from(preset.thresholds, preset.classes) if preset.multi_label else None
    return agreement(before, after, records.labels, limits)


def _described(
    converted: Converted, file: Path, portable: Portable, preset: Preset
) -> dict[str, Any]:
    model = portable.model
    return asdict(converted) | {
        "path": converted.path.name,
        "sha256": digest(file),
        "inputs": {name: list(tensor.shape) for name, tensor in model.input.items()},
        "outputs": {name: list(tensor.shape) for name, tensor in model.output.items()},
        "preset": preset.to_dict(),
    }
