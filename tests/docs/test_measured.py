"""docs/measured.py: the documents say what the study found, and are written anew by it."""

import importlib.util
import json
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("measured", PAGES / "docs" / "measured.py")
measured = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(measured)


@pytest.mark.parametrize("document", measured.DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_say_what_was_found(document) -> None:
    text = document.read_text(encoding="utf-8")
    assert measured.BLOCK.search(text)
    assert measured.filled(text) == text, "run python docs/measured.py"


def test_every_finding_is_in_the_results() -> None:
    text = (PAGES / "docs" / "results.md").read_text(encoding="utf-8")
    shown = {name for _, kind, name, _ in measured.BLOCK.findall(text) if kind == "section"}
    assert shown == {file.stem for file in measured.STUDY.glob("*.json")}


def test_a_block_is_filled_anew(tmp_path) -> None:
    first = next(iter(sorted(measured.STUDY.glob("*.json"))))
    told = json.loads(first.read_text(encoding="utf-8")) | {"records": 1234567}
    (tmp_path / "a.json").write_text(json.dumps(told))
    begin, end = "<!-- measured: caption a -->", "<!-- end of measured -->"
    found = measured.filled(f"before\n{begin}\nold\n{end}\nafter", tmp_path)
    assert found.startswith(f"before\n{begin}\n\n{told['recipe']['dataset']}, ")
    assert "1,234,567 records" in found
    assert found.endswith(f"\n\n{end}\nafter")
    with pytest.raises(FileNotFoundError):
        measured.filled(f"{begin.replace(' a', ' b')}\n{end}", tmp_path)
