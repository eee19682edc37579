"""Ablation: what each domain is worth to the model that has them all."""

from __future__ import annotations

from dataclasses import replace

from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.ablation import ablation, ablation_cells, whole_interval
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.missing import answers
from ecgzoo.training.recipe import lacking

WHOLE = "hybrid2"
HEADS = ("lacks", "how", "macro F1 (95% interval)", f"minus {WHOLE}", "p", "Holm p")
READ = (
    "A model that was trained without a domain has learnt to do without it; one that is silenced "
    "at test time has not, so its loss says how much the trained model leans on the domain, and "
    "not what the domain is worth. Differences are paired; Holm's correction is over all rows of a "
    "table."
)


def ablation_section(study: Study) -> str:
    """The section's body."""
    found = [_of_one(one) for one in study if WHOLE in one.models]
    return paragraph(READ) + ("".join(found) or paragraph(f"{WHOLE} was not run."))


def _of_one(one: CrossValidation) -> str:
    recipe = replace(one.recipe, model=WHOLE, options={})
    names = {domain: other.name for domain, other in lacking(recipe).items()}
    trained = {domain: name for domain, name in names.items() if name in one.complete}
    silenced = answers(one.runs[WHOLE], one.dataset, leads=False)
    retrained = {domain: (name, one.predictions[name]) for domain, name in trained.items()}
    whole = one.predictions[WHOLE]
    rows = [ablation_cells(row) for row in ablation(whole, retrained, silenced, WHOLE)]
    nothing = ["nothing", "", str(whole_interval(whole)), "", "", ""]
    absent = ", ".join(domain for domain in names if domain not in trained)
    note = f"No model was trained without {absent}." if absent else ""
    body = heading(title_of(one)) + table(HEADS, [nothing, *rows], f"{WHOLE} and what it lacks")
    return body + (paragraph(note, "quiet") if note else "")
