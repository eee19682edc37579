"""Pages of the ECG images, degraded and read again: how many are answered, and how well.

    python benchmarks/degraded_pages.py FOLDER --pages 40

FOLDER holds the published images. Each page is changed as a scan would change it, digitised, and
compared with what the exact tracer reads of the original, all leads pooled: the SNR in dB after the
best lag of up to .2 s and offset of each lead, as in the Kaggle competition of 2025.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter
from rounds import arguments, positive, table, write

Change = Callable[[Image.Image, np.random.Generator], Image.Image]
QUALITY = {"jpeg 30": 30}


def resized(dpi: float) -> Change:
    """To another resolution."""

    def change(page: Image.Image, rng: np.random.Generator) -> Image.Image:
        size = round(page.width * dpi / 200), round(page.height * dpi / 200)
        return page.resize(size, Image.Resampling.BICUBIC)

    return change


def turned(most: float) -> Change:
    """By up to so many degrees."""

    def change(page: Image.Image, rng: np.random.Generator) -> Image.Image:
        angle = rng.uniform(-most, most)
        return page.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white")

    return change


def shifted(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Onto larger paper."""
    sheet = Image.new("RGB", (page.width + 200, page.height + 200), "white")
    left, top = map(int, rng.integers(0, 200, 2))
    sheet.paste(page, (left, top))
    return sheet


def cropped(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Margins and head cut off, as far as the frame."""
    left, top, right, bottom = rng.integers((0, 0, 0, 0), (60, 280, 30, 15))
    return page.crop((left, top, page.width - right, page.height - bottom))


def blurred(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """By a scanner out of focus."""
    return page.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 1.6)))


def lit(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Darker or paler."""
    page = ImageEnhance.Brightness(page).enhance(rng.uniform(0.6, 1.1))
    return ImageEnhance.Contrast(page).enhance(rng.uniform(0.5, 1.1))


def gray(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Without colour."""
    return page.convert("L").convert("RGB")


def unchanged(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """As it is."""
    return page


def upside_down(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """By half a turn."""
    return page.rotate(180)


def everything(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """All of it at once."""
    for change in (cropped, lit, turned(10), resized(rng.uniform(100, 300))):
        page = change(page, rng)
    return page.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8)))


DEGRADED: dict[str, Change] = {
    "100 dpi": resized(100),
    "150 dpi": resized(150),
    "300 dpi": resized(300),
    "turned up to 1 degree": turned(1),
    "turned up to 10 degrees": turned(10),
    "upside down": upside_down,
    "shifted": shifted,
    "cropped": cropped,
    "blurred": blurred,
    "gray": gray,
    "brightness": lit,
    "jpeg 30": unchanged,
    "all together": everything,
}


def main() -> None:
    """Parses the arguments, reads every page in every way, prints a table."""
    parser = arguments(__doc__ or "", rounds=1)
    parser.add_argument("folder", type=Path, help="of the published images")
    parser.add_argument("--pages", type=positive, default=20)
    parser.add_argument("--seed", type=int, default=3, help="which pages; 0 to 2 were tuned on")
    parser.add_argument("--only", nargs="*", default=list(DEGRADED), help="ways to degrade")
    given = parser.parse_args()
    files = sorted(given.folder.rglob("*.jpg"))
    chosen = np.random.default_rng(given.seed).permutation(len(files))[: given.pages]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in given.only}
    for number in chosen:
        for name, one in _read(files[number], int(number), given.only).items():
            found[name].append(one)
        sys.stderr.write(f"\r{len(found[given.only[0]])} of {len(chosen)} pages")
    print(_table(found))
    write(given.json, found)


def _read(file: Path, seed: int, names: list[str]) -> dict[str, dict[str, Any]]:
    from ecgzoo.errors import PageError
    from ecgzoo.pages.digitised_page import digitise
    from ecgzoo.pages.quality import PageQuality

    original, found = digitise(file).traced.signal, {}
    for name in names:
        page = DEGRADED[name](Image.open(file).convert("RGB"), np.random.default_rng(seed))
        stream = io.BytesIO()
        page.save(stream, "jpeg", quality=QUALITY.get(name, 75 if name == "all together" else 95))
        start = time.perf_counter()
        try:
            snr = signal_to_noise(original, digitise(stream.getvalue()).traced.signal)
        except PageError as error:
            snr, said = None, f"{file.name}: {PageQuality(error.quality).name}"
        else:
            said = ""
        found[name] = {"snr": snr, "seconds": time.perf_counter() - start, "refused": said}
    return found


def signal_to_noise(truth: np.ndarray, found: np.ndarray, lag: int = 39) -> float:
    """In dB, leads pooled, at the best lag of up to so many samples and offset of each lead."""
    signal = noise = 0.0
    for one, other in zip(truth.T, found.T, strict=True):
        middle = one[lag : len(one) - lag]
        lagged = np.lib.stride_tricks.sliding_window_view(other, len(middle))
        noise += float(np.var(lagged - middle, axis=1).min()) * len(middle)
        signal += float(np.var(middle)) * len(middle)
    return 10 * float(np.log10(signal / max(noise, 1e-12)))


def _table(found: dict[str, list[dict[str, Any]]]) -> str:
    rows = []
    for name, pages in found.items():
        snr = [page["snr"] for page in pages if page["snr"] is not None]
        low, middle, tenth = (np.percentile(snr, q) if snr else np.nan for q in (0, 50, 10))
        seconds = np.median([page["seconds"] for page in pages])
        answered = f"{len(snr)} of {len(pages)}"
        rows.append(
            [name, answered, f"{middle:.1f}", f"{tenth:.1f}", f"{low:.1f}", f"{seconds:.1f}"]
        )
    head = ["pages", "answered", "median SNR, dB", "10th percentile", "least", "s a page"]
    return table(head, rows)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
