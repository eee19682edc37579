"""Parts of one's own: files and modules that register domains, encoders, fusions and models.

``ecgzoo --parts my_parts.py`` loads one. Other processes are handed what this one has.
"""

from __future__ import annotations

import importlib
import importlib.util
import pickle
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecgzoo.errors import PartsError
from ecgzoo.registry import TABLES, Registry

Entry = tuple[Registry, str, Any]
_loaded: list[str] = []


def load_parts(source: str | Path) -> None:
    """Runs a file, or imports a module, that registers parts; once in a process.

    Args:
        source: a ``.py`` file, or the dotted name of a module, which may lie in this folder.

    Raises:
        PartsError: if there is none, it fails, or it registers nothing.

    Example:
        >>> load_parts("my_parts.py")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PartsError: my_parts.py is missing: expected a .py file that registers parts
    """
    file = Path(source).resolve() if str(source).endswith(".py") else None
    name = str(file or source)
    if name in _loaded:
        return
    if file and not file.is_file():
        raise PartsError(f"{source} is missing: expected a .py file that registers parts")
    imported, before = name in sys.modules, [dict(table.entries) for table in TABLES]
    try:
        _run(file) if file else _import(name)
    except PartsError:
        raise
    except Exception as error:
        raise PartsError(f"{source} cannot be loaded: {_told(error, name)}") from error
    if not imported and before == [table.entries for table in TABLES]:
        raise PartsError(
            f"{source} registers nothing: expected a call of ecgzoo.register_domain, "
            "register_encoder, register_fusion or register_model in it"
        )
    _loaded.append(name)


def parts_options() -> list[str]:
    """The options by which another command line loads what this process loaded."""
    return [word for source in _loaded for word in ("--parts", source)]


@dataclass(frozen=True)
class Parts:
    """What a process knows, for another one: itself ready to be pickled.

    Attributes:
        sources: files and modules of parts.
        entries: kind, name, and the registered entry, pickled; None for one that cannot be.
    """

    sources: tuple[str, ...]
    entries: tuple[tuple[str, str, bytes | None], ...]

    @classmethod
    def of_this_process(cls) -> Parts:
        """What was loaded and registered here, by files, packages and scripts."""
        entries = ((table.kind, name, _pickled(entry)) for table, name, entry in _every_entry())
        return cls(tuple(_loaded), tuple(entries))

    def take_over(self) -> list[str]:
        """Registers them in this process too.

        Returns:
            What cannot be had here, such as ``"domain 'stft'"``.

        Example:
            >>> Parts.of_this_process().take_over()
            []
        """
        for source in self.sources:
            with suppress(PartsError):  # its names are told below
                load_parts(source)
        # All are read before one is registered: reading imports modules, which register theirs.
        entries = [(kind, name, _unpickled(entry)) for kind, name, entry in self.entries]
        tables, lacking = {table.kind: table for table in TABLES}, []
        for kind, name, entry in entries:
            if entry and kind in tables:
                tables[kind].entries[name] = entry
            elif kind not in tables or not _is_own(tables[kind].entries.get(name)):
                lacking.append(f"{kind} {name!r}")
        return lacking


def has_own_parts() -> bool:
    """Whether anything is registered that does not ship with ecgzoo, where all is told by name."""
    return any(_is_own(entry) for _, _, entry in _every_entry())


def _every_entry() -> Iterator[Entry]:
    for table in TABLES:
        table.names()  # with those of installed packages
        yield from ((table, name, entry) for name, entry in table.entries.items())


def _is_own(entry: Any) -> bool:
    return entry is not None and not isinstance(entry[0], str)


def _pickled(entry: Any) -> bytes | None:
    """The entry's bytes, in which a function stands by its name; None where it has none."""
    try:
        return pickle.dumps(entry)
    except Exception:  # of any kind, by what the user's objects are
        return None


def _unpickled(entry: bytes | None) -> Any:
    try:
        return pickle.loads(entry) if entry else None
    except Exception:
        return None


def _run(file: Path) -> None:
    name = file.stem if file.stem not in sys.modules else f"parts_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # by which what it defines is pickled
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


def _import(name: str) -> None:
    here = str(Path.cwd())  # counts as under `python -m`, but last, so that it hides nothing
    if here not in sys.path:
        sys.path.append(here)
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise PartsError(
                f"no module is called {name}: expected one, or a file that ends in .py"
            ) from None
        raise


def _told(error: Exception, file: str) -> str:
    """The error, and the last line of the file on the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    where = f"line {lines[-1]}: " if lines else ""
    return f"{where}{type(error).__name__}: {error}"
