"""Pages per second: decoded and averaged, decoded and traced, on this machine's cores.

    python benchmarks/pages.py [FOLDER OF PAGES] [--json FILE]

Without a folder the pages are rendered from embedded records. Prints the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.pages.decode import decode_pages
from ecgzoo.pages.lead_traces import LeadTraces
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.pages.vertical_average import VerticalAverage
from tf_data import load

PAGES, BATCH, ROUNDS = 96, 8, 3


def main() -> None:
    """Measures both layers in interleaved rounds and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="folder of JPEG pages")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    contents = from_folder(options.folder) if options.folder else rendered()
    layers: dict[str, Callable[[Any], Any]] = {
        "vertical average": VerticalAverage(),
        "lead traces": LeadTraces(),
    }
    rates: dict[str, list[float]] = {name: [] for name in layers}
    for _ in range(ROUNDS):
        for name, layer in layers.items():
            rates[name].append(pages_per_second(contents, layer))
    figures = {name: float(np.median(several)) for name, several in rates.items()}
    print("| decoded and | pages per second |\n|---|---|")
    for name, rate in figures.items():
        print(f"| {name} | {rate:.0f} |")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def pages_per_second(contents: list[bytes], layer: Callable[[Any], Any]) -> float:
    """The rate over all batches but the first, which pays for tracing the graph."""
    dataset = tf.data.Dataset.from_tensor_slices(contents).batch(BATCH)
    dataset = dataset.map(lambda batch: layer(decode_pages(batch)[0]), tf.data.AUTOTUNE)
    batches = iter(dataset)
    next(batches)
    start = time.perf_counter()
    count = sum(BATCH for _ in batches)
    return count / (time.perf_counter() - start)


def from_folder(folder: Path) -> list[bytes]:
    """The first pages of a folder, by name."""
    return [path.read_bytes() for path in sorted(folder.rglob("*.jpg"))[:PAGES]]


def rendered() -> list[bytes]:
    """Pages drawn from embedded records; a few, repeated, since drawing takes longer."""
    data = load("ecg_images")
    few = [page_bytes(render_page(data.signals[i], data.spec), "jpeg") for i in range(8)]
    return few * (PAGES // len(few))


if __name__ == "__main__":
    main()
