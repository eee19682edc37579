"""What was read of a file, and what of it is doubtful."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

from ecgzoo.app.files_in_memory import laid_out
from ecgzoo.pages.digitised_page import DOUBTFUL, DigitisedPage, doubtful_leads, lead_figures
from ecgzoo.prediction.inspection_facts import LEAD_HEADS, facts_of, lead_caption, lead_row
from ecgzoo.prediction.lead_files import record_name, write_leads
from ecgzoo.report.html.elements import items, paragraph, table
from tf_data.inspection.inspection import Inspection


def record_html(found: Inspection, assumed: Sequence[str]) -> str:
    """What ``ecgzoo inspect`` says of a record.

    Args:
        found: what stands in it.
        assumed: what was assumed of it for the model, a sentence each.
    """
    sentences = [*found.warnings, *dict.fromkeys([*found.notes, *assumed])]
    doubts = items(sentences) if sentences else paragraph("Nothing is odd, nothing was assumed.")
    facts = table(["what", "read"], facts_of(found), "The record")
    leads = table(LEAD_HEADS, map(lead_row, found.leads), f"The leads, {lead_caption(found)}")
    return f"{doubts}{facts}<details><summary>Lead by lead</summary>{leads}</details>"


def page_html(found: DigitisedPage, stem: str) -> str:
    """What ``ecgzoo digitise`` says of a page, and its leads to save.

    Args:
        found: what was read.
        stem: what the files to save are called, as far as a WFDB record can be.
    """
    heads, rows = lead_figures(found)
    said = paragraph(f"{str(found)[0].upper()}{str(found)[1:]}.")
    if names := doubtful_leads(found):
        said += paragraph(f"Doubtful, above {DOUBTFUL} mV of error: {', '.join(names)}.", "warning")
    return said + _downloads(found, stem) + table(heads, rows, "Lead by lead")


def _downloads(found: DigitisedPage, stem: str) -> str:
    """Links that hold the leads in themselves: nothing is kept to be fetched later."""
    with laid_out({}) as folder:
        for ending in (".csv", ".hea"):
            path = folder / f"{record_name(stem)}{ending}"
            write_leads(found.traced.signal, found.traced.spec, path)
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    links = "".join(f"<li>{link(name, contents)}</li>" for name, contents in files.items())
    return f"<p>The leads in mV, to save; a WFDB record is .hea and .dat:</p><ul>{links}</ul>"


def link(name: str, contents: bytes) -> str:
    """A link that saves a file whose contents are in it."""
    data = base64.b64encode(contents).decode()
    kind = "text/csv" if name.endswith(".csv") else "application/octet-stream"
    shown = html.escape(name)
    return f'<a download="{shown}" href="data:{kind};base64,{data}">{shown}</a>'
