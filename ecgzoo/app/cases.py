"""Cases: a file and the model that is asked about it, each step done once."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ecgzoo.app.question import Question
from ecgzoo.prediction.asked import Asked
from ecgzoo.prediction.page_file import PageFile
from ecgzoo.prediction.page_or_record import is_page
from ecgzoo.prediction.records import Windows, check_there, windows_of
from ecgzoo.prediction.told import Row, Told
from tf_data.notes import Notes
from tf_data.open_record import OpenRecord, open_record


@dataclass(frozen=True, eq=False)
class RecordCase:
    """A record.

    Attributes:
        file: where it is laid out.
        question: what was asked.
        asked: the model.
        notes: what was assumed of it.
    """

    file: Path
    question: Question
    asked: Asked
    notes: Notes = field(default_factory=Notes)

    @functools.cached_property
    def record(self) -> OpenRecord:
        """All of its leads."""
        check_there(self.file)
        unit = self.question.unit or self.asked.spec.unit
        return open_record(self.file, self.question.sampling_rate, None, unit)

    @functools.cached_property
    def windows(self) -> Windows:
        """What the model takes of it."""
        rate, unit = self.question.sampling_rate, self.question.unit
        return windows_of(self.file, rate, self.asked.spec, unit, self.notes)

    @property
    def assumed(self) -> list[str]:
        """What was assumed for the model, a sentence each."""
        return [one.removeprefix(f"{self.file.name}: ") for one in self.notes.sentences()]

    @functools.cached_property
    def told(self) -> Told:
        """The answers, window by window, as ``ecgzoo predict`` gives them."""
        answers = self.asked.signals(self.windows.signals)
        rows = [Row(span, one) for span, one in zip(self.windows.spans, answers, strict=True)]
        return Told.of(self.file, self.asked, rows)

    @functools.cached_property
    def explained(self) -> int:
        """The window that speaks most for the overall answer."""
        label = self.told.overall.answer.label
        return int(np.argmax([row.answer.probabilities[label] for row in self.told.rows]))

    @property
    def signal(self) -> np.ndarray:
        """That window: ``[1, samples, leads]``."""
        return self.windows.signals[[self.explained]]

    @property
    def span(self) -> str:
        """When that window is."""
        return self.windows.spans[self.explained]


@dataclass(frozen=True, eq=False)
class PageCase:
    """A printed page.

    Attributes:
        file: where it is laid out.
        question: what was asked.
        asked: the model.
    """

    file: Path
    question: Question
    asked: Asked
    span: str = "page"

    @functools.cached_property
    def page(self) -> PageFile:
        """The page, read once for the model and for the picture."""
        return PageFile(self.file)

    @functools.cached_property
    def told(self) -> Told:
        """The answer, as ``ecgzoo predict`` gives it."""
        (answer,) = self.asked.page(self.page)
        return Told.of(self.file, self.asked, [Row(self.span, answer)])

    @functools.cached_property
    def signal(self) -> np.ndarray:
        """What the model takes of it: ``[1, samples, leads]``."""
        return self.asked.taken(self.page)


Case: TypeAlias = RecordCase | PageCase


def case_of(file: Path, question: Question, asked: Asked) -> Case:
    """A page or a record, by the file's content, as ``ecgzoo predict`` tells them apart."""
    kind = PageCase if is_page(file) else RecordCase
    return kind(file, question, asked)
