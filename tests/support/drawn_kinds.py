"""Kinds of print as they would be recognised without a fault, from a sheet that is drawn."""

import numpy as np
from lawful_beats import beats

from ecgzoo.pages.sheets.drawing import KINDS, PLAIN, draw_sheet
from ecgzoo.pages.sheets.sheet import Sheet


def kinds_of(sheet, style=PLAIN):
    kinds = draw_sheet(beats(), 500, sheet, style).kinds
    height, width = (side // 2 * 2 for side in kinds.shape)
    halved = kinds[:height, :width].reshape(height // 2, 2, width // 2, 2).max(axis=(1, 3))
    return np.eye(KINDS, dtype=np.float32)[halved]


def sheet_of(rows, **changes):
    step = min(150 / len(rows), 35)
    return Sheet(rows, tuple(45.0 + step * place for place in range(len(rows))), **changes)
