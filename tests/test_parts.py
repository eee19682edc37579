"""Parts of one's own: files, modules and packages of them, and other processes that need them."""

import subprocess
import sys
from pathlib import Path

import pytest

import ecgzoo
from ecgzoo import parts, registry
from ecgzoo.cli import parts_first
from ecgzoo.cli.cross_validation import helpers
from ecgzoo.errors import PartsError, PartsWarning
from ecgzoo.parts import Parts, has_own_parts, load_parts, parts_options
from ecgzoo.registry import ENCODERS, MODELS, TABLES

HOUSE = Path(__file__).parents[1]
MINE = """
import ecgzoo


def mine(tensor, name):
    '''Mine.'''


ecgzoo.register_encoder("mine", mine)
ecgzoo.register_encoder("nameless", lambda tensor, name: None)
"""


@pytest.fixture(autouse=True)
def apart(monkeypatch, tmp_path):
    """What a test loads is gone after it."""
    for table in TABLES:
        monkeypatch.setattr(table, "entries", dict(table.entries))
    monkeypatch.setattr(parts, "_loaded", [])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("my_", "parts_my_")):
            del sys.modules[name]


def test_a_file_is_run_once_and_told_to_other_command_lines(tmp_path) -> None:
    assert not has_own_parts()
    Path("my_parts.py").write_text(MINE)
    load_parts("my_parts.py")
    load_parts(tmp_path / "my_parts.py")
    assert ENCODERS.get("mine").__doc__ == "Mine."
    assert has_own_parts()
    assert parts_options() == ["--parts", str(tmp_path / "my_parts.py")]


def test_a_module_is_imported_from_this_folder_too() -> None:
    Path("my_package").mkdir()
    Path("my_package", "deep.py").write_text(MINE)
    load_parts("my_package.deep")
    assert "mine" in ENCODERS
    assert parts_options() == ["--parts", "my_package.deep"]


def test_a_module_that_is_imported_already_has_registered_its_parts_already() -> None:
    Path("my_module.py").write_text(MINE)
    sys.path.append(str(Path.cwd()))
    __import__("my_module")
    load_parts("my_module")
    assert parts_options() == ["--parts", "my_module"]


