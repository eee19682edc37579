"""The page of `ecgzoo app` as docs/app.md shows it: pictures of it, and how long it takes.

    .venv/bin/python docs/app_pictures.py

Starts the page, drops its own examples on it in a browser, and prints how long the answer and the
whole of a file took: first cold, then warm. Another browser: `$ECGZOO_BROWSER` names it.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
PATIENCE = 300_000  # ms
LARGEST = 200_000  # bytes of a picture
TOP = 1320  # pixels of the page that the README shows
ONLY = """(places) => document.querySelectorAll("#found section").forEach((one) => {
  one.hidden ||= !places.includes(one.lastElementChild.id);
})"""


def main() -> None:
    """Measures each kind of file cold and warm, and takes the pictures."""
    program = os.environ.get("ECGZOO_BROWSER") or shutil.which("chromium")
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(browser, address)


def take(browser: Browser, address: str) -> None:
    """All of it, on one page after another."""
    wide = {"width": 1200, "height": 900}
    with opened(browser, address, viewport=wide) as page:
        for name in ("a normal ECG", "a printed page", "a scan of a page"):
            for state in ("cold", "warm", "warm"):
                answer, whole = timed(page, name)
                print(f"{name}, {state}: answer {answer:.1f} s, all {whole:.1f} s", flush=True)
        picture(page, "app-page", ["answer", "traced"])
        timed(page, "an infarction")
        page.get_by_label("Calipers").check()
        picture(page, "app-record", ["answer", "paper", "why"])
        picture(page, "app-top", ["answer", "paper"], height=TOP)
        page.set_input_files(
            "#files", {"name": "letter.txt", "mimeType": "", "buffer": b"Dear all,"}
        )
        wait(page)
        picture(page, "app-wrong-file", [])
    with opened(browser, address, viewport=wide, color_scheme="dark") as page:
        timed(page, "abnormal heartbeats")
        picture(page, "app-dark", ["answer", "paper", "domains"])
    with opened(browser, address, viewport={"width": 390, "height": 844}) as page:
        timed(page, "a normal ECG")
        picture(page, "app-phone", ["answer", "paper"])


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The page's address, while the block lasts."""
    command = [sys.executable, "-u", "-m", "ecgzoo", "app", "--port", "0", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            raise SystemExit("ecgzoo app told no address")
        try:
            yield found[0]
        finally:  # else what stops the block would be waited for without end
            process.terminate()


@contextlib.contextmanager
def opened(browser: Browser, address: str, **how: object) -> Iterator[Page]:
    """The page in a tab of its own."""
    with browser.new_context(**how) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        yield page


def timed(page: Page, example: str) -> tuple[float, float]:
    """Seconds from the drop to the answer, and to all that goes with it."""
    began = time.perf_counter()
    page.get_by_role("button", name=example).click()
    page.locator("body[aria-busy=true]").wait_for(state="attached")
    page.locator("#answer .verdict").wait_for()
    answered = time.perf_counter() - began
    wait(page)
    return answered, time.perf_counter() - began


def wait(page: Page) -> None:
    """Until the answer is whole."""
    page.locator("body[aria-busy=false]").wait_for(state="attached")


def picture(page: Page, name: str, places: list[str], height: int | None = None) -> None:
    """The page, or its top, with some of its places, as a JPEG small enough for the docs."""
    page.evaluate(ONLY, places)
    drawn = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    drawn = drawn.crop((0, 0, drawn.width, height or drawn.height))
    for quality in (85, 75, 65, 50):
        stream = io.BytesIO()
        drawn.save(stream, "jpeg", quality=quality, optimize=True)
        if stream.tell() < LARGEST:
            break
    (IMAGES / f"{name}.jpg").write_bytes(stream.getvalue())


if __name__ == "__main__":
    main()
