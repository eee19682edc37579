"""docs/records.md: the vocabulary and the limits that it tells are those of the code."""

import re
from pathlib import Path

from tf_data.lead_names import BEFORE, SYNONYMS
from tf_data.plausibility import LARGEST_SPAN, LEAST_SPAN

PAGE = (Path(__file__).parents[2] / "docs" / "records.md").read_text(encoding="utf-8")


def test_the_table_of_leads_is_the_vocabulary() -> None:
    (told,) = re.findall(r"<!-- leads -->(.*?)<!-- end of leads -->", PAGE, re.DOTALL)
    rows = dict(re.findall(r"^\| (\w+) \| (.*) \|$", told, re.MULTILINE))
    rows.pop("lead")
    assert rows == {lead: ", ".join(others) for lead, others in SYNONYMS.items()}
    assert all(f"`{one.strip()}`" in PAGE for one in BEFORE)


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{LEAST_SPAN:g} to {LARGEST_SPAN:g} mV within two seconds" in PAGE
