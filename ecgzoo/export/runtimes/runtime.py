"""Runtime: what a file for another runtime is written, made smaller and asked with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ecgzoo.export.runtimes.portable import Feeds, Portable

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
