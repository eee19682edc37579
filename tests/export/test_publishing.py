"""Publishing, rollback and prune: labels and server files follow, and versions stay whole."""

import errno
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from published import assert_in_order, assert_whole, labels_of, publish_one, served_by

from ecgzoo.artifact import labels
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.errors import LabelError, UnknownNameError
from ecgzoo.exporting.server import configuration, publishing
from ecgzoo.exporting.server.publishing import (
    exported_models,
    held,
    model_folder,
    promote,
    prune,
    roll_back,
)
from ecgzoo.exporting.server.versions import DRAFT, draft
from ecgzoo.files import atomic

# Publishes, promotes, rolls back and prunes again and again.
OPERATOR = """
import contextlib
import sys
from pathlib import Path
from published import publish_one
from ecgzoo.errors import LabelError
from ecgzoo.exporting.server.publishing import promote, prune, roll_back
root = Path(sys.argv[1])
print("ready", flush=True)
for turn in range(int(sys.argv[2])):
    publish_one(root, canary=turn % 3 == 1)
    if turn % 6 == 1:
        with contextlib.suppress(LabelError):  # another export may have taken the label
            promote(root, "m")
    if turn % 3 == 2:
        roll_back(root, "m")
        roll_back(root, "m", canary=True)
        prune(root, ["m"], keep=int(sys.argv[3]))
"""


def operator(root: Path, turns: int, keep: int) -> subprocess.Popen:
    arguments = [sys.executable, "-c", OPERATOR, str(root), str(turns), str(keep)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parent)
    assert process.stdout.readline() == b"ready\n"
    return process


def states(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in folder.glob("[0-9]*")}


