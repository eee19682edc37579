"""Summary: what is known of a version without loading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ecgzoo.artifact.preset import DESCRIPTION, Preset, read_description
from ecgzoo.errors import PresetError
from ecgzoo.export.beside_graph import EXTRA, SIGNED, WARM_UP


@dataclass(frozen=True)
class Summary:
    """One version, told by its files.

    Attributes:
        folder: where it lies.
        written: when, local time.
        size: of all files, in bytes.
        macro_f1: on the test part; None if it was not measured.
        protocol: what the split was like: ``"grouped"`` or ``"paper"``.
        leaky: whether copies of test pages were trained on.
        signed: whether it has a signature.
        warm_up: whether it has warm-up requests.
    """

    folder: Path
    written: datetime
    size: int
    macro_f1: float | None
    protocol: str | None
    leaky: bool
    signed: bool
    warm_up: bool


def summarize(version: Path) -> Summary:
    """Reads a version's files.

    Raises:
        PresetError: if it is no version that ``ecgzoo export`` wrote, or its description is
            damaged.
        OSError: if its graph is missing.
    """
    extra, metrics = version / EXTRA, preset_of(version).metrics
    return Summary(
        version,
        datetime.fromtimestamp((version / "saved_model.pb").stat().st_mtime),
        sum(path.stat().st_size for path in version.rglob("*") if path.is_file()),
        _macro_f1(metrics, extra / DESCRIPTION),
        metrics.get("protocol"),
        metrics.get("leaky", False),
        (extra / SIGNED).is_file(),
        (extra / WARM_UP).is_file(),
    )


def _macro_f1(metrics: Mapping[str, Any], description: Path) -> float | None:
    try:
        measured = metrics.get("macro", {}).get("f1")
        return None if measured is None else float(measured)
    except (AttributeError, TypeError, ValueError) as error:
        raise PresetError(
            f"{description} is damaged: expected the macro F1 as a number in 'metrics'; got "
            f"'macro': {metrics['macro']!r}"
        ) from error


def preset_of(version: Path) -> Preset:
    """What a version was made of, by the description beside its graph.

    Raises:
        PresetError: if it is no version that ``ecgzoo export`` wrote, or the description is
            damaged; the message names it.
    """
    description = version / EXTRA / DESCRIPTION
    if not description.is_file():
        raise PresetError(f"{version} is no version that `ecgzoo export` wrote: no {description}")
    return read_description(description)