@pytest.mark.parametrize(
    ("source", "content", "message"),
    [
        ("absent.py", None, "absent.py is missing: expected a .py file that registers parts"),
        (
            "my_absent.deep",
            None,
            "no module is called my_absent.deep: expected one, or a file that ends in .py",
        ),
        (
            "my_parts.py",
            "import os\n\nnothing()",
            "my_parts.py cannot be loaded: line 3: NameError: name 'nothing' is not defined",
        ),
        (
            "my_module",
            "import my_other_module",
            "my_module cannot be loaded: ModuleNotFoundError: No module named 'my_other_module'",
        ),
        (
            "my_parts.py",
            "import ecgzoo",
            "my_parts.py registers nothing: expected a call of ecgzoo.register_domain, "
            "register_encoder, register_fusion or register_model in it",
        ),
        (
            "my_parts.py",
            "import ecgzoo; ecgzoo.register_encoder('conv1d', len)",
            "my_parts.py cannot be loaded: line 1: ValueError: encoder 'conv1d' is registered "
            "already; pass replace=True",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_a_sentence(source, content, message) -> None:
    if content:
        Path(source).with_suffix(".py").write_text(content)
    with pytest.raises(PartsError) as caught:
        load_parts(source)
    assert str(caught.value) == message
    assert parts_options() == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("train mine --parts a.py", "--parts a.py train mine"),
        ("--parts a.py train mine --parts b", "--parts a.py --parts b train mine"),
        ("train --parts=a.py mine", "--parts=a.py train mine"),
        ("predict -- --parts", "predict -- --parts"),
        ("list", "list"),
    ],
)
def test_the_option_may_stand_anywhere(given, expected) -> None:
    assert parts_first(given.split()) == expected.split()


def run(*words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ecgzoo", *words]
    folders = ":".join(map(str, filter(None, (HOUSE, path))))
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PYTHONPATH": folders}
    )


def test_the_option_without_a_file_is_a_sentence() -> None:
    done = run("list", "--parts")
    said = "error: --parts is followed by nothing: expected a .py file, or a module's name\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_the_help_shows_the_option_with_an_example() -> None:
    shown = " ".join(run("--help").stdout.replace("│", " ").split())
    assert "ecgzoo train mine --parts my_parts.py" in shown


@pytest.fixture
def packages(tmp_path):
    """Two installed packages: one registers models by a module and a function, one is broken."""
    site = tmp_path / "site"
    offered = {
        "fine": "module = my_fine\nfunction = my_fine:more",
        "broken": "parts = my_broken",
    }
    for name, entries in offered.items():
        folder = site / f"{name}-1.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (folder / "entry_points.txt").write_text(f"[ecgzoo.parts]\n{entries}\n")
    (site / "my_broken.py").write_text("1 / 0")
    (site / "my_fine.py").write_text(
        "import ecgzoo\n"
        "ecgzoo.register_model('my_one', 'json:loads', domains=('time',))\n"
        "assert 'my_two' not in ecgzoo.list_models()\n"
        "def more():\n"
        "    ecgzoo.register_model('my_two', 'json:loads', domains=('time',))\n"
    )
    return site


SAID = (
    "the parts 'my_broken' of the package broken are left out: ZeroDivisionError: division by "
    "zero. Mend the package, or uninstall it."
)


def test_packages_are_loaded_when_names_are_listed_and_a_broken_one_stops_nothing(packages) -> None:
    done = run("list", "my_*", path=packages)
    assert (done.returncode, done.stderr) == (0, f"warning: {SAID}\n")
    assert "my_one" in done.stdout
    assert "my_two" in done.stdout


@pytest.mark.parametrize("ask", [MODELS.info, MODELS.__contains__])
def test_packages_are_loaded_once_and_not_before_a_name_is_missed(
    packages, monkeypatch, ask
) -> None:
    monkeypatch.setattr(registry, "_groups", ["ecgzoo.parts"])
    sys.path.append(str(packages))
    assert ask("cnn1d")
    assert "my_fine" not in sys.modules
    with pytest.warns(PartsWarning) as caught:
        assert ask("my_two")
    assert [str(one.message) for one in caught] == [SAID]
    assert "my_three" not in MODELS


def test_another_process_takes_over_what_has_a_name_or_a_file(monkeypatch) -> None:
    Path("my_parts.py").write_text(MINE)
    load_parts("my_parts.py")
    ecgzoo.register_encoder("another", lambda tensor, name: None)
    ecgzoo.register_model("by_name", "json:loads", domains=("time",))
    handed = Parts.of_this_process()
    for table in TABLES:
        for name in ("mine", "nameless", "another", "by_name"):
            table.entries.pop(name, None)
    monkeypatch.setattr(parts, "_loaded", [])
    del sys.modules["my_parts"]
    assert handed.take_over() == ["encoder 'another'"]
    assert {"mine", "nameless"} <= set(ENCODERS)
    assert MODELS.info("by_name") == {"domains": ("time",)}


def test_helpers_are_handed_parts_and_a_warning_names_what_they_lack(tmp_path) -> None:
    Path("my_parts.py").write_text(MINE)
    load_parts("my_parts.py")
    with helpers(1, [], tmp_path):
        pass  # without a warning
    ecgzoo.register_fusion("here", lambda features: None, category="single-level")
    with pytest.warns(PartsWarning) as caught, helpers(1, [], tmp_path):
        pass
    assert str(caught[0].message) == (
        "the helpers of --jobs lack the fusion 'here': what this process alone made cannot be "
        "handed over. Runs that need it are left to this process. Put it in a file of its own, "
        "and pass that by --parts or import it."
    )
