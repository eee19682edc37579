"""Pages per second: decoded and averaged, decoded and traced, against loops over PIL and OpenCV.

    python benchmarks/pages.py [FOLDER OF PAGES] [--rounds N] [--json FILE]

Without a folder the pages are rendered from embedded records. A measurement is a whole pass over
the pages' bytes, from the making of the iterator on. The peers decode to gray and average each
column, one page after another and with a thread per core.
"""

from __future__ import annotations

import importlib.util
import io
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from PIL import Image
from rounds import arguments, cores, interleaved, surroundings, table, write

from ecgzoo.pages.decode import decode_page
from ecgzoo.pages.page_layers import LeadTraces, VerticalAverage
from ecgzoo.pages.render import page_bytes, render_page
from tf_data import load

PAGES, BATCH = 96, 8
AVERAGED, TRACED = "ecgzoo: averaged", "ecgzoo: traced"
PIL_LOOP, OPENCV_LOOP = "PIL: averaged, a loop", "OpenCV: averaged, a loop"

Pages = list[bytes]


def main() -> None:
    """Measures both layers and their peers in interleaved rounds and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("folder", nargs="?", type=Path, help="folder of JPEG pages")
    options = parser.parse_args()
    pages = from_folder(options.folder) if options.folder else rendered()
    if not pages:
        parser.error(f"no .jpg files in {options.folder}")
    contenders = {AVERAGED: fed(pages, VerticalAverage()), TRACED: fed(pages, LeadTraces())}
    for name, average in peers().items():
        contenders[name] = looped(pages, average)
        contenders[f"{name.removesuffix('a loop')}{cores()} threads"] = threaded(pages, average)
    rates = interleaved(contenders, options.rounds, options.rest)
    loops = [name for name in (PIL_LOOP, OPENCV_LOOP) if name in rates]
    rows = [
        [name, f"{one.median:.0f}", one.spread(0)]
        + [f"{one.median / rates[loop].median:.2f}" for loop in loops]
        for name, one in rates.items()
    ]
    against = [f"x {loop.partition(':')[0]}" for loop in loops]
    print(table(["decoded and", "pages/s", "range", *against], rows))
    if OPENCV_LOOP not in rates:
        print("\nOpenCV is not installed: pip install opencv-python-headless")
    packages = surroundings("tensorflow", "keras", "pillow", "opencv-python-headless")
    source = str(options.folder or "rendered")
    write(options.json, {**packages, "pages": source, "pages_per_second": rates})


def fed(pages: Pages, layer: Callable[[Any], Any]) -> Callable[[], float]:
    """Pages per second through tf.data and one of the layers.

    Decoded and read page by page, then batched: a batch of pages as floats takes 110 MB, and is
    half as fast.
    """
    dataset = tf.data.Dataset.from_tensor_slices(pages)
    dataset = dataset.map(lambda page: layer(decode_page(page)[0][None]), tf.data.AUTOTUNE)
    dataset = dataset.unbatch().batch(BATCH)
    return lambda: rate(pages, lambda: sum(1 for _ in dataset))


def looped(pages: Pages, average: Callable[[bytes], np.ndarray]) -> Callable[[], float]:
    """Pages per second, one after another."""
    return lambda: rate(pages, lambda: [average(page) for page in pages])


def threaded(pages: Pages, average: Callable[[bytes], np.ndarray]) -> Callable[[], float]:
    """Pages per second with a thread per core; the decoders let go of Python's lock."""

    def work() -> None:
        with ThreadPoolExecutor(cores()) as pool:
            list(pool.map(average, pages))

    return lambda: rate(pages, work)


def rate(pages: Pages, work: Callable[[], object]) -> float:
    """How many pages a second ``work`` gets through."""
    start = time.perf_counter()
    work()
    return len(pages) / (time.perf_counter() - start)


def peers() -> dict[str, Callable[[bytes], np.ndarray]]:
    """The column means of one page, by other libraries that are installed."""
    found: dict[str, Callable[[bytes], np.ndarray]] = {PIL_LOOP: pil_average}
    if importlib.util.find_spec("cv2"):
        found[OPENCV_LOOP] = opencv_average
    return found


def pil_average(page: bytes) -> np.ndarray:
    """Decodes with PIL; ``draft`` keeps a JPEG's gray channel, which spares it the colours."""
    image = Image.open(io.BytesIO(page))
    image.draft("L", image.size)
    return np.asarray(image.convert("L")).mean(axis=0, dtype=np.float32)


def opencv_average(page: bytes) -> np.ndarray:
    """Decodes and averages with OpenCV."""
    import cv2

    image = cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.reduce(image, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]


def from_folder(folder: Path) -> Pages:
    """The first pages of a folder, by name."""
    return [path.read_bytes() for path in sorted(folder.rglob("*.jpg"))[:PAGES]]


def rendered() -> Pages:
    """Pages drawn from embedded records; a few, repeated, since drawing takes longer."""
    data = load("ecg_images")
    few = [page_bytes(render_page(data.signals[i], data.spec), "jpeg") for i in range(8)]
    return few * (PAGES // len(few))


if __name__ == "__main__":
    main()
