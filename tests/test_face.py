"""The face: `dir(ecgzoo)` shows what a zoo is expected to offer, and all of it is there."""

import ast
import importlib
from pathlib import Path

import pytest

import ecgzoo
from ecgzoo import errors

OFFERED = [
    "build",
    "create_model",
    "list_models",
    "list_presets",
    "load",
    "embed",
    "explain",
    "finetune",
    "export",
    "save_preset",
    "describe",
    "Client",
    "SignalSpec",
    "register_domain",
    "register_encoder",
    "register_fusion",
    "register_model",
    "EcgzooError",
    "__version__",
]
ROOMS = {
    path.parent.name
    for path in Path(ecgzoo.__file__).parent.glob("*/__init__.py")
    if "__all__" in path.read_text(encoding="utf-8")
}


def for_type_checkers() -> set[str]:
    """Names that the face imports, at once or for type checkers."""
    nodes = ast.walk(ast.parse(Path(ecgzoo.__file__).read_text(encoding="utf-8")))
    imported = (node for node in nodes if isinstance(node, ast.ImportFrom))
    names = {alias.asname or alias.name for node in imported for alias in node.names}
    return names - {"TYPE_CHECKING", "lazy"}


@pytest.mark.parametrize("name", OFFERED)
def test_it_offers_what_a_zoo_is_expected_to_have(name) -> None:
    assert name in dir(ecgzoo)
    assert getattr(ecgzoo, name)


def test_create_model_is_build() -> None:
    assert ecgzoo.create_model is ecgzoo.build


def test_every_kind_of_error_is_on_the_face_and_of_one_family() -> None:
    kinds = {
        n
        for n, one in vars(errors).items()
        if isinstance(one, type) and one.__module__ == errors.__name__ and not n.endswith("Warning")
    }
    assert kinds <= set(dir(ecgzoo))
    assert all(issubclass(getattr(errors, kind), ecgzoo.EcgzooError) for kind in kinds)


def test_all_errors_are_defined_in_one_file() -> None:
    house = Path(ecgzoo.__file__).parents[1]
    files = [*(house / "ecgzoo").rglob("*.py"), *(house / "tf_data").rglob("*.py")]
    elsewhere = [
        f"{path.name}: {node.name}"
        for path in files
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    ]
    assert elsewhere == []


def test_type_checkers_see_what_is_there() -> None:
    assert for_type_checkers() | {"create_model", "__version__"} == set(dir(ecgzoo))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'ecgzoo' has no attribute 'bild'"):
        ecgzoo.__getattr__("bild")


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_face_gives_no_module_for_a_name(room) -> None:
    # A file of the room with the name of what it holds would stand in its place once imported.
    house = Path(ecgzoo.__file__).parent / room
    files = {path.stem for path in house.iterdir() if path.suffix == ".py" or path.is_dir()}
    face = importlib.import_module(f"ecgzoo.{room}")
    if not hasattr(face, "__getattr__"):  # its names are imported at once, behind its files
        files = set()
    assert files & set(face.__all__) == set()
