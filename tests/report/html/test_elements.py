"""Elements and documents: well-formed, escaped, and with what a reader's software looks for."""

from xml.etree import ElementTree

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from ecgzoo.report.html.elements import Section, document, drawing, heading, items, paragraph, table

# What XML allows, since the tests read with an XML parser.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@given(texts)
def test_text_comes_back_whatever_it_holds(text):
    for element in (paragraph(text), heading(text)):
        assert (ElementTree.fromstring(element).text or "") == text
    assert [one.text or "" for one in ElementTree.fromstring(items([text, "b"]))] == [text, "b"]


@given(texts, texts)
def test_a_table_holds_its_cells(name, cell):
    rows = ElementTree.fromstring(table(["head", "other"], [[name, cell]], "caption"))
    (row,) = rows.iterfind("table/tbody/tr")
    assert [one.text or "" for one in row] == [name, cell]
    assert row[0].get("scope") == "row"


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match=r"expected 2 cells.*got \['a', 'b', 'c'\]"):
        table(["x", "y"], [["a", "b", "c"]], "caption")


def line() -> Figure:
    figure = Figure((3, 2))
    figure.subplots().plot([1, 2], label="a < b")
    return figure


def test_a_drawing_has_an_alt_text_and_the_pages_ink():
    element = ElementTree.fromstring(drawing("one", line, 'rises "at once" & < 2', "caption"))
    svg, caption = element
    assert svg.get("aria-label") == 'rises "at once" & < 2'
    assert svg.get("role") == "img"
    assert caption.text == "caption"
    assert "currentColor" in ElementTree.tostring(svg, encoding="unicode")


def test_drawings_share_no_ids_and_refer_to_their_own():
    elements = [ElementTree.fromstring(drawing(name, line, "alt", "")) for name in ("one", "two")]
    ids = [{node.get("id") for node in one.iter()} - {None} for one in elements]
    assert not ids[0] & ids[1]
    for one, own in zip(elements, ids, strict=True):
        links = [node.get("{http://www.w3.org/1999/xlink}href") for node in one.iter()]
        clips = [node.get("clip-path") for node in one.iter()]
        named = [link[1:] for link in links if link] + [clip[5:-1] for clip in clips if clip]
        assert named
        assert set(named) <= own


def test_a_drawing_is_the_same_each_time_and_leaves_the_settings_alone():
    before = matplotlib.rcParams["text.color"]
    assert drawing("one", line, "alt", "") == drawing("one", line, "alt", "")
    assert matplotlib.rcParams["text.color"] == before


def test_a_document_loads_nothing_and_lists_its_sections():
    page = document("A & B", "lead", [Section("first", "The <first>", "<p>1</p>")])
    assert "<title>A &amp; B</title>" in page
    assert '<a href="#first">The &lt;first&gt;</a>' in page
    body = page.partition("<body>")[2].partition("</body>")[0]
    ElementTree.fromstring(f"<body>{body}</body>")
    for loading in ("<script", '<link rel="stylesheet', "@import", "url(http"):
        assert loading not in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
