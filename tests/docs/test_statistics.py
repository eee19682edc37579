"""docs/statistics.md: its example runs, and every function that it names is there."""

import re
from pathlib import Path

import ecgzoo.evaluation

PAGE = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")


def test_the_example_runs(capsys) -> None:
    one_label, several = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(several, "statistics.md", "exec"), {})
    assert "macro_average_precision" in capsys.readouterr().out
    exec(compile(one_label, "statistics.md", "exec"), {})
    frame, difference, swaps = capsys.readouterr().out.rstrip().rsplit("\n", 2)
    assert frame.count("\n") == 6
    assert "p 0.0" in difference
    assert re.fullmatch(r"\+0\.\d{3}, p (< )?0\.\d+", swaps)


def test_every_function_of_the_first_table_is_public() -> None:
    cells = re.findall(r"^\| [^|]*\? \| ([^|]*) \|", PAGE, re.MULTILINE)
    rows = re.findall(r"`(\w+)`", " ".join(cells))
    assert len(rows) == 13
    assert set(rows) <= set(ecgzoo.evaluation.__all__)
