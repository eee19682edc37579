"""made_once: whole or not at all, and once."""

import subprocess
import sys
from pathlib import Path

import pytest
from made_once import made_once

MAKER = """
import sys, time
from pathlib import Path
from made_once import made_once

def make(folder):
    with open(sys.argv[1], "a") as made:
        made.write("x")
    (folder / "first").touch()
    time.sleep(0.2)
    (folder / "second").touch()

print(len(list(made_once(Path(sys.argv[2]), make).iterdir())))
"""


def test_processes_at_once_make_it_once_and_see_it_whole(tmp_path) -> None:
    command = [sys.executable, "-c", MAKER, str(tmp_path / "made"), str(tmp_path / "folder")]
    support = Path(__file__).parent / "support"
    makers = [
        subprocess.Popen(command, cwd=support, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [one.communicate(timeout=60)[0] for one in makers] == ["2\n"] * 3
    assert (tmp_path / "made").read_text() == "x"


def test_a_failed_attempt_leaves_nothing_and_is_made_again(tmp_path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        made_once(tmp_path / "folder", fail)
    assert not (tmp_path / "folder").exists()
    assert list(made_once(tmp_path / "folder", lambda _: None).iterdir()) == []
