"""TensorFlow's own command line loads an export and answers as Keras does."""

import subprocess
import sys

import numpy as np
import pytest
from small_presets import SPEC, heartbeats

pytestmark = pytest.mark.whole

CLI = "from tensorflow.python.tools.saved_model_cli import main; main()"


def run(*arguments) -> str:
    command = [sys.executable, "-I", "-c", CLI, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_saved_model_cli_runs_it(export_small, tmp_path) -> None:
    one = export_small("hybrid1")
    signals, given = heartbeats(SPEC, 3), tmp_path / "signal.npy"
    np.save(given, signals)
    asked = ("--tag_set", "serve", "--signature_def", "serving_default")
    run("run", "--dir", one.version, *asked, "--inputs", f"signal={given}", "--outdir", tmp_path)
    expected = np.asarray(one.model(signals, training=False))
    found = np.load(tmp_path / "probabilities.npy")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
