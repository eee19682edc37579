"""Checks a built site: every link within it leads somewhere, and it loads nothing from elsewhere.

Example: ``python docs/check_site.py build/site``
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""Tags that make a browser fetch something, and the attribute that says what."""

STORED = {"stylesheet", "icon", "preload", "search"}
"""Kinds of `link` that are fetched; others, such as `next`, are links like any other."""


@dataclass
class Page(HTMLParser):
    """What a page loads, where it leads, and the places in it that can be led to."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    styles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a tag."""
        given = {name: value for name, value in attrs if value}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        kinds = set(given.get("rel", "stylesheet").split())
        if (name := LOADED.get(tag)) in given and (tag != "link" or kinds & STORED):
            self.loaded.append(given[name])
        elif "href" in given:
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        """Notes the rules of a style."""
        if self.lasttag == "style":
            self.styles.append(data)


def read_page(file: Path) -> Page:
    """What is in an HTML file."""
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def faults(site: Path) -> Iterator[str]:
    """What is wrong with the site, a sentence each."""
    pages = {file: read_page(file) for file in sorted(site.rglob("*.html"))}
    for file, page in pages.items():
        name = file.relative_to(site)
        for target in page.loaded:
            if urlsplit(target).netloc:
                yield f"{name} loads {target} from another host"
        if any(map(loads_from_elsewhere, page.styles)):
            yield f"{name} loads from elsewhere in its style"
        for target in (*page.links, *page.loaded):
            if not leads_somewhere(target, file, pages):
                yield f"{name} leads to {target}, which is not there"
    for file in site.rglob("*.css"):
        if loads_from_elsewhere(file.read_text(encoding="utf-8")):
            yield f"{file.relative_to(site)} loads from elsewhere"


def loads_from_elsewhere(style: str) -> bool:
    """Whether rules make a browser fetch something of another host."""
    return re.search(r"@import|url\(\s*['\"]?(https?:)?//", style) is not None


def leads_somewhere(target: str, file: Path, pages: dict[Path, Page]) -> bool:
    """Whether a link's file and place are there; links to other hosts are not followed."""
    asked = urlsplit(target)
    if asked.scheme or asked.netloc:
        return True
    there = file if not asked.path else (file.parent / unquote(asked.path)).resolve()
    there = there / "index.html" if there.is_dir() else there
    if there in pages and asked.fragment:
        return unquote(asked.fragment) in pages[there].places
    return there.is_file()


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1]).resolve()))
    print("\n".join(found) or "every link leads somewhere, and nothing is loaded from elsewhere")
    sys.exit(bool(found))
