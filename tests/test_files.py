"""Atomic files: whatever goes wrong, what was there stays, and no draft is left."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from ecgzoo.files import atomic as atomic_write
from ecgzoo.files.atomic import (
    as_json,
    replace_folder,
    restore_folder,
    update_text,
    write_atomically,
    write_json,
)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("locked", [False, True])
def test_a_write_that_fails_midway_leaves_what_was_there(locked, tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(draft) -> None:
        draft.write_text("half")
        assert path.read_text() == "old"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_atomically(path, fail, locked=locked)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.txt"]


def test_drafts_of_processes_differ_and_under_a_lock_there_is_one(tmp_path) -> None:
    seen = []
    for locked in (False, True):
        write_atomically(
            tmp_path / "a.txt", lambda path: (seen.append(path.name), path.touch()), locked=locked
        )
    assert str(os.getpid()) in seen[0]
    assert str(os.getpid()) not in seen[1]


def test_a_writer_that_adds_suffixes_finds_one(tmp_path) -> None:
    path = tmp_path / "new folder" / "a.npz"
    write_atomically(path, lambda draft: np.savez(draft, x=np.arange(3)))
    with np.load(path) as arrays:
        assert arrays["x"].tolist() == [0, 1, 2]
    assert names_in(path.parent) == ["a.npz"]


def test_json_that_cannot_be_read_everywhere_is_not_written(tmp_path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"x": 0.5})
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"x": float("nan")})
    assert json.loads(path.read_text()) == {"x": 0.5}


def test_numbers_of_numpy_are_written_as_plain_ones(tmp_path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"n": np.int64(8), "x": np.float32(0.5), "is": np.bool_(True), "a": np.eye(2)})
    plain = {"n": 8, "x": 0.5, "is": True, "a": [[1.0, 0.0], [0.0, 1.0]]}
    assert path.read_text() == as_json(plain) + "\n"
    with pytest.raises(TypeError) as caught:
        write_json(path, {"x": {1}})
    assert str(caught.value) == (
        "expected text, numbers, lists and dictionaries, or arrays of NumPy, to write as JSON; "
        "got a set: {1}"
    )


def test_a_text_that_is_there_already_is_not_touched(tmp_path) -> None:
    path = tmp_path / "ä.txt"
    update_text(path, "grün\n")
    before = path.stat()
    update_text(path, "grün\n")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    update_text(path, "rot\n")
    assert path.read_text(encoding="utf-8") == "rot\n"
    assert path.stat().st_ino != before.st_ino, "written in place"
    assert names_in(tmp_path) == ["ä.txt"]


# Replaces root/data by root/new, and ends as if killed before the step of that number.
REPLACING = """
import os, shutil, sys
from pathlib import Path
from ecgzoo.files import atomic as atomic_write

root, exchanging, left = Path(sys.argv[1]), sys.argv[2] == "True", int(sys.argv[3])


def counted(step):
    def call(*arguments, **options):
        global left
        left -= 1
        return os._exit(9) if left < 0 else step(*arguments, **options)
    return call


atomic_write._exchanged = counted(atomic_write._exchanged) if exchanging else lambda *_: False
Path.rename, shutil.rmtree = counted(Path.rename), counted(shutil.rmtree)
atomic_write.replace_folder(root / "new", root / "data")
"""


def folder_of(path, content):
    path.mkdir()
    (path / "x").write_text(content)
    return path


@pytest.mark.parametrize(
    ("exchanging", "step", "expected"),
    [  # steps: look for what is left over; exchange, or move aside and in; take away the old
        (True, 1, "old"),
        (True, 2, "new"),
        (True, 3, "new"),
        (False, 1, "old"),
        (False, 2, "old"),
        (False, 3, "new"),
        (False, 4, "new"),
    ],
)
def test_a_kill_at_any_step_leaves_the_old_folder_or_the_new(
    exchanging, step, expected, tmp_path
) -> None:
    old, new = folder_of(tmp_path / "data", "old"), folder_of(tmp_path / "new", "new")
    command = [sys.executable, "-c", REPLACING, str(tmp_path), str(exchanging), str(step)]
    code = subprocess.run(command, check=False).returncode
    assert code == (0 if step == 4 - exchanging else 9)
    if exchanging and sys.platform == "linux":
        assert (old / "x").read_text() == expected, "the name was never empty"
    restore_folder(old)
    assert (old / "x").read_text() == expected
    assert set(names_in(tmp_path)) <= {"data", "new"}
    if new.exists():  # and the next call brings it to its end
        replace_folder(folder_of(tmp_path / "newer", "newer"), old)
        assert (old / "x").read_text() == "newer"


def test_a_folder_that_cannot_be_moved_leaves_the_old_one(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(atomic_write, "_exchanged", lambda one, other: False)
    old = folder_of(tmp_path / "data", "old")
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "nowhere", old)
    assert (old / "x").read_text() == "old"
    assert names_in(tmp_path) == ["data"]


def test_an_error_names_the_file_and_not_its_draft(tmp_path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(tmp_path / "a.txt", lambda draft: draft.read_text())
    assert caught.value.filename == str(tmp_path / "a.txt")
