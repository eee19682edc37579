"""Does it matter that a page was degraded? The macro F1 of models asked about it all the same.

    ecgzoo compare --models hybrid_rhythm --folds 5 --fold-seed 10
    python benchmarks/degraded_answers.py FOLDER runs/grouped-traces-seed10/hybrid_rhythm --pages 30

FOLDER holds the published images, and the runs are of one cross-validation. Pages are drawn by lot
from each fold's test part, degraded stage by stage, read again as `ecgzoo predict` reads them, and
answered by that fold's model, which has not seen their patients. The macro F1 is of the pages that
are answered, beside that of the same pages as published; the interval is of the difference, by
patient.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from degraded_pages import Change, everything, unchanged
from PIL import Image
from rounds import positive, table, write

if TYPE_CHECKING:
    from ecgzoo.prediction.loaded_model import LoadedModel

DOTS_PER_MM = 200 / 25.4
REFUSED = -1


def pictured(stage: str) -> Change:
    """Worn, lit and compressed as a scanner or a camera would have it."""

    def change(page: Image.Image, rng: np.random.Generator) -> Image.Image:
        from ecgzoo.pages.sheets.camera import take_picture

        return Image.fromarray(take_picture(np.array(page), DOTS_PER_MM, rng, stage).image)

    return change


STAGES: dict[str, Change] = {
    "as published": unchanged,
    "changed by software": everything,
    "scanned": pictured("scanned"),
    "photographed": pictured("photographed"),
    "by a phone": pictured("phone"),
}


@dataclass(frozen=True)
class Asked:
    """One page in one way: its class, and what was answered, or that it was refused."""

    record: str
    group: str
    truth: int
    stage: str
    answer: int
    said: str


def main() -> None:
    """Parses the arguments, asks about every page in every way, prints a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of the published images")
    parser.add_argument("runs", type=Path, help="of one model, a folder for each fold")
    parser.add_argument("--pages", type=positive, default=30, help="of each fold, by lot")
    parser.add_argument("--only", nargs="*", default=list(STAGES)[1:], help="ways to degrade")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all answers")
    given = parser.parse_args()
    files = {file.name: file for file in given.folder.rglob("*.jpg")}
    found: list[Asked] = []
    for run in sorted(given.runs.glob("fold*")):
        for one in _asked(run, files, given.pages, [next(iter(STAGES)), *given.only]):
            found.append(one)
            sys.stderr.write(f"\r{run.name}: {one.record}, {one.stage}".ljust(79))
        write(given.json, {"asked": [asdict(one) for one in found]})
    print("\r".ljust(80), end="\r", file=sys.stderr)
    print(_table(found))


def _asked(run: Path, files: dict[str, Path], count: int, stages: Sequence[str]) -> Iterator[Asked]:
    import ecgzoo
    from ecgzoo.artifact.answers import Predictions

    tested = Predictions.read(run / "predictions.csv")
    model = ecgzoo.load(run)
    for place in np.random.default_rng(0).permutation(len(tested.names))[:count]:
        record, group = str(tested.names[place]), str(tested.groups[place])
        for stage in stages:
            with tempfile.TemporaryDirectory() as folder:
                file = files[record]
                if stage != stages[0]:
                    file = _degraded(file, stage, int(place), Path(folder, "page.jpg"))
                answer, said = _answer(model, file)
            yield Asked(record, group, int(tested.labels[place]), stage, answer, said)


def _degraded(file: Path, stage: str, seed: int, to: Path) -> Path:
    page = Image.open(file).convert("RGB")
    STAGES[stage](page, np.random.default_rng(seed)).save(to, quality=90)
    return to


def _answer(model: LoadedModel, file: Path) -> tuple[int, str]:
    from ecgzoo.errors import EcgzooError

    start = time.perf_counter()
    try:
        answers = model.predict(file)
    except EcgzooError as error:
        return REFUSED, str(error)
    return int(answers.probabilities[0].argmax()), f"{time.perf_counter() - start:.1f} s"


def _table(found: Sequence[Asked]) -> str:
    stages = list(dict.fromkeys(one.stage for one in found))
    published = {one.record: one for one in found if one.stage == stages[0]}
    rows = []
    for stage in stages:
        of = [one for one in found if one.stage == stage]
        pairs = [(one, published[one.record]) for one in of if one.answer != REFUSED]
        same = sum(one.answer == other.answer for one, other in pairs)
        answered = f"{len(pairs)} of {len(of)}"
        rows.append([stage, answered, *_compared(pairs), f"{same} of {len(pairs)}"])
    head = ["pages", "answered", "macro F1", "the same, published", "difference", "same answer"]
    return table(head, rows)


def _compared(pairs: Sequence[tuple[Asked, Asked]]) -> list[str]:
    """Macro F1 of pages, of the same as published, and the difference with its interval."""
    from ecgzoo.evaluation.comparison import paired_difference
    from ecgzoo.evaluation.metrics import METRICS, confusion_matrix

    truth, groups = [one.truth for one, _ in pairs], [one.group for one, _ in pairs]
    if len({*groups}) < 2:
        return ["", "", "of two patients at least"]
    here, there = ([pair[side].answer for pair in pairs] for side in (0, 1))
    classes = max(*truth, *here, *there) + 1
    f1 = [METRICS["macro_f1"](confusion_matrix(truth, one, classes)) for one in (here, there)]
    between = paired_difference(truth, here, there, groups).interval
    return [*(f"{value:.3f}" for value in f1), between]


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
