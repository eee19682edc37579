"""A browser and the page, once for many tests; skipped where no Chromium is."""

import pytest
from app_tab import Tab, app_running
from browser import browser
from playwright.sync_api import sync_playwright

from ecgzoo.app.examples import example

MODEL = "cnn1d.ecg_images"


@pytest.fixture(scope="module")  # while Playwright runs, asyncio.run is refused in its thread
def chromium():
    program = browser()
    if program is None:
        pytest.skip("no Chromium on PATH or in $ECGZOO_BROWSER")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


@pytest.fixture(scope="session")
def address():
    with app_running(MODEL) as found:
        yield found


@pytest.fixture
def context(chromium):
    with chromium.new_context() as found:
        yield found


@pytest.fixture
def tab(context, address):
    return Tab(context.new_page(), address)


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """The examples as files."""
    folder = tmp_path_factory.mktemp("samples")
    for name in ("normal.csv", "infarction.csv", "page.png", "scan.jpg"):
        (folder / name).write_bytes(example(name))
    return folder
