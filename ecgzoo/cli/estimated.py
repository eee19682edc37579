"""What a model of a regression estimates of a file: a table for the terminal, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from ecgzoo.cli.answers import shown_name
from ecgzoo.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.artifact.estimates import Estimates


def estimated(
    file: Path, loading: Mapping[str, Any], sampling_rate: float | None, unit: str | None
) -> Estimates:
    """The number of each window of a record; ``loading`` is what :func:`ecgzoo.load` takes."""
    import_tensorflow()
    from ecgzoo.artifact.estimates import Estimates
    from ecgzoo.prediction import load

    found = load(**loading).predict(file, sampling_rate=sampling_rate, unit=unit)
    assert isinstance(found, Estimates)  # as its preset says, which was asked before
    return found


def content(file: Path, found: Estimates) -> dict[str, Any]:
    """JSON-ready: the mean, and each window's."""
    windows = zip(found.names.tolist(), found.values.tolist(), strict=True)
    return {
        "file": str(file),
        "target": found.target,
        "estimate": float(found.values.mean()),
        "windows": [{"window": name, "estimate": value} for name, value in windows],
    }


def table(file: Path, found: Estimates) -> Table:
    """A row per window, and the mean."""
    said = "Research software, not a diagnostic device."
    table = Table("window", shown_name(found.target), title=shown_name(file.name), caption=said)
    for name, value in zip(found.names, found.values, strict=True):
        table.add_row(shown_name(str(name)), f"{value:.4g}")
    if len(found.values) > 1:
        table.add_row("overall", f"{found.values.mean():.4g}")
    return table
