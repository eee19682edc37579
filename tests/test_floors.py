"""The floors of the house: a room imports only from lower floors, and TensorFlow stays in few."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FLOORS = {
    room: floor
    for floor, rooms in enumerate(
        (
            "errors lazy processes quiet version",
            "beam signal_spec limb_leads registry files features evaluation client",
            "bands",
            "domains pages encoders artifact parts",
            "fusion",
            "models",
            "explanation layers",
            "training exporting",
            "report prediction",
            "__init__ app",
            "cli",
            "__main__",
        )
    )
    for room in rooms.split()
}
FACE = "__init__"  # of the root package
USERS_OF_TF_DATA = {"app", "cli", "report", "prediction", "training"}
USERS_OF_TENSORFLOW = ("tf_data/", "ecgzoo/exporting/", "ecgzoo/training/", "ecgzoo/explanation/")
FILES_WITH_TENSORFLOW = {"ecgzoo/pages/decode.py", "ecgzoo/quiet.py"}


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
    """The room of a dotted name or path; None for other libraries."""
    parts = name.split(".")
    if parts[0] == "tf_data":
        return "tf_data"
    if parts[0] != "ecgzoo":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in FLOORS else FACE


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def allowed(who: str, whom: str) -> bool:
    if who == whom:
        return True
    if who == "tf_data":
        return FLOORS[whom] <= FLOORS["domains"]
    if whom == "tf_data":
        return who in USERS_OF_TF_DATA
    return FLOORS[whom] < FLOORS[who]


def breaches(path: Path) -> list[str]:
    name = module_of(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    imported = imports((HOUSE / path).read_text(encoding="utf-8"), package)
    rooms = ((one, room(one)) for one in imported)
    who = room(name) or ""
    return [one for one, whom in rooms if whom is not None and not allowed(who, whom)]


def uses_tensorflow(path: Path) -> bool:
    source = (HOUSE / path).read_text(encoding="utf-8")
    return any(name.split(".")[0] == "tensorflow" for name in imports(source))


def may_use_tensorflow(path: Path) -> bool:
    name = path.as_posix()
    return name.startswith(USERS_OF_TENSORFLOW) or name in FILES_WITH_TENSORFLOW


def test_contributing_tells_the_floors() -> None:
    page = (HOUSE / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE)
    told = {
        Path(name).stem: int(floor) for floor, cell in rows for name in re.findall("`(.+?)`", cell)
    }
    assert told == {one: floor for one, floor in FLOORS.items() if one != "__main__"}


@pytest.mark.parametrize("path", files(), ids=str)
def test_a_room_imports_only_from_lower_floors(path) -> None:
    assert breaches(path) == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.parts[1].removesuffix(".py") for path in files() if path.parts[0] == "ecgzoo"}
    assert rooms - {"weights"} <= set(FLOORS)


def test_the_registrys_names_are_imported_late_and_from_higher_floors_only_as_strings() -> None:
    source = (HOUSE / "ecgzoo" / "registry.py").read_text(encoding="utf-8")
    own = [name for name in imports(source) if name.startswith(("ecgzoo", "tf_data"))]
    assert [name for name in own if not name.startswith("ecgzoo.errors")] == []


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
        ("cli", FACE, True),
        ("report", FACE, False),
        ("models", "artifact", True),
        ("artifact", "models", False),
        ("training", "exporting", False),
        ("exporting", "training", False),
        ("domains", "encoders", False),
        ("exporting", "tf_data", False),
        ("tf_data", "artifact", True),
        ("tf_data", "models", False),
        ("training", "tf_data", True),
        ("evaluation", "registry", False),
    ],
)
def test_what_is_allowed(who, whom, may) -> None:
    assert allowed(who, whom) is may


@pytest.mark.parametrize(
    "module", ["ecgzoo", "ecgzoo.cli", "ecgzoo.registry", "ecgzoo.artifact.resolution"]
)
def test_import_is_quick_for_want_of_tensorflow_and_keras(module) -> None:
    program = f"import sys, {module}; print(*sorted({{'tensorflow', 'keras'}} & set(sys.modules)))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOUSE)
    assert done.stdout.split() == []
