"""A headless Chromium that opens a page and says what it saw."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-logging=stderr",
    "--dump-dom",
)
# Measures each figure as the browser drew it, and notes it where --dump-dom shows it.
MEASURE = """<script>addEventListener("load", () => {
  for (const svg of document.querySelectorAll("figure svg")) {
    const box = svg.getBoundingClientRect();
    const drawn = svg.querySelectorAll("path, use, image").length;
    const spot = document.createElement("i");
    spot.dataset.figure = [svg.id, box.width, box.height, drawn].join(" ");
    document.body.append(spot);
  }
  document.body.dataset.width = document.documentElement.scrollWidth;
});</script>"""


def browser() -> str | None:
    """The program, or None where there is none; ``$ECGZOO_BROWSER`` names another."""
    named = os.environ.get("ECGZOO_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Seen:
    """What a browser of a width in pixels saw of a page."""

    def __init__(self, page: Path, folder: Path, width: int = 1000) -> None:
        measured = folder / "measured.html"
        text = page.read_text(encoding="utf-8")
        measured.write_text(text.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
        program = browser()
        assert program
        profile, size = f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900"
        command = [program, *FLAGS, profile, size, measured.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        self.console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        spots = re.findall(r'data-figure="([^"]*)"', done.stdout)
        self.figures = {spot.split()[0]: [*map(float, spot.split()[1:])] for spot in spots}
        self.width = int(re.search(r'data-width="(\d+)"', done.stdout)[1])
