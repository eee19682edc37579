"""docs/serving.md and the walk-through beside it: what they show works."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from grpc_server import grpc_stand_in
from model_server import WITHOUT, model_server
from published import publish_one
from small_presets import CLASSES

from ecgzoo.cli import app
from ecgzoo.exporting.server.publishing import promote, roll_back
from ecgzoo.exporting.signatures.signature import OK
from ecgzoo.pages.layout import PAGE_SPEC

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs" / "serving.md").read_text(encoding="utf-8")
WALKTHROUGH = HOUSE / "docs" / "serving_walkthrough.py"
STAND_IN = HOUSE / "tests" / "support" / "stand_in_server.py"
STEPS = """the server answers: stable 1, canary 1
the server answers: stable 1, canary 2
the server answers: stable 2, canary 2
the server answers: stable 1, canary 1
"""


@pytest.fixture
def walkthrough(monkeypatch):
    """The script as a module, with the stand-in for a server, run by this Python."""
    monkeypatch.setenv("ECGZOO_MODEL_SERVER", str(STAND_IN))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    spec = importlib.util.spec_from_file_location("serving_walkthrough", WALKTHROUGH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answers_shown(printed: str) -> str:
    lines = printed.splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("the server answers"))


@pytest.mark.whole
def test_the_walkthrough_with_made_up_versions(walkthrough, monkeypatch, tmp_path, capsys) -> None:
    def in_process(root: Path, command: str, *words: str) -> None:
        """What the commands do, without a minute for each export."""
        if command == "export":
            publish_one(root, canary="--canary" in words)
        else:
            {"promote": promote, "rollback": roll_back}[command](root, "m")
        walkthrough.write_local_config(root)

    monkeypatch.setattr(walkthrough, "ecgzoo", in_process)
    walkthrough.walk("any", tmp_path)
    assert answers_shown(capsys.readouterr().out) == STEPS


@pytest.mark.whole
def test_a_server_that_does_not_follow_or_start_is_said_so(
    walkthrough, monkeypatch, tmp_path, capfd
) -> None:
    publish_one(tmp_path)
    walkthrough.write_local_config(tmp_path)
    monkeypatch.setattr(walkthrough, "SECONDS", 0)
    with (
        pytest.raises(SystemExit, match="expected {'stable': 7}; after 0 s the server has {'stab"),
        walkthrough.serving(tmp_path) as (server, url),
    ):
        walkthrough.expect(server, f"{url}/v1/models/m", stable=7)
    (tmp_path / "m" / "1" / "saved_model.pb").write_bytes(b"")
    monkeypatch.setattr(walkthrough, "SECONDS", 60)
    with (
        pytest.raises(SystemExit, match="the server ended with 1"),
        walkthrough.serving(tmp_path) as (server, url),
    ):
        walkthrough.expect(server, f"{url}/v1/models/m", stable=1)
    assert "Failed to start server. Error: 1 servable(s) did not" in capfd.readouterr().out
    monkeypatch.setattr(walkthrough, "PROGRAM", None)
    with (
        pytest.raises(SystemExit, match="name one in \\$ECGZOO_MODEL_SERVER"),
        walkthrough.serving(tmp_path),
    ):
        pass


def test_the_grpc_example_is_answered(export_small, capsys) -> None:
    (block,) = re.findall(r"```python\n(import grpc.*?)```", PAGE, re.DOTALL)
    version = export_small("cnn1d", PAGE_SPEC, "traces", small=True).version
    with grpc_stand_in(version) as (service, address):
        exec(compile(block.replace("localhost:8500", address), "serving.md", "exec"), {})
    (asked,) = service.requests
    spec = asked.model_spec
    assert (spec.name, spec.version_label) == ("hybrid1", "stable")
    label, printed = capsys.readouterr().out.split(" ", 1)
    assert label in CLASSES
    assert printed.endswith(f"] {OK}\n")


def test_every_command_of_the_page_is_there() -> None:
    shown = set(re.findall(r"^ecgzoo (\w+)", PAGE, re.MULTILINE))
    commands = {command.callback.__name__ for command in app.registered_commands}
    assert {"export", "promote", "rollback", "prune"} <= shown <= commands


@pytest.mark.slow
@pytest.mark.parametrize("program", [STAND_IN, model_server()], ids=["stand-in", "model server"])
def test_the_walkthrough_as_it_stands(walkthrough, monkeypatch, program) -> None:
    if program is None:
        pytest.skip(WITHOUT)
    monkeypatch.setenv("ECGZOO_MODEL_SERVER", str(program))
    done = subprocess.run([sys.executable, WALKTHROUGH], capture_output=True, text=True)
    assert (done.returncode, answers_shown(done.stdout)) == (0, STEPS), done.stderr
