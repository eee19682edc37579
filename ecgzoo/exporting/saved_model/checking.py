"""Checking a published version: its files, its signatures, its answers and who signed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.artifact.folder import EXTRA
from ecgzoo.artifact.preset import DESCRIPTION
from ecgzoo.errors import PresetError
from ecgzoo.exporting.saved_model.contract import described_signatures, signature_shapes
from ecgzoo.exporting.saved_model.digests import changed_files
from ecgzoo.exporting.saved_model.signing import check_signature
from ecgzoo.exporting.saved_model.verification import verify

UNSIGNED = "not asked, since the signature is not as it should be"
CHANGED = "not asked, since the files are not as they were exported"


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
        The checks, one by one. The graph is run for the last one, in a fresh process, which takes
        seconds; it is not run if its files or its signature are not as they should be.

    Raises:
        PresetError: if it is no version that ``ecgzoo export`` wrote.
    """
    if not (version / EXTRA).is_dir():
        raise PresetError(f"{version} is no version that `ecgzoo export` wrote")
    refused: tuple[str, ...] = ()
    if public_key is not None:
        refused = _said(lambda: check_signature(version, public_key))
        yield Check("signed", refused)
    changed = tuple(changed_files(version))
    yield Check("files", changed)
    yield Check("signatures", _said(lambda: _check_signatures(version)))
    # A graph can read and write files: one that is not what was signed or exported is not run.
    if refused or changed:
        yield Check("answers", (UNSIGNED if refused else CHANGED,))
    else:
        yield Check("answers", _said(lambda: verify(version)))


def _check_signatures(version: Path) -> None:
    expected, found = described_signatures(version), signature_shapes(version)
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