def content_of(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_a_rollback_touches_no_version(tmp_path) -> None:
    for _ in range(3):
        publish_one(tmp_path)
    before = states(tmp_path / "m")
    assert roll_back(tmp_path, "m") == 2
    assert served_by(tmp_path) == {"m": {"stable": 2, "canary": 2}}
    assert roll_back(tmp_path, "m") == 1
    assert roll_back(tmp_path, "m", to=3) == 3
    assert served_by(tmp_path) == {"m": {"stable": 3, "canary": 3}}
    assert states(tmp_path / "m") == before


def test_a_canary_is_promoted_or_taken_back(tmp_path) -> None:
    publish_one(tmp_path)
    publish_one(tmp_path, canary=True)
    assert promote(tmp_path, "m") == 2
    assert served_by(tmp_path) == {"m": {"stable": 2, "canary": 2}}
    publish_one(tmp_path, canary=True)
    assert roll_back(tmp_path, "m", canary=True) == 2
    assert served_by(tmp_path) == {"m": {"stable": 2, "canary": 2}}
    assert roll_back(tmp_path, "m", 1, canary=True) == 1
    assert served_by(tmp_path) == {"m": {"stable": 2, "canary": 1}}


def test_without_a_canary_there_is_nothing_to_promote(tmp_path) -> None:
    publish_one(tmp_path)
    with pytest.raises(LabelError) as refused:
        promote(tmp_path, "m")
    assert str(refused.value) == (
        "expected a canary of m beside the stable version; stable is 1, canary 1; `ecgzoo export "
        "RUN --canary` makes one, `ecgzoo rollback m --to N` makes any version stable"
    )


def test_a_first_canary_has_no_stable_version_to_go_back_to(tmp_path) -> None:
    publish_one(tmp_path, canary=True)
    with pytest.raises(LabelError, match="expected a stable version of m; stable is none, of the"):
        roll_back(tmp_path, "m", canary=True)
    assert promote(tmp_path, "m") == 1


def test_a_rollback_keeps_a_canary_served(tmp_path) -> None:
    publish_one(tmp_path)
    publish_one(tmp_path)
    publish_one(tmp_path, canary=True)
    roll_back(tmp_path, "m")
    assert served_by(tmp_path) == {"m": {"stable": 1, "canary": 3}}


@pytest.mark.parametrize(
    ("to", "wanted"), [(None, "a version before the stable one"), (7, "version 7")]
)
def test_a_rollback_to_nothing_is_refused_and_changes_nothing(tmp_path, to, wanted) -> None:
    publish_one(tmp_path)
    with pytest.raises(
        LabelError, match=f"expected {wanted} of m; stable is 1, of the versions 1;"
    ):
        roll_back(tmp_path, "m", to)
    assert labels_of(tmp_path / "m") == {"stable": 1, "canary": 1}


def test_a_stable_version_removed_by_hand_is_named_and_a_rollback_helps(tmp_path) -> None:
    publish_one(tmp_path)
    publish_one(tmp_path)
    shutil.rmtree(tmp_path / "m" / "2")
    for canary in (False, True):
        with pytest.raises(LabelError, match="m/2, which is labelled stable; there: 1;"):
            publish_one(tmp_path, canary=canary)
    assert version_numbers(tmp_path / "m") == [1], "published with labels that point at nothing"
    assert roll_back(tmp_path, "m") == 1
    assert_in_order(tmp_path, "m")
    assert publish_one(tmp_path).name == "2"


def test_prune_keeps_the_newest_and_the_labelled(tmp_path) -> None:
    for _ in range(6):
        publish_one(tmp_path)
    roll_back(tmp_path, "m", to=2)
    before = states(tmp_path / "m")
    would = prune(tmp_path, ["m"], keep=2, dry_run=True)
    assert states(tmp_path / "m") == before
    removed = prune(tmp_path, ["m"], keep=2)
    assert [path.name for path in removed] == ["1", "3", "4"]
    assert removed == would
    left = states(tmp_path / "m")
    assert left == {name: before[name] for name in ("2", "5", "6")}
    assert prune(tmp_path, ["m"], keep=2) == []
    assert publish_one(tmp_path).name == "7"


def test_prune_keeps_what_a_server_may_still_answer_with(tmp_path) -> None:
    for _ in range(3):
        publish_one(tmp_path)
    assert [path.name for path in prune(tmp_path, ["m"], keep=1)] == ["1"]
    assert version_numbers(tmp_path / "m") == [2, 3]
    assert prune(tmp_path, ["m"], keep=1) == [], "2 is kept until a label moves again"
    publish_one(tmp_path, canary=True)
    publish_one(tmp_path)
    assert [path.name for path in prune(tmp_path, ["m"], keep=1)] == ["2"]


def test_prune_neither_counts_nor_takes_what_is_no_version(tmp_path) -> None:
    for _ in range(3):
        publish_one(tmp_path)
    (tmp_path / "m" / "2024").write_text("notes")
    (tmp_path / "m" / "0007").mkdir()
    assert [path.name for path in prune(tmp_path, ["m"], keep=2)] == ["1"]
    assert (tmp_path / "m" / "2024").read_text() == "notes"
    assert (tmp_path / "m" / "0007").is_dir()


@pytest.mark.parametrize("name", ['a "quoted" one', "back\\slash", "naïve {1}", 'end"\nx: "'])
def test_a_folder_of_any_name_is_served_under_it(tmp_path, name) -> None:
    publish_one(tmp_path, name)
    publish_one(tmp_path)
    assert served_by(tmp_path) == {
        name: {"stable": 1, "canary": 1},
        "m": {"stable": 1, "canary": 1},
    }


def test_how_many_versions_a_server_holds(tmp_path) -> None:
    publish_one(tmp_path)
    assert held(tmp_path / "m") == "a server holds 1 version of m in memory"
    publish_one(tmp_path)
    assert held(tmp_path / "m") == (
        "a server holds 2 versions of m in memory; `ecgzoo prune` removes old ones"
    )


def test_nothing_is_changed_through_a_link(tmp_path) -> None:
    root, outside = tmp_path / "exported", tmp_path / "outside"
    for _ in range(4):
        publish_one(outside, "m2")
    publish_one(root, "m")
    publish_one(root, "m")
    (root / "m2").symlink_to(outside / "m2")
    before = content_of(tmp_path)
    for change in (
        lambda: prune(root, ["m", "m2"], keep=2),
        lambda: prune(root, ["m2"], keep=2, dry_run=True),
        lambda: roll_back(root, "m2"),
        lambda: roll_back(root, "m"),
        lambda: promote(root, "m2"),
        lambda: publish_one(root, "m"),
    ):
        with pytest.raises(LabelError, match=r"exported/m2 is a link to .*outside/m2; move what"):
            change()
    assert content_of(tmp_path) == before


@pytest.mark.parametrize("full_at", ["labels.json", "models.config"])
@pytest.mark.parametrize("change", ["first export", "export", "rollback", "promotion"])
def test_a_full_disk_leaves_all_as_it_was(tmp_path, monkeypatch, change, full_at) -> None:
    if change != "first export":
        publish_one(tmp_path)
        publish_one(tmp_path, canary=True)
    before, room = content_of(tmp_path), change.endswith("export")
    there, update = len(version_numbers(tmp_path / "m")), atomic.update_text

    def update_until_full(path: Path, text: str) -> None:
        """A version that is removed makes room; where none is, the disk stays full."""
        removed = room and len(version_numbers(tmp_path / "m")) == there
        if path.name == full_at and not removed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        update(path, text)

    for module in (labels, configuration, publishing):
        monkeypatch.setattr(module, "update_text", update_until_full)
    changes = {"rollback": lambda: roll_back(tmp_path, "m", 2)}
    changes["promotion"] = lambda: promote(tmp_path, "m")
    with pytest.raises(OSError, match="No space left on device"):
        changes.get(change, lambda: publish_one(tmp_path))()
    after = content_of(tmp_path)
    if change == "first export":
        assert after.keys() <= {"batching.config", "compose.yaml"}, "which say nothing of models"
    else:
        assert after == before


def test_prune_leaves_drafts_of_living_exports_alone(tmp_path) -> None:
    for _ in range(3):
        publish_one(tmp_path)
    with draft(tmp_path / "m") as folder:
        prune(tmp_path, ["m"], keep=1)
        assert folder.is_dir()
    assert version_numbers(tmp_path / "m") == [2, 3]


def test_prune_must_keep_one(tmp_path) -> None:
    publish_one(tmp_path)
    with pytest.raises(ValueError, match="at least 1 version; got 0"):
        prune(tmp_path, ["m"], keep=0)


def test_a_model_that_was_not_exported_is_named(tmp_path) -> None:
    with pytest.raises(UnknownNameError, match="holds no exported version"):
        model_folder(tmp_path, "m")
    publish_one(tmp_path, "hybrid1")
    (tmp_path / "empty").mkdir()
    assert exported_models(tmp_path) == ["hybrid1"]
    with pytest.raises(UnknownNameError, match="did you mean 'hybrid1'"):
        model_folder(tmp_path, "hybrid")


def test_operators_at_once_lose_nothing(tmp_path) -> None:
    operators = [operator(tmp_path, 3, keep=100) for _ in range(4)]
    assert [one.wait(timeout=60) for one in operators] == [0, 0, 0, 0]
    for one in operators:
        one.stdout.close()
    assert version_numbers(tmp_path / "m") == list(range(1, 13))
    for number in range(1, 13):
        assert_whole(tmp_path / "m" / str(number))
    assert_in_order(tmp_path, "m")
    assert not list((tmp_path / "m").glob(f"{DRAFT}*"))


@pytest.mark.parametrize(
    "kills", [8, pytest.param(100, marks=pytest.mark.slow)], ids="{} kills".format
)
def test_a_kill_at_any_moment_leaves_whole_versions_and_readable_files(tmp_path, kills) -> None:
    chance, newest = random.Random(kills), 0
    for _ in range(kills):
        with operator(tmp_path, 1000, keep=5) as victim:
            time.sleep(chance.uniform(0.01, 0.2))
            victim.kill()
        numbers = version_numbers(tmp_path / "m")
        for number in numbers:
            assert_whole(tmp_path / "m" / str(number))
        assert_in_order(tmp_path, "m")
        assert max(numbers, default=0) >= newest, "a version was lost"
        newest = max(numbers, default=0)
    assert newest > kills, "too few versions were published: little was tested"
    publish_one(tmp_path)
    assert labels_of(tmp_path / "m") == {"stable": newest + 1, "canary": newest + 1}
    assert_in_order(tmp_path, "m")
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]
