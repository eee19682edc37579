"""The page of `ecgzoo app` in a real browser: a tab that drops files and says what it saw."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from playwright.sync_api import Page

from ecgzoo.app import Models, application
from ecgzoo.app.models import choices

PATIENCE = 240_000  # ms: another process may have the cores
DROP = """([files]) => {
  const carried = new DataTransfer();
  for (const [name, contents] of files) {
    const bytes = Uint8Array.from(atob(contents), (one) => one.charCodeAt(0));
    carried.items.add(new File([bytes], name));
  }
  const event = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
  document.getElementById("drop").dispatchEvent(event);
}"""


@contextmanager
def app_running(
    *models: str, exported: Path = Path("none"), server: str | None = None
) -> Iterator[str]:
    """The page's address while the context lasts, served by a thread of this process."""
    offered = Models(choices(models, exported, Path("none"), server))
    config = uvicorn.Config(application(offered), port=0, log_level="warning", lifespan="on")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port(running, thread)}/"
    finally:
        running.should_exit = True
        thread.join()


def _port(running: uvicorn.Server, thread: threading.Thread) -> int:
    while thread.is_alive():
        if running.started:
            return running.servers[0].sockets[0].getsockname()[1]
        thread.join(0.05)
    raise RuntimeError("the server did not start")


class Tab:
    """A tab with the page: what was said on its console, and which hosts it asked."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.console: list[str] = []
        self.hosts: set[str] = set()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self.console.append(said.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda asked: self.hosts.add(urlsplit(asked.url).netloc))
        page.goto(address)

    def drop(self, *files: Path) -> Tab:
        """Drops files where they are to be dropped, and does not wait."""
        carried = [[one.name, base64.b64encode(one.read_bytes()).decode()] for one in files]
        self.page.evaluate(DROP, [carried])
        return self

    def wait(self) -> Tab:
        """Until the answer is whole."""
        self.page.locator("body[aria-busy=false]").wait_for(state="attached")
        return self

    def wait_for(self, place: str) -> Tab:
        """Until a place is filled; what comes after it is left when the tab is closed."""
        self.page.locator(f"#{place} > *").first.wait_for()
        return self

    def text(self, place: str) -> str:
        """What a place says; nothing where it is empty."""
        return self.page.locator(f"#{place}").inner_text()

    def shares(self) -> dict[str, str]:
        """The probabilities as they are shown, by class."""
        rows = self.page.locator("#answer .bars tbody tr")
        return {
            row.locator("th").inner_text(): row.locator("td").first.inner_text().split()[0]
            for row in rows.all()
        }


def saved(tab: Tab, name: str, folder: Path) -> Path:
    """What the link of that name saves."""
    with tab.page.expect_download() as found:
        tab.page.get_by_role("link", name=name, exact=True).click()
    found.value.save_as(folder / name)
    return folder / name
