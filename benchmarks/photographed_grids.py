"""Sheets drawn by lot and photographed badly: how many of their grids are found, and how exactly.

    python benchmarks/photographed_grids.py --sheets 20

Found is a grid whose millimetres are right to 0.4% in nine tenths of the sheet. Nothing was learned
from these sheets, but the search for grids was designed on their like; sheets without a grid are
left out. They show the ECGs of the package, over and over.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rounds import arguments, positive, table, write

RESOLUTIONS = 100, 150, 200, 300  # dots per inch, in turn
RIGHT = 0.004  # share by which a millimetre may be off
Change = Callable[[Image.Image, float, np.random.Generator], Image.Image]


def changes() -> dict[str, Change]:
    """What is done to sheets that lie straight; the others are made by :func:`pictured`."""
    from ecgzoo.pages.sheets import light, wear

    def written_on(image: Image.Image, scale: float, rng: np.random.Generator) -> Image.Image:
        wear.write_on(image, scale, rng)
        return wear.marked(image, scale, rng)

    return {
        "as drawn": lambda image, scale, rng: image,
        "written on": written_on,
        "creased": wear.creased,
        "crumpled": lambda image, scale, rng: wear.crumpled(image, rng),
        "shadow": lambda image, scale, rng: light.shadowed(image, rng),
        "uneven light": lambda image, scale, rng: light.unevenly_lit(image, rng),
        "off a screen": lambda image, scale, rng: light.off_a_screen(image, rng),
        "noise": lambda image, scale, rng: light.noisy(image, rng),
        "out of focus": lambda image, scale, rng: light.shaken(image, rng),
    }


def laid(name: str, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """The homography under which a sheet is turned, or seen in perspective."""
    from ecgzoo.pages.homography import through

    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size
    away = (corners - np.array(size) / 2) * 0.85
    if name == "perspective":
        return through(corners, away + np.array(size) / 2 + rng.uniform(-0.08, 0.08, (4, 2)) * size)
    angle = np.radians(rng.uniform(-15, 15))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return through(corners, away @ turn.T + np.array(size) / 2)


LAID = "turned", "perspective"
TOGETHER = "a phone's picture"


def pictured(name: str, drawn: Any, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A picture of a drawn sheet, and the homography from its mm to pixels."""
    from ecgzoo.pages.sheets.camera import take_picture
    from ecgzoo.pages.sheets.surroundings import on_a_table

    scale, image = drawn.dots_per_mm, Image.fromarray(drawn.image)
    from_mm = np.diag([scale, scale, 1.0])
    if name == TOGETHER:
        picture = take_picture(drawn.image, scale, rng, "phone")
        return picture.image, picture.from_mm
    if name in LAID:
        home = laid(name, image.size, rng)
        return np.asarray(on_a_table(image, home, scale, rng)), home @ from_mm
    return np.asarray(changes()[name](image, scale, rng)), from_mm


def main() -> None:
    """Parses the arguments, looks for the grid of every sheet in every picture, prints a table."""
    parser = arguments(__doc__ or "", rounds=1)
    parser.add_argument("--sheets", type=positive, default=20)
    parser.add_argument("--seed", type=int, default=1)
    names = [*changes(), *LAID, TOGETHER]
    parser.add_argument("--only", nargs="*", default=names, help="ways to take pictures")
    given = parser.parse_args()
    found: dict[str, list[tuple[bool, float]]] = {name: [] for name in given.only}
    for number in range(given.sheets):
        for name in given.only:
            found[name].append(_looked_for(name, 1000 * given.seed + number))
        sys.stderr.write(f"\r{number + 1} of {given.sheets} sheets")
    print(_table(found))
    write(given.json, found)


def _drawn(number: int) -> tuple[Any, tuple[float, float]]:
    from ecgzoo.pages.sheets.drawing import draw_sheet
    from ecgzoo.pages.sheets.variety import random_sheet, random_style
    from tf_data.ecg_images.embedded import load_ecg_images

    rng, data = np.random.default_rng(number), load_ecg_images()
    sheet = random_sheet(rng)
    style = random_style(rng, sheet)
    if style.grid == "none":
        style = replace(style, grid="lines")
    signal = np.tile(data.signals[number % len(data.signals)], (4, 1))
    dpi = RESOLUTIONS[number % len(RESOLUTIONS)]
    return draw_sheet(signal, data.spec.sampling_rate, sheet, style, dpi), sheet.size


def _looked_for(name: str, number: int) -> tuple[bool, float]:
    from ecgzoo.pages.grid.flattening import gradients_at
    from ecgzoo.pages.sheet_lie import lie_in

    drawn, (height, width) = _drawn(number)
    image, from_mm = pictured(name, drawn, np.random.default_rng([number, 1]))
    start = time.process_time()
    lie = lie_in(image)
    seconds = time.process_time() - start
    if lie is None or lie.bent:
        return False, seconds
    x, y = np.meshgrid(np.linspace(0.1, 0.9, 5) * width, np.linspace(0.1, 0.9, 4) * height)
    places = np.stack([x.ravel(), y.ravel()], axis=1)
    lengths = np.linalg.norm(gradients_at(lie.home @ from_mm, places), axis=2)
    return bool(np.percentile(np.abs(lengths - 1), 90) < RIGHT), seconds


def _table(found: dict[str, list[tuple[bool, float]]]) -> str:
    rows = [
        [name, f"{sum(right for right, _ in looked)} of {len(looked)}", f"{np.median(seconds):.1f}"]
        for name, looked in found.items()
        for seconds in [[one for _, one in looked]]
    ]
    return table(["pictures", "grids found", "CPU seconds"], rows)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
