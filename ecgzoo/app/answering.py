"""Answering: a question's files read, asked about and explained, part by part."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

from ecgzoo.app.cases import Case, PageCase, RecordCase, case_of
from ecgzoo.app.desk import Put
from ecgzoo.app.files_in_memory import asked_in, laid_out
from ecgzoo.app.models import Models
from ecgzoo.app.part import Part, progress, refused
from ecgzoo.app.parts.answer import answer_html
from ecgzoo.app.parts.over_time import over_time_html
from ecgzoo.app.parts.paper import paper_html, picture_html
from ecgzoo.app.parts.read import page_html, record_html
from ecgzoo.app.parts.reasons import domains_html, similar_html, why_html
from ecgzoo.app.parts.several import Line, several_html
from ecgzoo.app.question import Question
from ecgzoo.errors import sentence_of
from ecgzoo.prediction.over_time import LONG, asked_over_time
from ecgzoo.report.ecg_paper import ecg_figure, record_figure
from ecgzoo.report.traced_page_figure import draw_traced_page
from tf_data.inspection.inspection import inspected


def answer(question: Question, models: Models, put: Put) -> None:
    """Answers a question: everything about one file, or a table of several.

    Args:
        question: what is asked.
        models: what may be asked.
        put: takes each part.
    """
    with laid_out(question.files) as folder:
        files = asked_in(folder)
        try:
            put(progress("Loading the model"))
            asked = models.load(question.model)
            cases = [case_of(file, question, asked) for file in files]
            if len(cases) == 1:
                _everything(cases[0], models, put)
            else:
                _table(cases, put)
        except Exception as error:
            put(refused("refused", said(error, folder)))
    put(progress(""))


def said(error: Exception, folder: Path) -> str:
    """What the command line says of an error, without the folder that nobody else knows."""
    sentence = sentence_of(error)
    if sentence is None:
        traceback.print_exception(error)
        kind = type(error).__name__
        return f"ecgzoo met an error that it did not expect, {kind}; the terminal shows it."
    return sentence.replace(f"{folder}/", "")


def _everything(case: Case, models: Models, put: Put) -> None:
    put(progress(f"Reading {case.file.name}"))
    if isinstance(case, PageCase):
        _page(case, models, put)
    else:
        _record(case, models, put)


def _record(case: RecordCase, models: Models, put: Put) -> None:
    record, start = case.record, case.question.start
    long = record.seconds > LONG
    answered = (_over_time if long else _answer)(case, put)
    alt = f"{case.file.name} on ECG paper, ten seconds at most, from second {start:g} on"
    _step(put, case, "paper", lambda: paper_html(record_figure(record, start), alt))
    unit_known = case.question.unit is not None
    _step(put, case, "read", lambda: record_html(inspected(record, unit_known), case.assumed))
    if answered and not long:
        _reasons(case, models, put)


def _page(case: PageCase, models: Models, put: Put) -> None:
    found, name = case.page.digitised, case.file.name
    answered = _answer(case, put)
    rate, leads = found.traced.spec.sampling_rate, found.traced.spec.leads
    alt = f"The leads read off {name}, on ECG paper, each when it is printed"
    _step(put, case, "paper", lambda: paper_html(ecg_figure(found.printed, rate, leads, name), alt))
    _step(put, case, "read", lambda: page_html(found, case.file.stem))
    _step(put, case, "traced", lambda: _traced(case))
    if answered:
        _reasons(case, models, put)


def _traced(case: PageCase) -> str:
    with laid_out({}) as folder:
        path = folder / "traced.png"
        draw_traced_page(case.file, case.page.digitised, path)
        return picture_html(path.read_bytes(), f"{case.file.name}, the trace drawn over it in blue")


def _answer(case: Case, put: Put) -> bool:
    return _step(put, case, "answer", lambda: answer_html(case.told))


def _over_time(case: RecordCase, put: Put) -> bool:
    whole = case.record.seconds

    def show(done: float) -> None:
        put(progress(f"Asking about {case.file.name}: {done / whole:.0%}"))

    def make() -> str:
        return over_time_html(asked_over_time(case.record, case.asked, show), case.asked)

    return _step(put, case, "answer", make)


def _reasons(case: Case, models: Models, put: Put) -> None:
    asked, signal, label = case.asked, case.signal, case.told.overall.answer.label
    put(progress("Asking what the answer rests on"))
    _step(put, case, "why", lambda: why_html(case.span, signal, asked, label))
    put(progress("Drawing the domains"))
    _step(put, case, "domains", lambda: domains_html(signal[0], asked.spec))
    put(progress("Looking for similar records"))
    key = case.question.model
    _step(put, case, "similar", lambda: similar_html(asked, models.embedded(key), signal))


def _step(put: Put, case: Case, place: str, make: Callable[[], str]) -> bool:
    """Fills a place; whether that went well. What fails is said there, and the others go on."""
    try:
        put(Part(place, make()))
    except Exception as error:
        put(refused(place, said(error, case.file.parent)))
        return False
    return True


def _table(cases: list[Case], put: Put) -> None:
    lines = []
    for done, case in enumerate(cases, 1):
        put(progress(f"{done} of {len(cases)}: {case.file.name}"))
        try:
            lines.append(Line(case.file.name, case.told))
        except Exception as error:
            lines.append(Line(case.file.name, None, said(error, case.file.parent)))
        put(Part("table", several_html(lines)))
