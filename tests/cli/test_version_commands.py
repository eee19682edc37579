"""`export`, `versions`, `rollback`, `prune` and `verify` from the command line."""

import itertools
import re
import shutil
import subprocess
import sys

import pytest
from small_encoders import small_encoders
from small_presets import make_preset
from typer.testing import CliRunner

from ecgzoo.artifact.folder import EXTRA, SIGNED, WARM_UP
from ecgzoo.cli import app
from ecgzoo.exporting.saved_model import verification
from ecgzoo.exporting.saved_model import write as saved_model


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture(autouse=True, scope="module")
def encoders():
    with small_encoders():
        yield


@pytest.fixture(scope="module")
def source(encoders, tmp_path_factory):
    return make_preset(tmp_path_factory.mktemp("source") / "preset", "cnn1d")


@pytest.fixture(scope="module")
def exported_once(source, tmp_path_factory):
    """Two versions, written without the fresh process, which has tests of its own."""
    root = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_model, "verify", lambda _: [])
        first = run("export", source, "--to", root)
        assert first.exit_code == 0, first.exception
        assert "cnn1d/1" in first.stdout.replace("\n", "")
        assert "no warm-up" not in first.stdout
        assert "a server holds 1 version of cnn1d" in first.stdout.replace("\n", " ")
        assert run("export", source, "--to", root, "--canary").exit_code == 0
    return root


@pytest.fixture
def exported(exported_once, tmp_path, monkeypatch):
    """A copy of them for each test."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(verification, "verify", lambda _: [])
    return shutil.copytree(exported_once, tmp_path / "exported")


def rows(exported) -> list[list[str]]:
    """The table's cells, which have no bars between them: each begins below its column's title."""
    lines = run("versions", "--exported", exported).stdout.splitlines()
    titles = next(line for line in lines if "version" in line)
    starts = [found.start() for found in re.finditer(r"\S+( \S+)?", titles)]
    columns = [slice(*ends) for ends in itertools.pairwise([*starts, None])]
    numbered = (line for line in lines if line.strip()[:1].isdigit())
    return [[line[column].strip() for column in columns] for line in numbered]


@pytest.mark.whole
def test_versions_shows_each_with_its_label(exported) -> None:
    first, second = rows(exported)
    assert first[:2] == ["1", "stable"]
    assert second[:2] == ["2", "canary"]
    assert first[-2:] == ["no", "yes"], "not signed, with warm-up"
    (exported / "cnn1d" / "2" / EXTRA / WARM_UP).unlink()
    (exported / "cnn1d" / "2" / EXTRA / SIGNED).touch()
    assert rows(exported)[1][-2:] == ["yes", "no"]


def test_versions_and_export_say_how_many_a_server_holds(exported) -> None:
    said = "a server holds 2 versions of cnn1d in memory; `ecgzoo prune` removes old ones"
    assert said in run("versions", "--exported", exported).stdout


def test_promote_rollback_and_prune_say_what_they_did(exported) -> None:
    second = exported / "cnn1d" / "2"
    assert run("promote", "cnn1d", "--exported", exported).stdout == f"stable: {second}\n"
    assert [row[1] for row in rows(exported)] == ["(before)", "stable canary"]
    rolled = run("rollback", "cnn1d", "--canary", "--to", 1, "--exported", exported).stdout
    assert rolled == f"canary: {exported / 'cnn1d' / '1'}\n"
    rolled = run("rollback", "cnn1d", "--canary", "--exported", exported).stdout
    assert rolled == f"canary: {second}\n"
    shutil.copytree(second, exported / "cnn1d" / "3")
    assert run("rollback", "cnn1d", "--to", 3, "--exported", exported).stdout.endswith("cnn1d/3\n")
    would = run("prune", "--keep", 1, "--dry-run", "--exported", exported).stdout
    assert would == f"would remove: {exported / 'cnn1d' / '1'}\n"
    assert run("prune", "--keep", 1, "--exported", exported).stdout.startswith("removed: ")
    assert [row[:2] for row in rows(exported)] == [["2", "(before)"], ["3", "stable canary"]]
    assert run("prune", "--keep", 1, "--exported", exported).stdout == "nothing to remove\n"


def test_verify_exits_with_1_and_a_sentence_where_a_file_changed(exported) -> None:
    version = exported / "cnn1d" / "1"
    assert run("verify", version).exit_code == 0
    (version / "added").touch()
    found = run("verify", version)
    assert found.exit_code == 1
    assert found.stderr == (
        "files: added was added\n"
        "answers: not asked, since the files are not as they were exported\n"
    )


@pytest.mark.whole
def test_a_dry_run_publishes_nothing_and_says_so(source, tmp_path, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(saved_model, "verify", asked.append)
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    shown = run("export", source, "--exported", tmp_path / "exported", "--dry-run")
    assert shown.exit_code == 0, shown.exception
    assert "not published" in shown.stdout
    assert "no warm-up: pip install 'ecgzoo[serve]'" in shown.stdout
    assert len(asked) == 1, "the draft was not verified"
    assert [path.name for path in tmp_path.rglob("*")] == ["exported", "cnn1d"]


@pytest.mark.parametrize("command", ["versions", "promote cnn1d", "rollback cnn1d", "prune"])
def test_what_reads_files_only_needs_no_tensorflow(command, exported) -> None:
    program = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from ecgzoo.cli import main
main()
"""
    arguments = [*command.split(), "--exported", str(exported)]
    arguments += ["--to", "1"] if "rollback" in command else []
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_nothing_exported_is_one_sentence(tmp_path) -> None:
    for command in (["versions"], ["prune"], ["rollback", "hybrid1"]):
        failed = run(*command, "--exported", tmp_path).exception
        assert "holds no exported version; `ecgzoo export` writes one" in str(failed)
