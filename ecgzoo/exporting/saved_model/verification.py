"""Verification: a version is as it was recorded, signed and described when it was exported."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.artifact.folder import EXTRA, RECORDED
from ecgzoo.artifact.preset import DESCRIPTION
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.errors import ExportError, PresetError
from ecgzoo.exporting.saved_model.contract import described_signatures, signature_shapes
from ecgzoo.exporting.saved_model.signing import changed_files, check_signature

FRESH_PROCESS = Path(__file__).with_name("fresh_process.py")
SHARES = ("probabilities", "score", "scores")
ABSOLUTE, RELATIVE = 1e-5, 1e-4


def verify(version: Path) -> list[str]:
    """Asks a version in a fresh process what was recorded, and compares the answers.

    Probabilities may differ by 1e-5, other numbers by 1e-4 of their maximum. It is loaded through
    TensorFlow's C API, as a model server loads it.

    Returns:
        The names of the signatures, all of which answer as was recorded.

    Raises:
        ExportError: if it does not load, or answers otherwise.
    """
    with np.load(version / EXTRA / RECORDED) as arrays:
        expected = _expected(arrays)
    answered = ask_fresh_process(version)
    said = [said for key in expected if (said := _difference(key, expected, answered))]
    if said:
        raise ExportError(f"{version} answers otherwise than Keras: {'; '.join(said)}")
    return sorted({key.partition("/")[0] for key in expected})


def ask_fresh_process(version: Path) -> dict[str, np.ndarray]:
    """The answers to what was recorded, by ``<signature>/<output>``.

    Raises:
        ExportError: if the version does not load, or a request fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.npz")
        paths = (FRESH_PROCESS, library(), version, version / EXTRA / RECORDED, answers)
        command = [sys.executable, "-I", *map(str, paths)]
        quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
        if done.returncode:
            raise ExportError(f"{version} does not load in a fresh process:\n{done.stderr[-2000:]}")
        with np.load(answers) as arrays:
            return dict(arrays)


def library() -> Path:
    """The shared library of TensorFlow's wheel, found without importing it.

    Raises:
        ExportError: if there is none.
    """
    wheel = importlib.util.find_spec("tensorflow")
    folders = (wheel.submodule_search_locations if wheel else None) or []
    found = [path for one in folders for path in sorted(Path(one).glob("libtensorflow_cc.*"))]
    if not found:
        raise ExportError(
            "expected libtensorflow_cc in the folder of tensorflow; install its wheel"
        )
    return found[0]


def _expected(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The recorded answers, by ``<signature>/<output>``."""
    answers = (key.split("/") for key in arrays if "/answer/" in key)
    return {
        f"{name}/{output}": arrays[f"{names}/{part}/{output}"]
        for names, part, output in answers
        for name in names.split("+")
    }


def _difference(
    key: str, expected: Mapping[str, np.ndarray], answered: Mapping[str, np.ndarray]
) -> str | None:
    """A sentence if an answer is not the expected one."""
    wanted, got = expected[key], answered.get(key)
    if got is None:
        return f"{key} is not answered"
    if got.shape != wanted.shape or got.dtype.kind != wanted.dtype.kind:
        return f"{key}: expected {wanted.dtype} {wanted.shape}; got {got.dtype} {got.shape}"
    if wanted.dtype.kind != "f":
        return None if (got == wanted).all() else f"{key}: expected {wanted}; got {got}"
    share = key.partition("/")[2] in SHARES
    allowed = ABSOLUTE if share else RELATIVE * float(np.abs(wanted).max())
    difference = float(np.abs(got - wanted).max())
    if difference <= allowed:  # NaN is no agreement
        return None
    return f"{key} differs by {difference:.2g}, more than {allowed:.2g}"


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
        PresetError: if it is no version that ``ecgzoo export`` wrote, or holds several.
    """
    if not (version / EXTRA).is_dir():
        raise PresetError(_no_version(version))
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


def _no_version(folder: Path) -> str:
    """What to say of a folder; a model's is mistaken for a version's."""
    if not (there := version_numbers(folder)):
        return f"{folder} is no version that `ecgzoo export` wrote"
    several = ", ".join(map(str, there))
    return f"expected one version; {folder} holds {several}: name one, {folder / str(there[-1])}"


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
