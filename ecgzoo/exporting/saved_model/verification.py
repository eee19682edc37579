"""Verification: an exported version answers as was recorded, in a fresh process without ecgzoo."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ecgzoo.artifact.folder import EXTRA, RECORDED
from ecgzoo.errors import ExportError

FRESH_PROCESS = Path(__file__).with_name("fresh_process.py")
PROBABILITIES = ("probabilities", "score", "scores")
ABSOLUTE, RELATIVE = 1e-5, 1e-4


def verify(version: Path) -> list[str]:
    """Asks a version in a fresh process what was recorded, and compares the answers.

    Probabilities may differ by 1e-5, other numbers by 1e-4 of their maximum.

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
        paths = (FRESH_PROCESS, version, version / EXTRA / RECORDED, answers)
        command = [sys.executable, "-I", *map(str, paths)]
        quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
        if done.returncode:
            raise ExportError(f"{version} does not load in a fresh process:\n{done.stderr[-2000:]}")
        with np.load(answers) as arrays:
            return dict(arrays)


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
    share = key.partition("/")[2] in PROBABILITIES
    allowed = ABSOLUTE if share else RELATIVE * float(np.abs(wanted).max())
    difference = float(np.abs(got - wanted).max())
    if difference <= allowed:  # NaN is no agreement
        return None
    return f"{key} differs by {difference:.2g}, more than {allowed:.2g}"
