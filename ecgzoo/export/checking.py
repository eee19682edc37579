"""Checking a published version: its files, its signatures, its answers and who signed it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.artifact.preset import CONTRACT, DESCRIPTION
from ecgzoo.errors import PresetError
from ecgzoo.export.beside_graph import EXTRA
from ecgzoo.export.contract import signature_shapes
from ecgzoo.export.digests import changed_files
from ecgzoo.export.signing import check_signature
from ecgzoo.export.verification import verify


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes:
        name: what.
        problems: a sentence for each thing that is not as it was.
    """

    name: str
    problems: tuple[str, ...]


def check_version(version: Path, public_key: Path | None = None) -> Iterator[Check]:
    """Checks a version against what was recorded when it was exported.

    Args:
        version: the version's folder.
        public_key: if given, the signature is checked too.

    Yields:
        The checks, one by one; the answers take a fresh process, and seconds.

    Raises:
        PresetError: if it is no version that ``ecgzoo export`` wrote.
    """
    if not (version / EXTRA).is_dir():
        raise PresetError(f"{version} is no version that `ecgzoo export` wrote")
    refused: tuple[str, ...] = ()
    if public_key is not None:
        refused = _said(lambda: check_signature(version, public_key))
        yield Check("signed", refused)
    yield Check("files", tuple(changed_files(version)))
    yield Check("signatures", _said(lambda: _check_signatures(version)))
    # A graph can read and write files: one that somebody else signed is not run.
    unasked = ("not asked, since the signature is not as it should be",)
    yield Check("answers", unasked if refused else _said(lambda: verify(version)))


def _check_signatures(version: Path) -> None:
    description = json.loads((version / EXTRA / DESCRIPTION).read_text(encoding="utf-8"))
    expected, found = description[CONTRACT]["signatures"], signature_shapes(version)
    differ = [name for name in sorted({*expected, *found}) if expected.get(name) != found.get(name)]
    if differ:
        raise ValueError(f"{', '.join(differ)}: not as {EXTRA}/{DESCRIPTION} describes")


def _said(check: Callable[[], object]) -> tuple[str, ...]:
    """What a check has to say; a damaged file is a finding, whatever its reader raises."""
    try:
        check()
    except (OSError, ValueError, RuntimeError) as error:
        return (str(error),)
    except Exception as error:
        return (f"cannot be read: {type(error).__name__}: {error}",)
    return ()
