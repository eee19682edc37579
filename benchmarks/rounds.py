"""Rounds: contenders take turns, so that a machine busy with other work slows all of them alike."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measured:
    """What one contender measured, a value per round.

    Attributes:
        values: one per round.

    Example:
        >>> Measured((3.0, 1.0, 2.0)).to_dict()
        {'median': 2.0, 'low': 1.0, 'high': 3.0, 'rounds': [3.0, 1.0, 2.0]}
    """

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    def spread(self, digits: int = 1) -> str:
        """Lowest and highest value, for a table."""
        return f"{min(self.values):.{digits}f} to {max(self.values):.{digits}f}"

    def to_dict(self) -> dict[str, Any]:
        """Median, extremes and all values, ready for JSON."""
        extremes = {"low": min(self.values), "high": max(self.values)}
        return {"median": self.median, **extremes, "rounds": list(self.values)}


def interleaved(
    contenders: Mapping[str, Callable[[], float]], rounds: int, rest: float = 0.0
) -> dict[str, Measured]:
    """Lets the contenders take turns, ``rounds`` times; says on stderr where it is.

    Args:
        contenders: functions that measure once; each is called once more before, to warm up.
        rounds: how many values of each are kept.
        rest: idle seconds before each measurement.
    """
    values: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, measure in contenders.items():
            place = f"round {turn} of {rounds}" if turn else "warm-up"
            print(f"\r{place}: {name}".ljust(79), end="", file=sys.stderr, flush=True)
            time.sleep(rest)
            value = measure()
            if turn:
                values[name].append(value)
    print("\r".ljust(80), end="\r", file=sys.stderr, flush=True)
    return {name: Measured(tuple(several)) for name, several in values.items()}


def arguments(documentation: str, rounds: int) -> argparse.ArgumentParser:
    """A parser with what every benchmark takes: ``--rounds``, ``--rest`` and ``--json``."""
    parser = argparse.ArgumentParser(
        description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=positive, default=rounds, help=f"values per contender, default {rounds}"
    )
    parser.add_argument(
        "--rest",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="idle time before each measurement, for machines that throttle long work",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all figures")
    return parser


def positive(text: str) -> int:
    """An argument that must be a whole number above 0."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {number}")
    return number


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table, its first column aligned left and the others right.

    Example:
        >>> print(table(["a", "b"], [["one", "1"], ["ten", "10"]]))
        | a   |  b |
        |-----|---:|
        | one |  1 |
        | ten | 10 |
    """
    lines = [list(header), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = "|".join(("-" * (width + 1) + (":" if i else "-")) for i, width in enumerate(widths))
    return "\n".join([line(lines[0]), f"|{rule}|", *map(line, lines[1:])])


def surroundings(*packages: str) -> dict[str, Any]:
    """Cores that may be used, and the versions of packages, None where one is not installed."""
    return {"cores": cores(), "versions": {name: _version(name) for name in packages}}


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def write(path: Path | None, figures: Mapping[str, Any]) -> None:
    """Writes the figures as JSON, if a path is given; :class:`Measured` with all its values."""
    if path is not None:
        text = json.dumps(figures, indent=2, default=lambda measured: measured.to_dict())
        path.write_text(text + "\n", encoding="utf-8")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
