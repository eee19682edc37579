"""Asks exported models in a fresh process without ecgzoo: from Python, or through the C API."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from made_once import made_once

from ecgzoo.exporting.saved_model import c_api
from ecgzoo.exporting.saved_model.verification import library

PYTHON = """
import pickle, sys
sys.modules["ecgzoo"] = None
import tensorflow as tf
models, answers = {}, []
for folder, signature, feeds in pickle.load(open(sys.argv[1], "rb")):
    if folder not in models:
        models[folder] = tf.saved_model.load(folder).signatures
    try:
        answer = models[folder][signature](**{k: tf.constant(v) for k, v in feeds.items()})
        answers.append({key: tensor.numpy() for key, tensor in answer.items()})
    except (tf.errors.OpError, TypeError, ValueError) as error:
        answers.append(str(error))
pickle.dump(answers, open(sys.argv[2], "wb"))
"""


C_API = """
import importlib.util, pickle, sys
spec = importlib.util.spec_from_file_location("c_api", sys.argv[4])
c_api = importlib.util.module_from_spec(spec)
spec.loader.exec_module(c_api)
library, sessions, answers = c_api.Library(sys.argv[3]), {}, []
for folder, signature, feeds in pickle.load(open(sys.argv[1], "rb")):
    if folder not in sessions:
        sessions[folder] = c_api.Session(library, folder)
    try:
        answers.append(sessions[folder].run(signature, feeds))
    except RuntimeError as error:
        answers.append(str(error))
assert not {"tensorflow", "ecgzoo"} & set(sys.modules)
pickle.dump(answers, open(sys.argv[2], "wb"))
"""


Answers = dict[str, dict[str, np.ndarray] | str]


@dataclass(frozen=True)
class Job:
    """One request: the model's folder, the signature, and what it is fed."""

    folder: Path
    signature: str
    feeds: Mapping[str, np.ndarray]


def ask(way: str, jobs: Mapping[str, Job], scratch: Path) -> Answers:
    """Answers of one fresh process to all jobs; for a request that failed, the message."""
    asked, answered = scratch / f"{way}-jobs.pickle", scratch / f"{way}-answers.pickle"
    plain = [(str(job.folder), job.signature, dict(job.feeds)) for job in jobs.values()]
    asked.write_bytes(pickle.dumps(plain))
    program = {"python": PYTHON, "c_api": C_API}[way]
    files = (asked, answered, library(), Path(c_api.__file__))
    command = [sys.executable, "-I", "-c", program, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(jobs, pickle.loads(answered.read_bytes()), strict=True))


def ask_once(way: str, jobs: Callable[[], Mapping[str, Job]], folder: Path) -> Answers:
    """The same, asked once in a run of the tests; the folder keeps the answers."""
    kept = Path("answers.pickle")

    def fill(draft: Path) -> None:
        (draft / kept).write_bytes(pickle.dumps(ask(way, jobs(), draft)))

    return pickle.loads((made_once(folder, fill) / kept).read_bytes())
