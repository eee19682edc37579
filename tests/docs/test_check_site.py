"""docs/check_site.py: dead links and what is loaded from elsewhere are found; the rest passes."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "docs" / "check_site.py"
SPEC = importlib.util.spec_from_file_location("check_site", FILE)
check_site = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_site)

SOUND = """
<link rel="stylesheet" href="style.css?v=1"><link rel="next" href="more/">
<img src="a%20b.png"><script src="code.js"></script>
<a href="#here">up</a><a href="more/index.html#there">on</a><a href="https://example.org/x">out</a>
<h1 id="here">Here</h1>
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "index.html").write_text('<p id="there"><a href="../index.html">back</a>')
    (tmp_path / "index.html").write_text(SOUND)
    for name in ("style.css", "a b.png", "code.js"):
        (tmp_path / name).write_text("p { background: url(a.png) }")
    return tmp_path


def test_a_sound_site_has_no_faults(site) -> None:
    assert list(check_site.faults(site)) == []


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('<a href="gone.html">', "index.html leads to gone.html, which is not there"),
        ('<a href="#gone">', "index.html leads to #gone, which is not there"),
        ('<a href="more/#gone">', "index.html leads to more/#gone, which is not there"),
        ('<img src="gone.png">', "index.html leads to gone.png, which is not there"),
        (
            "<style>@import url(https://example.org/x.css)</style>",
            "index.html loads from elsewhere in its style",
        ),
        (
            '<script src="https://example.org/x.js">',
            "index.html loads https://example.org/x.js from another host",
        ),
        (
            '<link rel="stylesheet" href="//example.org/x.css">',
            "index.html loads //example.org/x.css from another host",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(site, written, fault) -> None:
    (site / "index.html").write_text(SOUND + written)
    assert list(check_site.faults(site)) == [fault]


@pytest.mark.parametrize("rule", ["@import 'x.css'", "p { background: url(https://example.org) }"])
def test_a_style_that_loads_from_elsewhere_is_found(site, rule) -> None:
    (site / "style.css").write_text(rule)
    assert list(check_site.faults(site)) == ["style.css loads from elsewhere"]
