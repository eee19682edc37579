"""Study: the cross-validations that a report is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ecgzoo
from ecgzoo.report.cross_validation import CrossValidation


@dataclass(frozen=True, eq=False)
class Study:
    """Cross-validations under one protocol or several, the leak-free ones first.

    Attributes:
        cross_validations: at least one.
    """

    cross_validations: tuple[CrossValidation, ...]

    @classmethod
    def read(cls, folders: Sequence[Path]) -> Study:
        """The finished runs in these folders.

        Raises:
            RunError: if one of them holds none.
            ValueError: if there is no folder.
        """
        if not folders:
            raise ValueError("a report needs at least one folder of runs")
        found = [CrossValidation.read(folder) for folder in dict.fromkeys(map(Path, folders))]
        return cls(tuple(sorted(found, key=lambda one: one.leaky)))

    def __iter__(self) -> Iterator[CrossValidation]:
        return iter(self.cross_validations)

    @property
    def headline(self) -> CrossValidation:
        """The first: leak-free, if any is."""
        return self.cross_validations[0]

    @property
    def digest(self) -> str:
        """Of all its runs, and of the software that reports on them."""
        parts = [ecgzoo.__version__, *(one.digest for one in self)]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def title_of(one: CrossValidation) -> str:
    """What was run, in a few words, and whether it leaks."""
    title = one.recipe.title(one.folds)
    return title.replace(" protocol,", " protocol (leaks),", 1) if one.leaky else title
