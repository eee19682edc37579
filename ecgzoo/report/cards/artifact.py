"""Artifacts: presets' and runs' folders, with what their files say; a table of those shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, read_preset
from ecgzoo.artifact.resolution import resolve, shipped_presets
from ecgzoo.errors import PresetError
from ecgzoo.evaluation.bootstrap import shown_interval
from ecgzoo.registry import FUSIONS, MODELS
from ecgzoo.report.cards.markdown import code, plain, table

FIGURES = ("accuracy", "macro", "per_class", "classes", "n", "protocol")
CONFUSION = "confusion"  # of several labels at once there is none


@dataclass(frozen=True)
class Artifact:
    """A preset's or run's folder.

    Attributes:
        where: its name, if it is shipped; else the folder as it was asked for.
        preset: its description.
        shipped: whether it is in the package.
        parameters: numbers in the weights file, those of batch normalisation's means included.
        size: of the weights file, in bytes.
    """

    where: str
    preset: Preset
    shipped: bool
    parameters: int
    size: int

    @property
    def name(self) -> str:
        """``<model>.<tag>``; of a run, the model's name and the folder."""
        own = Path(self.where).name
        return own if own.startswith(f"{self.preset.model}.") else f"{self.preset.model}, {own}"

    @property
    def weights(self) -> str:
        """What ``build(..., weights=)`` takes."""
        return self.where.partition(".")[2] if self.shipped else self.where

    @property
    def tuned(self) -> bool:
        """Whether the weights were fine-tuned, on records that ``preset.data`` is not of."""
        return "finetuning" in self.preset.training

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that the model takes; empty if it is not registered here."""
        if self.preset.model not in MODELS:
            return tuple(self.preset.options.get("domains", ()))
        known = MODELS.info(self.preset.model)["domains"]
        return tuple(self.preset.options.get("domains", known))

    @property
    def fusion(self) -> str | None:
        """How it fuses them; None if there is one only, or it is not known."""
        info = MODELS.info(self.preset.model) if self.preset.model in MODELS else {}
        stands_for = info.get("options", {}).get("fusion", info.get("fusion"))
        asked: str | None = self.preset.options.get("fusion", stands_for)
        return asked if len(self.domains) > 1 else None

    @property
    def category(self) -> str | None:
        """The category of the fusion in arXiv 2404.15022."""
        known = self.fusion is not None and self.fusion in FUSIONS
        return str(FUSIONS.info(str(self.fusion))["category"]) if known else None


def read_artifact(asked: str | Path) -> Artifact:
    """Reads a shipped preset by its name, or the folder of a run or preset.

    Raises:
        UnknownNameError: if it is neither; the message suggests the nearest name.
        PresetError: if a file is missing or damaged, or the figures are incomplete.

    Example:
        >>> read_artifact("docs")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PresetError: docs has no preset.json: it is no finished run and no preset
    """
    folder = resolve(asked)
    weights = folder / WEIGHTS
    shipped = str(asked) in shipped_presets()
    preset = read_preset(folder)
    preset.check_classes("a card")
    needed = FIGURES if preset.multi_label else (*FIGURES, CONFUSION)
    lacking = [name for name in needed if preset.metrics and name not in preset.metrics]
    if lacking:
        raise PresetError(
            f"{folder / DESCRIPTION} is damaged: its metrics lack {', '.join(lacking)}. Copy it "
            "again, or make it again with `ecgzoo preset`."
        )
    return Artifact(str(asked), preset, shipped, parameters(weights), weights.stat().st_size)


def parameters(weights: Path) -> int:
    """How many numbers a weights file holds; states of random generators, integers, are none.

    Raises:
        PresetError: if it is no weights file.
    """
    count = 0

    def add(_: str, item: h5py.Dataset | h5py.Group) -> None:
        nonlocal count
        if isinstance(item, h5py.Dataset) and item.dtype.kind == "f":
            count += item.size

    try:
        with h5py.File(weights) as stored:
            stored.visititems(add)
    except OSError as error:
        raise PresetError(f"{weights} is damaged or no weights file: {error}") from error
    return count


NONE = "No preset is shipped yet."
NOT_MEASURED = "not measured"
HEADS = (
    "preset",
    "domains, fusion",
    "parameters",
    "size",
    "macro F1 or AUC (95% interval)",
    "accuracy (95% interval)",
    "protocol",
    "data",
)


def shipped_artifacts() -> list[Artifact]:
    """Every preset in the package, by name.

    Raises:
        PresetError: if one of them is damaged; the message names the file.
    """
    return [read_artifact(name) for name in shipped_presets()]


def figure(artifact: Artifact, metric: str) -> str:
    """One figure with its interval, or without, or that there is none."""
    metrics = artifact.preset.metrics
    if not metrics:
        return NOT_MEASURED
    if given := metrics.get("intervals", {}).get(metric):
        return shown_interval(given)
    value = metrics["accuracy"] if metric == "accuracy" else _macro(metrics, metric)
    return NOT_MEASURED if value is None else f"{value:.3f}"


def _macro(metrics: Mapping[str, Any], metric: str) -> float | None:
    found: float | None = metrics["macro"].get(metric.removeprefix("macro_"))
    return found


def headline_metric(preset: Preset) -> str:
    """The metric that stands for all: macro F1, or of several labels at once macro AUC."""
    return "macro_auc" if preset.multi_label else "macro_f1"


def preset_cells(artifact: Artifact) -> list[str]:
    """A row, in the order of ``HEADS``."""
    preset = artifact.preset
    fusion = f"; {artifact.fusion}" if artifact.fusion else ""
    return [
        artifact.name,
        ", ".join(artifact.domains) + fusion,
        f"{artifact.parameters / 1e3:,.0f}k",
        f"{artifact.size / 1e6:.1f} MB",
        _headline(artifact),
        figure(artifact, "accuracy"),
        _protocol(preset.metrics),
        str(preset.data.get("name", "not stated")),
    ]


def _headline(artifact: Artifact) -> str:
    """The figure that stands for all; of several labels at once it says which."""
    metric = headline_metric(artifact.preset)
    found = figure(artifact, metric)
    return f"AUC {found}" if metric == "macro_auc" and found != NOT_MEASURED else found


def _protocol(metrics: Mapping[str, Any]) -> str:
    """How it was measured, and how often the folds were cut anew."""
    leaks = " (leaks)" if metrics.get("leaky") else ""
    seeds = len(metrics.get("fold_seeds", ()))
    often = f"; {seeds} fold seed{'s' * (seeds > 1)}" if seeds else ""
    return str(metrics.get("protocol", "none")) + leaks + often


def narrow_cells(artifact: Artifact) -> list[str]:
    """The same in five cells of two lines or more, for a terminal of 80 columns."""
    name, domains, count, size, f1, accuracy, protocol, data = preset_cells(artifact)
    figures = (one.replace(" (", "\n").removesuffix(")") for one in (f1, accuracy))
    measured = protocol.replace("; ", "\n")
    return [f"{name}\n{domains}", f"{count}\n{size}", *figures, f"{measured}\n{data}"]


def presets_markdown(artifacts: list[Artifact]) -> str:
    """The table of the README, or that there is no preset.

    Example:
        >>> presets_markdown([])
        'No preset is shipped yet.'
    """
    if not artifacts:
        return NONE
    rows = [preset_cells(one) for one in artifacts]
    return table(HEADS, ([code(name), *map(plain, rest)] for name, *rest in rows))
