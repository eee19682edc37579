"""The gallery: its examples are short, end in a picture, and run by themselves."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.rglob("*.py"))
# What the run of an example leaves open: figures that something was drawn into.
DRAWN = """
import runpy, sys
import matplotlib.pyplot as plt

runpy.run_path(sys.argv[1])
figures = [plt.figure(number) for number in plt.get_fignums()]
print(sum(any(axes.has_data() for axes in figure.axes) for figure in figures))
"""


def test_there_are_more_than_a_dozen_in_told_folders() -> None:
    assert len(FILES) > 12
    assert {file.parent for file in FILES} == {
        header.parent for header in EXAMPLES.rglob("*.rst") if header.parent != EXAMPLES
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_has_a_title_and_is_short(file) -> None:
    source = file.read_text(encoding="utf-8")
    title, line = (ast.get_docstring(ast.parse(source)) or "").splitlines()[:2]
    assert line == "=" * len(title)
    assert len(source.splitlines()) <= 75


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_runs_in_an_empty_folder_and_draws(file, tmp_path) -> None:
    # Warnings of what was assumed are shown in the gallery; all others would be faults.
    asked = [sys.executable, "-c", DRAWN, str(file)]
    paths = {"PYTHONPATH": str(EXAMPLES.parent), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        asked, capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ | paths
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) >= 1
    assert list(tmp_path.iterdir()) == []
