"""Claims: what the paper says, one by one, with what was found under each protocol."""

from __future__ import annotations

from ecgzoo.report.claim import Claim, claims
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study import Study, title_of

READ = (
    "Statements of arXiv 2508.00963. Differences are paired, with 95% group-bootstrap intervals "
    "and p-values; P is the Bayesian bootstrap's probability that the difference is above zero. "
    "The paper's split is not stated; the leaky protocol is the likely one. What it says of the "
    "domains stands below, under what each domain adds."
)


def claims_section(study: Study) -> str:
    """The section's body."""
    parts = [paragraph(READ)]
    for one in study:
        parts.append(heading(title_of(one)))
        parts += [_shown(claim) for claim in claims(one)]
    return "".join(parts)


def _shown(claim: Claim) -> str:
    if len(claim.found) == 1:
        ((what, value),) = claim.found.items()
        return paragraph(claim.statement) + paragraph(f"{what} {value}. {claim.verdict}", "verdict")
    rows = list(claim.found.items())
    return (
        paragraph(claim.statement)
        + table(("metric", "found"), rows, "Found")
        + paragraph(claim.verdict, "verdict")
    )
