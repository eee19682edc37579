"""Sheets drawn by lot from records, each pictured in many ways, as a manifest of pages.

    python benchmarks/drawn_pages.py RECORDS FOLDER --sheets 8
    ecgzoo evaluate-pages FOLDER/manifest.csv

RECORDS are twelve-lead records of ten seconds that no page network learned from. Every way shows
the same sheets, so that what one of them costs is seen beside "clean".
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from photographed_grids import laid
from PIL import Image
from rounds import arguments, positive

RESOLUTIONS = 150, 200, 300  # dots per inch, in turn
SECONDS, MICROVOLTS, NOTHING = 10, 1000, -32768
PAPER = (250, 250, 250)
Way = Callable[[Any, np.random.Generator], np.ndarray]


def ways() -> dict[str, Way]:
    """How a drawn sheet is pictured: its image, from the sheet and the lot."""
    from ecgzoo.pages.homography import warped
    from ecgzoo.pages.sheets import light, wear
    from ecgzoo.pages.sheets.camera import take_picture
    from ecgzoo.pages.sheets.surroundings import on_a_table

    def shown(drawn: Any) -> tuple[Image.Image, float]:
        return Image.fromarray(drawn.image), drawn.dots_per_mm

    def clean(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        return take_picture(drawn.image, drawn.dots_per_mm, rng, "clean").image

    def turned(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        image, _ = shown(drawn)
        flat = warped(image, laid("turned", image.size, rng), image.size, PAPER)
        return np.asarray(flat)

    def creased(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        image, scale = shown(drawn)
        worn = wear.creased(wear.folded(image, rng), scale, rng)
        return np.asarray(wear.crumpled(worn, rng) if rng.random() < 0.5 else worn)

    def shadow(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        image, _ = shown(drawn)
        return np.asarray(light.unevenly_lit(light.shadowed(image, rng), rng))

    def handwriting(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        image, scale = shown(drawn)
        wear.write_on(image, scale, rng)
        return np.asarray(wear.marked(image, scale, rng))

    def perspective(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        image, scale = shown(drawn)
        return np.asarray(on_a_table(image, laid("perspective", image.size, rng), scale, rng))

    def phone(drawn: Any, rng: np.random.Generator) -> np.ndarray:
        return take_picture(drawn.image, drawn.dots_per_mm, rng, "phone").image

    made = clean, turned, creased, shadow, handwriting, perspective, phone
    return {"100 dpi": clean} | {way.__name__: way for way in made}


def main() -> None:
    """Parses the arguments, draws the sheets, writes images, truths and the manifest."""
    parser = arguments(__doc__ or "", rounds=1)
    parser.add_argument("records", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sheets", type=positive, default=8)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    records = sorted(given.records.rglob("*.hea"))
    chosen = np.random.default_rng(given.seed).permutation(len(records))[: given.sheets]
    with (given.folder / "manifest.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("image", "truth", "hz", "degradation"))
        for number, place in enumerate(chosen):
            lines.writerows(_pictures(records[place], number, given.seed, given.folder))
            sys.stderr.write(f"\r{number + 1} of {given.sheets} sheets")


def _pictures(record: Path, number: int, seed: int, folder: Path) -> list[tuple[Any, ...]]:
    """The lines of the manifest for one sheet, whose pictures are written."""
    from ecgzoo.pages.sheets.drawing import draw_sheet
    from ecgzoo.pages.sheets.sheet import TWELVE
    from ecgzoo.pages.sheets.variety import random_sheet, random_style
    from tf_data.records import read_record

    signal, info = read_record(record.with_suffix(""), leads=TWELVE)
    rate = info.sampling_rate
    signal = np.nan_to_num(signal[: round(SECONDS * rate)])
    rng = np.random.default_rng([seed, number])
    sheet = random_sheet(rng)
    style = random_style(rng, sheet)
    style = replace(style, grid="lines") if style.grid == "none" else style
    sheet = replace(sheet, gain=10.0) if style.pulses == "none" else sheet  # else nothing tells it
    truth = f"{number:03}.npz"
    np.savez_compressed(folder / truth, microvolts=_microvolts(signal, rate, sheet, style))
    lines = []
    for place, (name, way) in enumerate(ways().items()):
        dpi = 100 if name == "100 dpi" else RESOLUTIONS[number % len(RESOLUTIONS)]
        drawn = draw_sheet(signal, rate, sheet, style, dpi)
        image = f"{number:03} {name}.png"
        picture = way(drawn, np.random.default_rng([seed, number, place]))
        Image.fromarray(picture).save(folder / image, compress_level=1)
        lines.append((image, truth, rate, name))
    return lines


def _microvolts(signal: np.ndarray, rate: float, sheet: Any, style: Any) -> np.ndarray:
    """What is printed of each lead when: int16 ``[samples, 12]``."""
    from ecgzoo.pages.sheets.drawing import GAP
    from ecgzoo.pages.sheets.sheet import TWELVE

    printed = np.full(signal.shape, NOTHING, np.int16)
    for leads in sheet.rows:
        ends = sheet.row_boundaries(leads)
        for lead, left, right in zip(leads, ends, ends[1:], strict=False):
            white = GAP if style.separators == "gaps" and right < sheet.right else 0.0
            first, last = (
                round((x - sheet.left) / sheet.speed * rate) for x in (left, right - white)
            )
            column = TWELVE.index(lead)
            printed[first:last, column] = np.round(MICROVOLTS * signal[first:last, column])
    return printed


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
