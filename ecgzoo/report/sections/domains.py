"""Domains: how they are related, what each adds and is worth; of its own data beside the paper."""

from dataclasses import replace

from ecgzoo.evaluation.complementarity import Complementarity, Step, complementarity
from ecgzoo.evaluation.complementarity.relations import Relation
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.ablation import ablation, ablation_cells, whole_interval
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.headline import SHOWN
from ecgzoo.report.study.missing import answers
from ecgzoo.training.ablation import lacking
from ecgzoo.training.cross_validation import held_out, unimodal_models

# Pearson's r between deep features, and mutual information, by arXiv 2508.00963. Which of the last
# two pairs has 0.37 and which 0.44 could not be read.
PAPER_CORRELATION = {
    ("time", "time_frequency"): 0.07,
    ("frequency", "time_frequency"): 0.18,
    ("frequency", "time"): -0.30,
}
PAPER_INFORMATION = {
    ("time", "time_frequency"): "0.40",
    ("frequency", "time_frequency"): "0.37 or 0.44",
    ("frequency", "time"): "0.37 or 0.44",
}


def single_domain_models(one: CrossValidation) -> dict[str, str]:
    """The trained models of one domain each, by that domain."""
    return {domain: model for domain, model in unimodal_models().items() if model in one.models}


def domain_relations(one: CrossValidation) -> Complementarity:
    """How the domains of a cross-validation's single-domain models are related.

    Raises:
        ValueError: if there are models of fewer than two domains.
        RunError: if a run is of other records than its recipe says.
    """
    models = single_domain_models(one)
    recipe = replace(one.recipe, options={})
    seen = held_out(recipe, models, one.folds, one.folder.parent, one.dataset)
    return complementarity(
        seen.embeddings, seen.labels, seen.groups, seen.folds, seen.probabilities
    )


READ = (
    "Embeddings of held-out records by the single-domain models, each figure the mean over folds, "
    "with 95% intervals from random halves of the groups. 'By chance' is what the figure would be "
    "at this number of records without any relation: an estimate is read against it, not against "
    "zero."
)
OF_THE_PAPER = (
    "The paper's figures stand beside the pooled correlation and the mutual information; its "
    "estimators are not stated, so only signs and order can be compared."
)
TOLD = (
    "What a domain tells about the label, in nats: the fall of the out-of-fold log loss when its "
    "answers are added to those of the domains before it."
)


def domains_section(study: Study) -> str:
    """The section's body."""
    told = [READ, OF_THE_PAPER] if any(one.of_the_paper for one in study) else [READ]
    parts = [paragraph(" ".join(told))]
    for one in study:
        if len(single_domain_models(one)) > 1:
            parts.append(_related_of_one(one))
    return "".join(parts)


def _related_of_one(one: CrossValidation) -> str:
    found = domain_relations(one)
    heads: tuple[str, ...] = ("pair", "figure", "estimate", "by chance")
    verdicts = [found.advice]
    if one.of_the_paper:
        heads, verdicts = (*heads, "paper"), [found.advice, _order(found)]
    rows = [row[: len(heads)] for pair in found.relations for row in _rows(pair)]
    told = {(step.domain, frozenset(step.given)): step for step in (*found.steps, *found.added)}
    steps = [_told(step, found) for step in told.values()]
    return "".join(
        [
            heading(title_of(one)),
            *(paragraph(verdict, "verdict") for verdict in verdicts),
            table(heads, rows, "Relations"),
            paragraph(TOLD),
            table(("domain", "given", "nats", "of all"), steps, "Told about the label"),
        ]
    )


def _rows(pair: Relation) -> list[list[str]]:
    names = _names(pair)
    paper = {
        "pooled correlation": f"{PAPER_CORRELATION[names]:+.2f}"
        if names in PAPER_CORRELATION
        else "",
        "mutual information": PAPER_INFORMATION.get(names, ""),
    }
    return [
        [" and ".join(names), name, str(one), f"{pair.by_chance[name]:.3f}", paper.get(name, "")]
        for name, one in pair.figures.items()
    ]


def _names(pair: Relation) -> tuple[str, str]:
    first, second = sorted((pair.first, pair.second))
    return first, second


def _told(step: Step, found: Complementarity) -> list[str]:
    share = step.information.estimate / found.entropy
    given = " and ".join(step.given) or "nothing"
    return [step.domain, given, str(step.information), f"{share:.1%}"]


def _order(found: Complementarity) -> str:
    """Whether the pooled correlations have the paper's signs, where intervals tell."""
    said = []
    for pair in found.relations:
        names = _names(pair)
        if names not in PAPER_CORRELATION:
            continue
        one, paper = pair.figures["pooled correlation"], PAPER_CORRELATION[names]
        if one.low <= 0 <= one.high:
            verdict = "no sign is shown"
        else:
            verdict = "the same sign" if (one.estimate > 0) == (paper > 0) else "the opposite sign"
        said.append(f"{' and '.join(names)} {one.estimate:+.2f} (paper {paper:+.2f}): {verdict}")
    return f"Pooled correlation: {'; '.join(said)}."


WHOLE = "hybrid2"
WORTH = (
    "A model that was trained without a domain has learnt to do without it; one that is silenced "
    "at test time has not, so its loss says how much the trained model leans on the domain, and "
    "not what the domain is worth. Differences are paired; Holm's correction is over all rows of a "
    "table."
)


def ablation_section(study: Study) -> str:
    """The section's body."""
    found = [_worth_of_one(one) for one in study if WHOLE in one.models]
    return paragraph(WORTH) + ("".join(found) or paragraph(f"{WHOLE} was not run."))


def _worth_of_one(one: CrossValidation) -> str:
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
    shown = f"{SHOWN[one.metric]} (95% interval)"
    heads = ("lacks", "how", shown, f"minus {WHOLE}", "p", "Holm p")
    body = heading(title_of(one)) + table(heads, [nothing, *rows], f"{WHOLE} and what it lacks")
    return body + (paragraph(note, "quiet") if note else "")
