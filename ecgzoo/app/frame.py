"""Frame: the page before anything is dropped on it; what fills it comes as parts."""

from __future__ import annotations

import html
from itertools import groupby

from ecgzoo.app.examples import EXAMPLES
from ecgzoo.app.models import Models
from ecgzoo.report.html.elements import head
from ecgzoo.version import __version__

LOOKS = """<link rel="stylesheet" href="/static/style.css">
<link rel="stylesheet" href="/static/app.css">
<script type="module" src="/static/app.js"></script>"""
PLACES = {
    "table": "Answers",
    "answer": "Answer",
    "paper": "The ECG",
    "read": "What was read",
    "traced": "The page and its trace",
    "why": "What the answer rests on",
    "domains": "The domains",
    "similar": "Similar records of the package",
}
"""The headings of the places that an answer fills, by their ids, in their order."""


def frame(models: Models) -> str:
    """The page, which loads nothing but what this server has."""
    return f"""{head("ecgzoo: an ECG read, answered and explained", LOOKS)}
<body>
<header>
<h1>ecgzoo</h1>
<p class="device"><strong>Research software, not a diagnostic device.</strong></p>
</header>
<main>
<noscript><p class="warning">This page needs JavaScript, which it loads from this machine.</p>
</noscript>
{_form(models)}
<p id="progress" role="status"></p>
<div id="refused" role="alert"></div>
<div id="found">{_sections()}</div>
</main>
<footer><p>ecgzoo {__version__}. Files are read in the memory of this machine and forgotten when
they are answered; this tab keeps them until it is closed.</p></footer>
</body>
</html>
"""


def _form(models: Models) -> str:
    return f"""<form id="question">
<div id="drop">
<label for="files">Drop ECGs here, or choose them: photographs, scans, or records of any format
that is read. The files of a WFDB record go together.</label>
<input id="files" name="files" type="file" multiple>
</div>
<div class="row" role="group" aria-label="Examples"><span>Or take an example:</span>
{_examples()}</div>
<div class="row">
<label>Model <select name="model">{_options(models)}</select></label>
<label>Shown from second <input name="start" type="number" min="0" step="any" value="0"></label>
</div>
<details><summary>For files that do not say it: rate and unit</summary><div class="row">
<label>Samples per second <input name="rate" type="number" min="0" step="any"></label>
<label>Unit <select name="unit"><option value="">as the model's</option><option>mV</option>
<option>uV</option><option>V</option></select></label>
</div></details>
</form>"""


def _examples() -> str:
    return "\n".join(
        f'<button type="button" data-example="/examples/{html.escape(name)}">'
        f"{html.escape(one.title)}</button>"
        for name, one in EXAMPLES.items()
    )


def _options(models: Models) -> str:
    groups = groupby(models.choices, lambda one: one.kind)
    return "".join(
        f'<optgroup label="{html.escape(kind)}">'
        + "".join(
            f'<option value="{html.escape(models.key(one))}">{html.escape(one.name)}</option>'
            for one in ones
        )
        + "</optgroup>"
        for kind, ones in groups
    )


def _sections() -> str:
    """The places; the answer is read aloud when it comes, the rest is there to be looked up."""
    return "".join(
        f'<section hidden aria-labelledby="{place}-title"><h2 id="{place}-title">{title}</h2>'
        f'<div id="{place}" aria-live="{"polite" if place == "answer" else "off"}"></div></section>'
        for place, title in PLACES.items()
    )
