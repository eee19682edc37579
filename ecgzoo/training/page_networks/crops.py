"""Crops of examples, by lot: what the networks learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from ecgzoo.pages.sheets.drawing import FIRST_NAME, OTHER

ROW_CROP = 192, 512  # rows and columns around a trace
PRINT_CROP = 128, 192
NO_TRACE, NOT_ASKED = -1.0, -2.0
"""What stands for a row of the crop where no trace is, and where it has left the crop."""

NEAR_NAMES = 0.6  # share of crops that show a name
NEAR_WORDS = 0.25  # and ink that is none of what is told apart: other words, mostly
INK = 128  # darkness, of 255
DIMMING = 0.7, 1.4
OFF_BASELINE = 5.0  # rows: what the arrangement may be off

Arrays = dict[str, np.ndarray]


class Crops(keras.utils.PyDataset):
    """Batches without end; another one every time.

    Args:
        files: of examples; all are held in memory.
        steps: batches of an epoch.
        batch: crops of a batch.
        seed: of the lot.
    """

    def __init__(self, files: Sequence[Path], steps: int, batch: int, seed: int = 0) -> None:
        super().__init__()
        self.examples = [dict(np.load(file)) for file in files]
        self.steps, self.batch = steps, batch
        self.rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        """Batches of an epoch."""
        return self.steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """A batch."""
        lot = self.rng.integers(len(self.examples), size=self.batch)
        inputs, targets = zip(*(self.crop(self.examples[place]) for place in lot), strict=True)
        return np.stack(inputs), np.stack(targets)

    def crop(self, example: Arrays) -> tuple[np.ndarray, np.ndarray]:
        """One input and its target."""
        raise NotImplementedError

    def dimmed(self, shown: np.ndarray) -> np.ndarray:
        """Darkness 0 to 1, somewhat stronger or fainter."""
        return np.clip(shown * np.float32(self.rng.uniform(*DIMMING) / 255), 0, 1)


class RowCrops(Crops):
    """``[batch, rows, columns, 3]`` around a trace, and its row in each ``[batch, columns]``."""

    def crop(self, example: Arrays) -> tuple[np.ndarray, np.ndarray]:
        """A piece of a row of the sheet."""
        height, width = ROW_CROP
        plane = example["plane"]
        row = self.rng.integers(len(example["baselines"]))
        off = self.rng.normal(0, OFF_BASELINE)
        top = int(example["baselines"][row] + off) - height // 2
        left = self.rng.integers(0, max(plane.shape[1] - width, 1))
        shown = np.zeros((height, width, 3), np.float32)
        first, last = max(top, 0), max(min(top + height, len(plane)), 0)
        seen = plane[first:last, left : left + width]
        shown[first - top : first - top + len(seen), : seen.shape[1], :2] = self.dimmed(seen)
        shown[..., 2] = np.linspace(-1, 1, height)[:, None]
        trace = np.full(width, np.nan)
        inside = example["traces"][row, left : left + width] - top
        trace[: inside.size] = inside
        there = np.where((trace > 1) & (trace < height - 2), trace, NOT_ASKED)
        return shown, np.where(np.isfinite(trace), there, NO_TRACE).astype(np.float32)


class PrintCrops(Crops):
    """``[batch, rows, columns, 2]``, and the kinds of print at half the size, int32."""

    def crop(self, example: Arrays) -> tuple[np.ndarray, np.ndarray]:
        """A piece of the sheet, mostly with a name."""
        height, width = PRINT_CROP
        kinds = example["kinds"]
        rows = min(len(kinds), len(example["plane"]))
        columns = min(kinds.shape[1], example["plane"].shape[1] // 2)
        top, left = (int(self.rng.integers(most)) for most in (rows - height, columns - width))
        places = np.argwhere(self.wanted(example)[:rows, :columns])
        if len(places):
            y, x = places[self.rng.integers(len(places))]
            top = int(np.clip(y - self.rng.integers(10, height - 10), 0, rows - height))
            left = int(np.clip(x - self.rng.integers(10, width - 10), 0, columns - width))
        wide = example["plane"][top : top + height, 2 * left : 2 * (left + width)]
        shown = wide.reshape(height, width, 2, 2).mean(axis=2, dtype=np.float32)
        asked = kinds[top : top + height, left : left + width]
        halved = asked.reshape(height // 2, 2, width // 2, 2).max(axis=(1, 3))
        return self.dimmed(shown), halved.astype(np.int32)

    def wanted(self, example: Arrays) -> np.ndarray:
        """Where a name stands, or other ink, or nowhere: what a crop is to show, by lot."""
        lot, kinds = self.rng.random(), example["kinds"]
        if lot < NEAR_NAMES:
            return np.asarray(kinds >= FIRST_NAME)
        if lot > NEAR_NAMES + NEAR_WORDS:
            return np.zeros(kinds.shape, bool)
        ink = example["plane"][:, ::2, 0] > INK
        rows, columns = (min(sides) for sides in zip(kinds.shape, ink.shape, strict=True))
        return np.asarray(ink[:rows, :columns] & (kinds[:rows, :columns] == OTHER))
