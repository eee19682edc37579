"""`pip install --no-deps .` is all that the client needs to ask an exported model."""

import json
import shutil
import subprocess
import venv
from pathlib import Path

import numpy as np
import pytest
from rest_server import stand_in
from small_presets import SPEC, heartbeats

HOUSE = Path(__file__).parents[2]
SOURCES = ("ecgzoo", "tf_data", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
ASKING = """
import importlib.util, json, sys
from ecgzoo.client import Client
installed = [one for one in ("numpy", "keras", "tensorflow") if importlib.util.find_spec(one)]
signals = json.load(open(sys.argv[2]))
rows = [list(one.probabilities.values()) for one in Client(sys.argv[1], "cnn1d").predict(signals)]
print(json.dumps({"installed": installed, "rows": rows, "file": sys.modules["ecgzoo"].__file__}))
"""


@pytest.mark.slow
def test_installed_without_what_it_depends_on_the_client_asks(export_small, tmp_path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in SOURCES:  # building writes into the source
        copy = shutil.copytree if (HOUSE / name).is_dir() else shutil.copyfile
        copy(HOUSE / name, source / name)
    venv.create(tmp_path / "bare", with_pip=True)
    python = tmp_path / "bare" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", str(source)]
    subprocess.run(install, check=True, timeout=300)

    one, signals = export_small("cnn1d"), heartbeats(SPEC, 2)
    (tmp_path / "signals.json").write_text(json.dumps(signals.tolist()))
    with stand_in({"cnn1d": one.version.parent}) as address:
        command = [python, "-I", "-c", ASKING, address, str(tmp_path / "signals.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["installed"] == []
    assert Path(answer["file"]).is_relative_to(tmp_path / "bare")
    expected = np.asarray(one.model(signals, training=False))
    np.testing.assert_allclose(answer["rows"], expected, rtol=0, atol=1e-5)
