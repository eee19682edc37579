"""Digests: the SHA-256 of every file of a version, in the format of ``sha256sum``.

Without ecgzoo, in the version's folder: ``sha256sum --check assets.extra/SHA256SUMS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ecgzoo.artifact.folder import DIGESTS, EXTRA, SIGNED
from ecgzoo.artifact.preset import digest


def write_digests(version: Path) -> None:
    """Writes the digests of all files that are there."""
    lines = (f"{digest(version / name)}  {name}\n" for name in _files(version))
    (version / EXTRA / DIGESTS).write_text("".join(lines), encoding="utf-8")


def changed_files(version: Path) -> list[str]:
    """A sentence for every file that was added, changed or removed since.

    Example:
        >>> import tempfile
        >>> version = Path(tempfile.mkdtemp())
        >>> (version / EXTRA).mkdir()
        >>> write_digests(version)
        >>> changed_files(version)
        []
        >>> (version / "new").touch()
        >>> changed_files(version)
        ['new was added']
    """
    path = version / EXTRA / DIGESTS
    if not path.is_file():
        return [f"{EXTRA}/{DIGESTS} is missing"]
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    expected = {name: known for known, _, name in (line.partition("  ") for line in lines)}
    return differences(version, expected, _files(version))


def differences(version: Path, expected: Mapping[str, str], there: Iterable[str]) -> list[str]:
    """A sentence for every file that is not as expected.

    Args:
        version: the version's folder.
        expected: digests by the files' names.
        there: names of the files that are there.
    """
    there = sorted(there)
    said = {name: "was removed" for name in expected.keys() - set(there)}
    for name in there:
        if name not in expected:
            said[name] = "was added"
        elif digest(version / name) != expected[name]:
            said[name] = "was changed"
    return [f"{name} {what}" for name, what in sorted(said.items())]


def signed_files(version: Path) -> list[str]:
    """Names of all files, links among them, but for the signature, which is over them."""
    found = (path.relative_to(version).as_posix() for path in version.rglob("*") if _is_file(path))
    return sorted(set(found) - {f"{EXTRA}/{SIGNED}"})


def _files(version: Path) -> list[str]:
    """Those but for the digests, which are of them."""
    return [name for name in signed_files(version) if name != f"{EXTRA}/{DIGESTS}"]


def _is_file(path: Path) -> bool:
    return path.is_file() or path.is_symlink()
