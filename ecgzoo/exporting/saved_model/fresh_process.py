"""A fresh process without ecgzoo that asks a version what was recorded: what loads there, serves.

It is run as ``python -I fresh_process.py LIBRARY VERSION RECORDED ANSWERS``, with the path of
``libtensorflow_cc`` first, and writes an array per output, called ``<signature>/<output>``.
TensorFlow's Python is not imported: the version is loaded as a model server loads it, and its graph
is run as it was written, without the server's optimiser.
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np


def main(library: str, version: str, recorded: str, answers: str) -> None:
    """Loads the version, asks every signature, and writes the answers."""
    c_api = _beside("c_api")
    session = c_api.Session(c_api.Library(library), version, optimised=False)
    asked = {
        signature: {name: _strings(x) if isinstance(x, list) else x for name, x in one.items()}
        for signature, one in requests(np.load(recorded)).items()
    }
    found = {}
    for signature, answer in _answers(session, asked).items():
        for output, value in answer.items():
            found[f"{signature}/{output}"] = value.astype("S") if value.dtype == object else value
    np.savez(answers, **found)


def _answers(session: Any, asked: dict) -> dict:
    """All answers together, which is quick; one by one if that fails, to tell which does."""
    try:
        return session.run_together(asked)
    except RuntimeError as together:
        for signature, inputs in asked.items():
            try:
                session.run(signature, inputs)
            except RuntimeError as error:
                sys.exit(f"signature {signature}: {error}")
        raise together


def _beside(name: str) -> Any:
    """The module of a file beside this one, which an isolated process does not find."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


def _strings(rows: list) -> np.ndarray:
    found = np.empty(len(rows), object)
    found[:] = rows
    return found


def requests(arrays: dict) -> dict:
    """The recorded inputs by name, for each signature."""
    found: dict = {}
    for key in sorted(arrays, key=row):
        names, part, name, *_ = key.split("/")
        if part == "answer":
            continue
        value = arrays[key]
        for signature in names.split("+"):
            inputs = found.setdefault(signature, {})
            if part == "inputs":
                inputs[name] = value
            else:
                inputs.setdefault(name, []).append(value.tobytes())
    return found


def row(key: str) -> int:
    """Where a row of bytes stands in its input, which ends its key; other arrays come first."""
    last = key.rpartition("/")[2]
    return int(last) if last.isdecimal() else -1


if __name__ == "__main__":
    main(*sys.argv[1:])
