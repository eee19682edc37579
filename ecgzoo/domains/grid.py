"""The grid: where an image's columns lie on a signal that is padded with zeros."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ecgzoo.domains.morlet import REACH


@dataclass(frozen=True)
class Grid:
    """Columns of an image, on a padded signal.

    Attributes:
        samples: of the signal.
        columns: of the image; each covers ``samples / columns`` samples.
        before: zeros in front of the signal.
        length: of the padded signal; a whole number of columns.
    """

    samples: int
    columns: int
    before: int
    length: int

    @property
    def cell(self) -> float:
        """Samples that a column covers."""
        return self.samples / self.columns

    @property
    def padded_columns(self) -> int:
        """Columns that the padded signal has room for."""
        return self.length * self.columns // self.samples


def make_grid(samples: int, columns: int, largest_scale: float) -> Grid:
    """The grid whose padding keeps the signal's ends apart, at a length that transforms fast.

    Example:
        >>> make_grid(samples=1000, columns=64, largest_scale=20)
        Grid(samples=1000, columns=64, before=94, length=1125)
    """
    before = math.ceil(REACH * largest_scale) + 2
    step = samples // math.gcd(samples, columns)
    least = math.ceil((samples + before) / step)
    lengths = (steps * step for steps in range(least, least + least // 4 + 1))
    return Grid(samples, columns, before, next(filter(is_fast, lengths), least * step))


def is_fast(length: int) -> bool:
    """Whether a length has no large prime factor, which would slow its transform down."""
    for prime in (2, 3, 5, 7, 11):
        while length % prime == 0:
            length //= prime
    return length == 1
