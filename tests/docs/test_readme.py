"""README.md: its Python runs as it stands, in an empty folder, and it stays short."""

import re
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.whole

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
(PYTHON,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_it_is_a_screen_and_a_half() -> None:
    assert len(README.splitlines()) <= 130
    assert len(PYTHON.splitlines()) <= 21


def test_its_python_asks_builds_and_trains(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    made: dict = {}
    exec(compile(PYTHON, "README.md", "exec"), made)
    assert made["answers"].probabilities.shape == (3, 4)
    np.testing.assert_allclose(made["answers"].probabilities.sum(axis=1), 1, atol=1e-5)
    assert (made["own"].input_shape, made["own"].output_shape) == ((None, 5000, 3), (None, 5))
    run = made["run"]
    assert run.folder.resolve().is_relative_to(tmp_path / "runs")
    trained = made["data"].groups[~np.isin(made["data"].names, run.predictions().names)]
    assert not np.isin(run.predictions().groups, trained).any()
    assert run.metrics()["n"] == pytest.approx(len(made["data"]) / 5, abs=3)
