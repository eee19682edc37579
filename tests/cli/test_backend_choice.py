"""A backend of Keras that is not installed is a sentence, in Python and on the command line."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.whole

SAID = "KERAS_BACKEND is {}, which is not installed"
PROGRAMS = {
    "python": ["-c", "import ecgzoo; ecgzoo.build('cnn1d')"],
    "command line": ["-m", "ecgzoo", "describe", "hybrid2"],
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_backend_that_is_not_installed(tmp_path, backend, program) -> None:
    (tmp_path / f"{backend}.py").write_text(f"raise ModuleNotFoundError(name={backend!r})")
    paths = [str(tmp_path), *filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")])]
    asked = {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, *PROGRAMS[program]],
        capture_output=True,
        text=True,
        env=os.environ | asked,
    )
    last = done.stderr.strip().splitlines()[-1]
    assert SAID.format(backend) in last
    assert done.returncode == 1
    assert program == "python" or "Traceback" not in done.stderr
