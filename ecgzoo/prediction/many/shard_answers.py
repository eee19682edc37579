"""Answers of a shard: files are read one by one, their windows asked about in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ecgzoo.artifact.answers import mean_of_each
from ecgzoo.errors import SignalError
from ecgzoo.exporting.signatures.signature import example_signals
from ecgzoo.models.embed import embed
from ecgzoo.prediction.file_windows import file_windows
from ecgzoo.prediction.loaded_model import LoadedModel
from ecgzoo.prediction.many.question import Question
from ecgzoo.prediction.page_or_record import PAGES, is_page
from tf_data.formats.libraries import one_line
from tf_data.notes import Notes

BATCH = 256  # windows that are asked about together
LONGEST = 800  # characters of a sentence
OWN = ("record", "windows", "error", "notes")  # columns whatever is asked
PROBABILITY, EMBEDDING, MILLIVOLTS = "probability_", "embedding_", "millivolts_"


def shard_answers(files: Sequence[str], loaded: LoadedModel, question: Question) -> pa.Table:
    """A line for each file: its answer, the mean of its windows', or why it has none.

    Args:
        files: paths of records or pages.
        loaded: the model.
        question: what is asked of it.

    Returns:
        ``record``, the answer's columns, ``windows``, ``error`` (null where there is none) and
        ``notes`` (what was assumed); the columns are the same whatever the files are.
    """
    ask = _ASK[question.what]
    blank = {name: None for name in ask(loaded, example_signals(loaded.preset.spec))}
    lines: list[dict[str, Any]] = [{"record": _shown(one)} | blank for one in files]
    waiting: list[tuple[dict[str, Any], np.ndarray]] = []
    for line, signals in _read(files, lines, loaded, question):
        waiting.append((line, signals))
        if sum(len(one) for _, one in waiting) >= BATCH:
            _answer(waiting, ask, loaded)
            waiting = []
    _answer(waiting, ask, loaded)
    return _table(lines, list(blank), loaded)


def _read(
    files: Sequence[str], lines: list[dict[str, Any]], loaded: LoadedModel, question: Question
) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """The windows of each file that can be read; the others' lines take the reason."""
    preset, rate, unit = loaded.preset, question.sampling_rate, question.unit
    for file, line in zip(map(Path, files), lines, strict=True):
        notes = Notes()
        try:
            if question.what == "trace":
                _check_page(file)
            found = file_windows(file, preset, rate, unit, notes)
            signals = preset.spec.check(found.signals)
        except Exception as error:  # one file among a million stops nothing, whatever it holds
            line["error"] = _sentence(error)
            continue
        line["windows"], line["notes"] = len(signals), " ".join(notes.sentences()) or None
        yield line, signals


def _check_page(file: Path) -> None:
    if not is_page(file):
        raise SignalError(f"expected a page ({', '.join(PAGES)}) to trace; got {file.name}")


def _answer(waiting: list[tuple[dict[str, Any], np.ndarray]], ask: Any, loaded: Any) -> None:
    """Asks about windows of several files at once, and gives each line the mean of its own."""
    if not waiting:
        return
    of = np.repeat(np.arange(len(waiting)), [len(signals) for _, signals in waiting])
    found = ask(loaded, np.concatenate([signals for _, signals in waiting]))
    for name, values in found.items():
        for (line, _), mean in zip(waiting, mean_of_each(values, of), strict=True):
            line[name] = mean


def _table(lines: list[dict[str, Any]], names: list[str], loaded: LoadedModel) -> pa.Table:
    columns = {"record": pa.array([one["record"] for one in lines], pa.string())}
    if names[0].startswith(PROBABILITY):
        columns["predicted"] = pa.array(_predicted(lines, names, loaded), pa.string())
    for name in names:
        kind = pa.float64() if name.startswith(PROBABILITY) else pa.list_(pa.float32())
        columns[name] = pa.array([one[name] for one in lines], kind)
    for name, kind in zip(OWN[1:], (pa.int32(), pa.string(), pa.string()), strict=True):
        columns[name] = pa.array([one.get(name) for one in lines], kind)
    return pa.table(columns)


def _predicted(
    lines: list[dict[str, Any]], names: list[str], loaded: LoadedModel
) -> list[str | None]:
    """What is called, as :meth:`LoadedModel.predict` calls it; None where nothing was answered."""
    shares = [[line[name] for name in names] for line in lines if line.get("windows")]
    if not shares:
        return [None] * len(lines)
    rows = np.arange(len(shares))
    called = iter(loaded.table(rows, rows, np.array(shares)).predicted.tolist())
    return [next(called) if line.get("windows") else None for line in lines]


def _predict(loaded: LoadedModel, signals: np.ndarray) -> dict[str, np.ndarray]:
    names = [PROBABILITY + one for one in loaded.preset.classes]
    return dict(zip(names, loaded.ask(signals).T, strict=True))


def _embed(loaded: LoadedModel, signals: np.ndarray) -> dict[str, np.ndarray]:
    return {EMBEDDING + name: one for name, one in embed(loaded.model, signals).items()}


def _trace(loaded: LoadedModel, signals: np.ndarray) -> dict[str, np.ndarray]:
    leads = enumerate(loaded.preset.spec.leads)
    return {MILLIVOLTS + lead: signals[:, :, column] for column, lead in leads}


_ASK = {"predict": _predict, "embed": _embed, "trace": _trace}


def _sentence(error: Exception) -> str:
    """An error as a line; of those that are no sentence also the kind."""
    told = str(error) if isinstance(error, ValueError | OSError) else repr(error)
    return one_line(told or repr(error), LONGEST)


def _shown(path: str) -> str:
    r"""A path as UTF-8, in which bytes that are none stand as ``\xff``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
