"""Versions appear whole and are never touched again, whatever is killed or runs beside."""

import contextlib
import fcntl
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.exporting.server.versions import DRAFT, draft, publish

# Publishes three files of 200 kB again and again; a version without all three is half a version.
PUBLISHER = """
import sys
from pathlib import Path
from ecgzoo.exporting.server.versions import draft, publish
print("ready", flush=True)
for _ in range(int(sys.argv[2])):
    with draft(Path(sys.argv[1])) as folder:
        for name in "abc":
            (folder / name).write_bytes(name.encode() * 200_000)
        publish(folder)
"""


@contextlib.contextmanager
def publisher(folder: Path, count: int) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-c", PUBLISHER, str(folder), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        yield process


def assert_whole(version: Path) -> None:
    assert {file.name: file.read_bytes() for file in version.iterdir()} == {
        name: name.encode() * 200_000 for name in "abc"
    }


def write_one(folder: Path, content: str = "x") -> Path:
    with draft(folder) as path:
        (path / "file").write_text(content)
        return publish(path)


def content_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): (f.read_bytes(), f.stat().st_mtime_ns) for f in files}


def test_numbers_go_up_by_one(tmp_path) -> None:
    assert [write_one(tmp_path / "m").name for _ in range(3)] == ["1", "2", "3"]
    assert version_numbers(tmp_path / "m") == [1, 2, 3]


def test_next_number_follows_the_largest_even_after_ten_and_a_gap(tmp_path) -> None:
    for number in ("2", "9", "10"):
        (tmp_path / number).mkdir()
    assert write_one(tmp_path).name == "11"


def test_other_names_are_no_versions(tmp_path) -> None:
    for name in ("draft", ".draft-1", "v3", "1.5", "-4"):
        (tmp_path / name).mkdir()
    assert version_numbers(tmp_path) == []
    assert version_numbers(tmp_path / "absent") == []


def test_what_a_user_laid_there_is_no_version_and_stays(tmp_path) -> None:
    (tmp_path / "2024").write_text("notes")
    (tmp_path / "2").write_text("more notes")
    for name in ("0007", "٣", "²"):  # noqa: RUF001 (digits, but none that versions have)
        (tmp_path / name).mkdir()
    assert [write_one(tmp_path).name for _ in range(2)] == ["1", "3"]
    assert version_numbers(tmp_path) == [1, 3]
    assert (tmp_path / "2").read_text() == "more notes"


def test_an_existing_version_is_never_touched(tmp_path) -> None:
    first = write_one(tmp_path, "first")
    before = content_of(first), first.stat().st_mtime_ns, first.stat().st_ino
    write_one(tmp_path, "second")
    with pytest.raises(RuntimeError, match="stop"), draft(tmp_path):
        raise RuntimeError("stop")
    assert (content_of(first), first.stat().st_mtime_ns, first.stat().st_ino) == before


def test_an_error_leaves_no_draft(tmp_path) -> None:
    def fill() -> None:
        with draft(tmp_path) as path:
            (path / "half").write_text("x")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_a_draft_is_invisible_to_a_server(tmp_path) -> None:
    with draft(tmp_path) as path:
        assert path.parent == tmp_path
        assert not path.name.isdecimal()
        assert version_numbers(tmp_path) == []


def test_a_killed_drafts_remains_go_and_a_living_one_stays(tmp_path) -> None:
    abandoned = tmp_path / f"{DRAFT}dead"
    abandoned.mkdir()
    (abandoned / "half").write_text("x")
    with draft(tmp_path) as living:
        assert not abandoned.exists()
        (living / "file").write_text("x")
        write_one(tmp_path)
        assert (living / "file").exists()
        assert publish(living).name == "2"


@pytest.mark.parametrize("moment", ["open", "lock"])
def test_a_draft_that_another_takes_for_abandoned_is_made_again(
    tmp_path, monkeypatch, moment
) -> None:
    """It is removed between its making and its locking."""
    place, name = {"open": (os, "open"), "lock": (fcntl, "flock")}[moment]
    call = getattr(place, name)

    def after_removal(*arguments):
        monkeypatch.setattr(place, name, call)
        for path in tmp_path.glob(f"{DRAFT}*"):
            path.rmdir()
        return call(*arguments)

    monkeypatch.setattr(place, name, after_removal)
    with draft(tmp_path) as path:
        (path / "file").write_text("x")
        assert publish(path).name == "1"
    assert [entry.name for entry in tmp_path.iterdir()] == ["1"]


def test_a_number_taken_meanwhile_is_passed_over(tmp_path, monkeypatch) -> None:
    """Another publisher takes the number after it was chosen and before the rename."""
    rename = Path.rename

    def rename_after_another(path: Path, target: Path) -> Path:
        if not target.exists():
            shutil.copytree(path, target)
            (target / "file").write_text("theirs")
        monkeypatch.setattr(Path, "rename", rename)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", rename_after_another)
    assert write_one(tmp_path, "ours").name == "2"
    assert (tmp_path / "1" / "file").read_text() == "theirs"
    assert (tmp_path / "2" / "file").read_text() == "ours"


def test_a_folder_that_cannot_be_renamed_to_is_an_error_and_no_endless_loop(
    tmp_path, monkeypatch
) -> None:
    def refuse(*_):
        raise PermissionError("no")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError):
        write_one(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_publishers_at_once_get_different_numbers(tmp_path) -> None:
    with contextlib.ExitStack() as stack:
        publishers = [stack.enter_context(publisher(tmp_path, 10)) for _ in range(3)]
        assert [one.wait(timeout=60) for one in publishers] == [0, 0, 0]
    assert version_numbers(tmp_path) == list(range(1, 31))
    for number in range(1, 31):
        assert_whole(tmp_path / str(number))
    assert not list(tmp_path.glob(f"{DRAFT}*"))


def test_kill_at_any_moment_leaves_whole_versions_only(tmp_path) -> None:
    chance, published, drafts = random.Random(0), [], 0
    for _ in range(8):
        with publisher(tmp_path, 1000) as victim:
            time.sleep(chance.uniform(0.01, 0.15))
            victim.kill()
        numbers = version_numbers(tmp_path)
        assert numbers[: len(published)] == published, "a version was lost"
        assert numbers == list(range(1, len(numbers) + 1))
        for number in numbers:
            assert_whole(tmp_path / str(number))
        published = numbers
        drafts += len(list(tmp_path.glob(f"{DRAFT}*")))
        assert write_one(tmp_path).name == str(len(numbers) + 1)
        assert not list(tmp_path.glob(f"{DRAFT}*"))
        shutil.rmtree(tmp_path / str(len(numbers) + 1))
    assert published, "no version was published before a kill: nothing was tested"
    assert drafts, "no kill fell into the writing of a draft: nothing was tested"
