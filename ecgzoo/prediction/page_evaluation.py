"""How well pages are read whose printed signal is known: a manifest of images and truths."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from ecgzoo.errors import DataError, PageError
from ecgzoo.evaluation.digitisation import rms_left, signal_to_noise
from ecgzoo.pages.digitised_page import DigitisedPage, digitise
from ecgzoo.pages.sheets.sheet import TWELVE

NEEDED = "image", "truth", "hz"
NOTHING = -32768  # of a truth, where nothing of a lead is printed
MICROVOLTS = 1000.0


@dataclass(frozen=True)
class PageResult:
    """What became of one page.

    Attributes:
        image: its file, as the manifest calls it.
        kind: how it is degraded, as the manifest says.
        decibels: the signal-to-noise ratio; None if it was refused.
        leads: the ratio of each lead, by name.
        errors: of each lead whose error was estimated, the RMS error that was expected and the one
            there is, in mV.
        seconds: that it took.
        said: how it was read, or why it was refused.
    """

    image: str
    kind: str
    decibels: float | None
    leads: dict[str, float]
    errors: dict[str, tuple[float, float]]
    seconds: float
    said: str


def read_manifest(path: Path) -> pd.DataFrame:
    """A table of pages: ``image`` and ``truth`` beside it, and the truth's rate ``hz``.

    Raises:
        DataError: if it lacks a column, names a file that is not there, or a truth or its rate is
            unfit.
        OSError: if it cannot be read.
    """
    table = pd.read_csv(path)
    if missing := [column for column in NEEDED if column not in table]:
        raise DataError(
            f"{path}: expected the columns {', '.join(NEEDED)}; it lacks " + ", ".join(missing)
        )
    for column in ("image", "truth"):
        for file in table[column]:
            if not (path.parent / str(file)).is_file():
                raise DataError(f"{path}: names {file}, which is not in {path.parent}")
    for truth, rate in zip(table["truth"], pd.to_numeric(table["hz"], "coerce"), strict=True):
        if not 0 < rate < np.inf:
            raise DataError(f"{path}: expected hz above 0 of {truth}; mend it in that line")
        _microvolts(path.parent / str(truth))
    return table


def files_of(manifest: Path) -> list[Path]:
    """The files that are read for a manifest, itself among them."""
    table = read_manifest(manifest)
    named = [*table["image"], *table["truth"]]
    return [manifest, *(manifest.parent / str(one) for one in named)]


def evaluate_pages(manifest: Path) -> Iterator[PageResult]:
    """Reads each page of a manifest and compares it with what was printed.

    Args:
        manifest: a CSV with the columns ``image``, ``truth`` (an ``.npz`` with ``microvolts``,
            int16 ``[samples, 12]`` in clinical order, -32768 where nothing is printed), ``hz``,
            and, if there, ``degradation``.

    Raises:
        DataError: if the manifest is unfit.
    """
    for row in read_manifest(manifest).to_dict("records"):
        start = perf_counter()
        kind = str(row.get("degradation", ""))
        try:
            found = digitise(manifest.parent / row["image"])
        except PageError as error:
            said = str(error).partition("found ")[2] or str(error)
            yield PageResult(row["image"], kind, None, {}, {}, perf_counter() - start, said)
            continue
        seconds = perf_counter() - start
        truth, rate = _truth(manifest.parent / row["truth"]), float(row["hz"])
        read = _at_times_of(truth, rate, found)
        decibels = signal_to_noise(truth, read, rate)
        leads = {
            lead: signal_to_noise(truth[:, [place]], read[:, [place]], rate)
            for place, lead in enumerate(TWELVE)
            if np.isfinite(truth[:, place]).any()
        }
        errors = _errors(found, truth, leads)
        yield PageResult(row["image"], kind, decibels, leads, errors, seconds, str(found))


def _errors(
    found: DigitisedPage, truth: np.ndarray, leads: dict[str, float]
) -> dict[str, tuple[float, float]]:
    if found.traced.error is None:
        return {}
    expected = dict(zip(found.traced.spec.leads, found.traced.error.tolist(), strict=True))
    return {
        lead: (expected[lead], rms_left(truth[:, TWELVE.index(lead)], decibels))
        for lead, decibels in leads.items()
        if lead in expected
    }


def _microvolts(path: Path) -> np.ndarray:
    try:
        with closing(np.load(path)) as held:
            found: np.ndarray = held["microvolts"]
    except Exception as error:  # NumPy and zipfile have many for a file of another kind
        raise DataError(f"{_expected(path)}; it holds none: name another file") from error
    came = f"{found.dtype} {list(found.shape)}"
    if found.dtype.kind not in "iuf" or found.shape[1:] != (len(TWELVE),) or not len(found):
        raise DataError(f"{_expected(path)}; got {came}: write it anew")
    return found


def _expected(path: Path) -> str:
    return f"{path}: expected an .npz whose microvolts are int16 [samples, {len(TWELVE)}]"


def _truth(path: Path) -> np.ndarray:
    microvolts = _microvolts(path)
    return np.where(microvolts == NOTHING, np.nan, microvolts / MICROVOLTS)


def _at_times_of(truth: np.ndarray, rate: float, found: DigitisedPage) -> np.ndarray:
    """What was read, at the times of the truth; NaN where nothing was."""
    times = np.arange(len(truth)) / rate
    read = np.full(truth.shape, np.nan)
    spec = found.traced.spec
    for place, lead in enumerate(spec.leads):
        values = found.printed[:, place]
        seen = np.flatnonzero(np.isfinite(values))
        if seen.size < 2:
            continue
        inside = (times >= seen[0] / spec.sampling_rate) & (times <= seen[-1] / spec.sampling_rate)
        at = times[inside] * spec.sampling_rate
        read[inside, TWELVE.index(lead)] = np.interp(at, seen, values[seen])
    return read
