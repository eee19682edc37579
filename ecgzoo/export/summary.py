"""Summary: what is known of a version without loading it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ecgzoo.artifact.preset import DESCRIPTION
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
        OSError: if it is no version that ``ecgzoo export`` wrote.
    """
    extra = version / EXTRA
    metrics = json.loads((extra / DESCRIPTION).read_text(encoding="utf-8"))["metrics"]
    return Summary(
        version,
        datetime.fromtimestamp((version / "saved_model.pb").stat().st_mtime),
        sum(path.stat().st_size for path in version.rglob("*") if path.is_file()),
        metrics.get("macro", {}).get("f1"),
        metrics.get("protocol"),
        metrics.get("leaky", False),
        (extra / SIGNED).is_file(),
        (extra / WARM_UP).is_file(),
    )
