"""Links between the documents lead to files and headings that are there, as GitHub shows them."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
DOCUMENTS = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])
BUILT = "gallery/index"  # by `make docs`
LINK = re.compile(r"\]\(([^)\s]+)\)" r'|\b(?:src|href)="([^"]+)"')


def headings(text: str) -> set[str]:
    """The anchors of a document's headings."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(document: Path) -> list[str]:
    """The links of a document that lead nowhere; those to other hosts are not followed."""
    found = LINK.findall(document.read_text(encoding="utf-8"))
    targets = [markdown or html for markdown, html in found]
    dead = []
    for target in targets:
        file, _, place = target.partition("#")
        there = document.parent / file if file else document
        if ":" in target or target == BUILT:
            continue
        if not there.exists() or (place and place not in headings(there.read_text("utf-8"))):
            dead.append(target)
    return dead


def test_dead_links_are_found(tmp_path) -> None:
    document = tmp_path / "a.md"
    document.write_text(
        "# A title, here\n[a](#a-title-here) [b](#b) [c](c.md) [d](a.md#a-title-here) [e](a.md#e)"
        '<a href="a.md"><img src="f.png" alt=""></a>'
    )
    assert dead_links(document) == ["#b", "c.md", "a.md#e", "f.png"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document) -> None:
    assert dead_links(document) == []
