"""The report: one HTML file on a study, section by section; killed, it goes on where it was."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ecgzoo.files.atomic import write_atomically
from ecgzoo.report.html.elements import Section, document
from ecgzoo.report.sections.comparison import claims_section, comparison
from ecgzoo.report.sections.domains import ablation_section, domains_section
from ecgzoo.report.sections.explanations import explanations_section
from ecgzoo.report.sections.health import calibration_section, training_health_section
from ecgzoo.report.sections.results import method, results
from ecgzoo.report.sections.synthetic import synthetic_section
from ecgzoo.report.study.cross_validation import Study, title_of

TITLE = "Does one more signal domain make a better ECG classifier?"
PARTS = ".report-parts"  # in the headline's folder of runs

CLAIMS = "claims"

Body = Callable[[Study], str]
SECTIONS: Mapping[str, tuple[str, Body]] = {
    "results": ("Results", results),
    CLAIMS: ("The paper's claims, one by one", claims_section),
    "comparison": ("Is one model better than another?", comparison),
    "domains": ("What does each domain add?", domains_section),
    "ablation": ("What is each domain worth?", ablation_section),
    "explanations": ("What do the models look at?", explanations_section),
    "synthetic": ("Are synthetic samples like real ones?", synthetic_section),
    "health": ("Did training go well?", training_health_section),
    "calibration": ("Is a model right as often as it says?", calibration_section),
    "method": ("Method, seeds, versions, digests", method),
}


def write_report(
    study: Study,
    path: Path,
    progress: Callable[[str], None] | None = None,
    sections: Mapping[str, tuple[str, Body]] = SECTIONS,
) -> None:
    """Writes the report on a study as one self-contained HTML file.

    Sections that were finished before, on the same runs by the same version, are taken as they
    are; they are kept beside the runs.

    Args:
        study: what to report on.
        path: the file to write.
        progress: called with each section's title before it is made.
        sections: title and body by name, in their order.
    """
    parts = study.headline.folder / PARTS
    made = []
    sections = {name: one for name, one in sections.items() if _told(name, study)}
    for name, (title, body) in sections.items():
        if progress:
            progress(title)
        made.append(Section(name, title, _kept(parts / f"{name}-{study.digest}.html", body, study)))
    lead = f"{'; '.join(title_of(one) for one in study)}."
    page = document(TITLE, lead[:1].upper() + lead[1:], made)
    write_atomically(path, lambda draft: draft.write_text(page, encoding="utf-8"))


def _told(name: str, study: Study) -> bool:
    """Whether a section has something to say: the claims are of the paper's own records."""
    return name != CLAIMS or any(one.of_the_paper for one in study)


def _kept(part: Path, body: Body, study: Study) -> str:
    """A section's body, from its file if it was made before."""
    if not part.exists():
        content = body(study)
        write_atomically(part, lambda draft: draft.write_text(content, encoding="utf-8"))
    return part.read_text(encoding="utf-8")
