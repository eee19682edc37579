"""Atomic files: whatever goes wrong, what was there stays, and no draft is left."""

import json
import os

import numpy as np
import pytest

from ecgzoo.atomic_write import update_text, write_atomically, write_json


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
