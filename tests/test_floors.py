"""The floors of the house: a room imports only from lower floors, and TensorFlow stays in few."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FLOORS = {
    **dict.fromkeys(("signal_spec", "registry", "atomic_write", "evaluation", "client"), 0),
    **dict.fromkeys(("domains", "pages"), 1),
    # Presets are data: they know specs and names, and models load them.
    **dict.fromkeys(("encoders", "fusion", "presets"), 2),
    **dict.fromkeys(("models", "explanation"), 3),
    **dict.fromkeys(("training", "export"), 4),
    "report": 5,
    "cli": 6,
}
# Neighbours on one floor that may know each other, (who, whom).
NEIGHBOURS = {("fusion", "encoders"), ("explanation", "models"), ("pages", "domains")}
BESIDE = {"domains", "pages", "signal_spec", "registry", "atomic_write"}
USERS_OF_TF_DATA = {"cli", "report", "training"}
USERS_OF_TENSORFLOW = ("tf_data/", "ecgzoo/export/", "ecgzoo/training/", "ecgzoo/explanation/")
FILES_WITH_TENSORFLOW = {"ecgzoo/pages/decode.py", "ecgzoo/cli/quiet.py"}


def files() -> list[Path]:
    found = [*(HOUSE / "ecgzoo").rglob("*.py"), *(HOUSE / "tf_data").rglob("*.py")]
    return sorted(path.relative_to(HOUSE) for path in found)


def imports(source: str, package: str = "") -> Iterator[str]:
    """Dotted names that are imported anywhere in a source, but for type checking."""
    for node in _running(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: -(node.level - 1) or None]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        children: list[ast.AST] = list(node.orelse)
    else:
        children = list(ast.iter_child_nodes(node))
    yield node
    for child in children:
        yield from _running(child)


def room(name: str) -> str | None:
    """The room of a dotted name or path; None for the root package and other libraries."""
    parts = name.split(".")
    if parts[0] == "tf_data":
        return "tf_data"
    known = len(parts) > 1 and parts[0] == "ecgzoo"
    return parts[1] if known and parts[1] in FLOORS else None


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def allowed(who: str, whom: str) -> bool:
    if who == whom:
        return True
    if who == "tf_data":
        return whom in BESIDE
    if whom == "tf_data":
        return who in USERS_OF_TF_DATA
    return FLOORS[whom] < FLOORS[who] or (who, whom) in NEIGHBOURS


def breaches(path: Path) -> list[str]:
    name = module_of(path)
    who = room(name)
    if who is None:
        return []
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    imported = imports((HOUSE / path).read_text(encoding="utf-8"), package)
    rooms = ((one, room(one)) for one in imported)
    return [one for one, whom in rooms if whom is not None and not allowed(who, whom)]


def uses_tensorflow(path: Path) -> bool:
    source = (HOUSE / path).read_text(encoding="utf-8")
    return any(name.split(".")[0] == "tensorflow" for name in imports(source))


def may_use_tensorflow(path: Path) -> bool:
    name = path.as_posix()
    return name.startswith(USERS_OF_TENSORFLOW) or name in FILES_WITH_TENSORFLOW


@pytest.mark.parametrize("path", files(), ids=str)
def test_a_room_imports_only_from_lower_floors(path) -> None:
    assert breaches(path) == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.parts[1].removesuffix(".py") for path in files() if path.parts[0] == "ecgzoo"}
    assert rooms - {"__init__", "__main__", "weights"} <= set(FLOORS)


def test_the_registrys_names_are_imported_late_and_from_higher_floors_only_as_strings() -> None:
    source = (HOUSE / "ecgzoo" / "registry.py").read_text(encoding="utf-8")
    assert not [name for name in imports(source) if name.startswith(("ecgzoo", "tf_data"))]


@pytest.mark.parametrize("path", files(), ids=str)
def test_tensorflow_is_used_where_it_may_be(path) -> None:
    assert may_use_tensorflow(path) or not uses_tensorflow(path)


def test_the_reader_of_imports_sees_all_kinds() -> None:
    source = """
import a.b, c
from d import e as f
from . import g
from ..h import i
if TYPE_CHECKING:
    import never
else:
    import j
def function():
    import k
"""
    expected = ["a.b", "c", "d.e", "x.y.g", "x.h.i", "j", "k"]
    assert list(imports(source, "x.y")) == expected


def test_no_test_imports_from_tests_since_other_libraries_install_a_package_of_that_name() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (HOUSE / "tests").rglob("*.py"))
    named = [name for source in sources for name in imports(source, "tests")]
    assert "numpy" in named
    assert not [name for name in named if name.split(".")[0] == "tests"]


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("cli", "report", True),
        ("models", "presets", True),
        ("presets", "models", False),
        ("training", "export", False),
        ("export", "training", False),
        ("domains", "models", False),
        ("export", "tf_data", False),
        ("tf_data", "models", False),
        ("training", "tf_data", True),
        ("evaluation", "registry", False),
    ],
)
def test_what_is_allowed(who, whom, may) -> None:
    assert allowed(who, whom) is may


@pytest.mark.parametrize(
    "module", ["ecgzoo", "ecgzoo.cli", "ecgzoo.registry", "ecgzoo.artifact.preset"]
)
def test_import_is_quick_for_want_of_tensorflow_and_keras(module) -> None:
    program = f"import sys, {module}; print(*sorted({{'tensorflow', 'keras'}} & set(sys.modules)))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOUSE)
    assert done.stdout.split() == []
