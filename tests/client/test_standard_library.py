"""The client works in a bare Python, with nothing installed beside it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from local_server import serving

HOUSE = Path(__file__).parents[2]
FILES = [*sorted((HOUSE / "ecgzoo" / "client").glob("*.py")), HOUSE / "ecgzoo" / "errors.py"]
ASKING = """
import importlib.util, sys
sys.path.insert(0, sys.argv[1])
installed = [one for one in ("numpy", "keras", "tensorflow") if importlib.util.find_spec(one)]
from ecgzoo.client import Client
prediction = Client(sys.argv[2], "heart").predict([[[0.1], [0.2]]])[0]
print(installed, prediction.label, prediction.probabilities)
"""


def test_a_bare_python_asks_a_server() -> None:
    outputs = {
        "probabilities": [[0.75, 0.25]],
        "label": ["Normal"],
        "score": [0.75],
        "labels": [["Normal", "MI"]],
        "status": ["ok"],
    }
    body = json.dumps({"outputs": outputs}).encode()
    with serving(lambda *_: (200, body)) as address:
        command = [sys.executable, "-I", "-S", "-c", ASKING, str(HOUSE), address]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "[] Normal {'Normal': 0.75, 'MI': 0.25}\n", done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_client_imports_nothing_else(path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            own = name.split(".")[:2] in (["ecgzoo", "client"], ["ecgzoo", "errors"])
            assert own or name.split(".")[0] in sys.stdlib_module_names, name
