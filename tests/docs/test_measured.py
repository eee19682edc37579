"""docs/measured.py: the results say what the study found, and are written anew by it."""

import importlib.util
import json
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "docs" / "measured.py"
SPEC = importlib.util.spec_from_file_location("measured", FILE)
measured = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(measured)
RESULTS = measured.RESULTS.read_text(encoding="utf-8")


def test_the_results_say_what_was_found() -> None:
    assert measured.BLOCK.search(RESULTS)
    assert measured.filled(RESULTS) == RESULTS, "run python docs/measured.py"


def test_every_finding_is_in_the_results() -> None:
    shown = {name for _, kind, name, _ in measured.BLOCK.findall(RESULTS) if kind == "section"}
    assert shown == {file.stem for file in measured.STUDY.glob("*.json")}


def test_a_block_is_filled_anew(tmp_path) -> None:
    first = next(iter(sorted(measured.STUDY.glob("*.json"))))
    told = json.loads(first.read_text(encoding="utf-8")) | {"records": 1234567}
    (tmp_path / "a.json").write_text(json.dumps(told))
    begin, end = "<!-- measured: section a -->", "<!-- end of measured -->"
    found = measured.filled(f"before\n{begin}\nold\n{end}\nafter", tmp_path)
    assert found.startswith(f"before\n{begin}\n\n{told['recipe']['dataset']}, ")
    assert "1,234,567 records" in found
    assert found.endswith(f"\n\n{end}\nafter")
    with pytest.raises(FileNotFoundError):
        measured.filled(f"{begin.replace(' a', ' b')}\n{end}", tmp_path)
