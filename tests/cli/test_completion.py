"""Completion in bash, zsh and fish: commands, options and names of models."""

import os
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from ecgzoo.cli import app


def completed(shell: str, words: str) -> str:
    """What a shell is told that may follow; each asks in its own way."""
    asked = {
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    env = {"_ECGZOO_COMPLETE": f"complete_{shell}", **asked}
    return CliRunner().invoke(app, [], prog_name="ecgzoo", env=env).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "there", "not_there"),
    [
        ("ecgzoo fine", "finetune", "train"),
        ("ecgzoo train --determ", "--deterministic", "--device"),
        ("ecgzoo train cnn1d_t", "cnn1d_transformer", "hybrid1"),
    ],
)
def test_what_may_follow_is_told(shell, words, there, not_there) -> None:
    # A word a line in bash; in zsh between quotes, in fish before a tab, with its help behind it.
    told = re.findall(r'^(?:_arguments .*\(\()?"?([\w-]+)(?="|\t|$)', completed(shell, words), re.M)
    assert there in told
    assert not_there not in told


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".bash_completions/ecgzoo.sh"),
        ("zsh", ".zfunc/_ecgzoo"),
        ("fish", ".config/fish/completions/ecgzoo.fish"),
    ],
)
def test_it_is_installed_for_a_shell(shell, file, tmp_path) -> None:
    # Which shell it is Typer finds out from the processes around; a test says it.
    env = os.environ | {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    program = "from ecgzoo.cli import app; app(prog_name='ecgzoo')"
    asked = [sys.executable, "-c", program, "--install-completion", shell]
    subprocess.run(asked, env=env, check=True, capture_output=True)
    assert "_ECGZOO_COMPLETE" in (tmp_path / file).read_text()
