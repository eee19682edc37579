"""Asks exported models in a fresh process without ecgzoo: from Python, or through the C API."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

C_API = Path(__file__).with_name("c_api.py")

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


@dataclass(frozen=True)
class Job:
    """One request: the model's folder, the signature, and what it is fed."""

    folder: Path
    signature: str
    feeds: Mapping[str, np.ndarray]


def ask(way: str, jobs: Mapping[str, Job], scratch: Path) -> dict[str, dict[str, np.ndarray] | str]:
    """Answers of one fresh process to all jobs; for a request that failed, the message."""
    asked, answered = scratch / f"{way}-jobs.pickle", scratch / f"{way}-answers.pickle"
    plain = [(str(job.folder), job.signature, dict(job.feeds)) for job in jobs.values()]
    asked.write_bytes(pickle.dumps(plain))
    program = {"python": ["-c", PYTHON], "c_api": [str(C_API), str(library())]}[way]
    command = [sys.executable, "-I", *program, str(asked), str(answered)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(jobs, pickle.loads(answered.read_bytes()), strict=True))


def library() -> Path:
    """The shared library of TensorFlow's wheel."""
    return Path(importlib.util.find_spec("tensorflow").origin).with_name("libtensorflow_cc.so.2")
