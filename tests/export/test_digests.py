"""Digests: what `sha256sum` of the system says of the same files, and every kind of change."""

import shutil
import subprocess

import pytest

from ecgzoo.exporting.saved_model.signing import changed_files, write_digests


@pytest.fixture
def version(tmp_path):
    for name in ("saved_model.pb", "variables/variables.index", "assets.extra/preset.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    write_digests(tmp_path)
    return tmp_path


CHANGES = {
    "added": lambda v: (v / "variables" / "new").touch(),
    "added extra": lambda v: (v / "assets.extra" / ".hidden").touch(),
    "added link": lambda v: (v / "link").symlink_to("nowhere"),
    "changed": lambda v: (v / "saved_model.pb").write_text("saved_model.pc"),
    "changed description": lambda v: (v / "assets.extra" / "preset.json").write_text("{}"),
    "removed": lambda v: (v / "variables" / "variables.index").unlink(),
}
SAID = {
    "added": "variables/new was added",
    "added extra": "assets.extra/.hidden was added",
    "added link": "link was added",
    "changed": "saved_model.pb was changed",
    "changed description": "assets.extra/preset.json was changed",
    "removed": "variables/variables.index was removed",
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_named_and_nothing_else(change, version) -> None:
    assert changed_files(version) == []
    CHANGES[change](version)
    assert changed_files(version) == [SAID[change]]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum")
@pytest.mark.parametrize("changed", [False, True])
def test_sha256sum_agrees(changed, version) -> None:
    if changed:
        CHANGES["changed"](version)
    command = ["sha256sum", "--check", "--strict", "assets.extra/SHA256SUMS"]
    done = subprocess.run(command, cwd=version, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == changed
    assert done.stdout.count(": OK") == 3 - changed


def test_digests_that_are_gone_or_damaged_are_no_agreement(version) -> None:
    sums = version / "assets.extra" / "SHA256SUMS"
    sums.write_bytes(b"\xff\x00")
    assert len(changed_files(version)) == 4
    sums.unlink()
    assert changed_files(version) == ["assets.extra/SHA256SUMS is missing"]
