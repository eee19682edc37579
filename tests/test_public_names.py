"""Public names: none is one of Python's own."""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FILES = [*(HOUSE / "ecgzoo").rglob("*.py"), *(HOUSE / "tf_data").rglob("*.py")]


def public_names(source: str) -> Iterator[str]:
    """Names of a module's functions, classes and constants, but for those with an underscore."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = (one for target in targets for one in ast.walk(target))
            names = [one.id for one in named if isinstance(one, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def test_the_reader_sees_functions_classes_and_constants() -> None:
    source = "def a(): b = 1\nclass C: d = 2\ne, F = 3, 4\ng: int = 5\n_h = 6\nimport i"
    assert list(public_names(source)) == ["a", "C", "e", "F", "g"]


@pytest.mark.parametrize("path", sorted(FILES), ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_public_name_is_one_of_pythons_own(path) -> None:
    names = public_names(path.read_text(encoding="utf-8"))
    assert [name for name in names if hasattr(builtins, name)] == []
