"""Fifty files leave the page's memory where it was: the server as a user starts it."""

import re
import subprocess
import sys

import psutil
import pytest
from app_tab import Tab

MIB = 2**20


@pytest.fixture
def served():
    """A process of its own, whose memory is nobody else's."""
    command = [sys.executable, "-u", "-m", "ecgzoo", "app", "--port", "0", "--no-open"]
    command += ["--model", "cnn1d.ecg_images"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        address = re.search(r"http://\S+", running.stdout.readline())[0]
        yield running, address
        running.terminate()


@pytest.mark.slow
def test_fifty_uploads_leave_memory_where_it_was(served, context, samples):
    running, address = served
    tab, process = Tab(context.new_page(), address), psutil.Process(running.pid)
    names = ["normal.csv", "page.png", "infarction.csv", "scan.jpg", "normal.csv"]
    seen = []
    for _ in range(10):
        for name in names:
            tab.drop(samples / name).wait()
            assert tab.text("refused") == ""
        seen.append(process.memory_info().rss / MIB)
    print("\nMiB after each five uploads:", *map(round, seen))
    assert max(seen[2:]) - seen[1] < 150  # ten uploads load what is loaded once
    assert tab.console == []
