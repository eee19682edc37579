"""A served model's life: exported, tried out as a canary, promoted and rolled back.

    ECGZOO_MODEL_SERVER=/usr/bin/tensorflow_model_server python docs/serving_walkthrough.py

Exports a model twice into a folder of its own, the second time beside a running server, and checks
after each step which version answers for each label. Another model: name its run or preset. The
server's flags are those of `compose.yaml`. It takes a few minutes, most of them for the exports.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

PROGRAM = os.environ.get("ECGZOO_MODEL_SERVER") or shutil.which("tensorflow_model_server")
SECONDS = float(os.environ.get("ECGZOO_MODEL_SERVER_SECONDS", "600"))  # to load and to follow


def walk(source: str, root: Path) -> None:
    """Goes through all steps; SystemExit where the server does not follow one."""
    ecgzoo(root, "export", source, "--to", str(root))
    (model,) = (path.parent.name for path in root.glob("*/labels.json"))
    with serving(root) as (server, url):
        model_url = f"{url}/v1/models/{model}"
        expect(server, model_url, stable=1, canary=1)
        ecgzoo(root, "export", source, "--to", str(root), "--canary")
        expect(server, model_url, stable=1, canary=2)
        ecgzoo(root, "promote", model, "--exported", str(root))
        expect(server, model_url, stable=2, canary=2)
        ecgzoo(root, "rollback", model, "--exported", str(root))
        expect(server, model_url, stable=1, canary=1)


def ecgzoo(root: Path, *words: str) -> None:
    """Runs a command of ecgzoo; the server finds what it wrote."""
    print("$ ecgzoo", *words, flush=True)
    subprocess.run([sys.executable, "-m", "ecgzoo", *words], check=True)
    write_local_config(root)


def write_local_config(root: Path) -> None:
    """Copies models.config, where models lie in a container's /models, with their real places."""
    text = (root / "models.config").read_text(encoding="utf-8")
    draft = root / ".local.config"
    draft.write_text(text.replace('"/models/', f'"{root}/'), encoding="utf-8")
    draft.rename(root / "local.config")


@contextlib.contextmanager
def serving(root: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Runs the server on free ports, and gives its process and address."""
    if PROGRAM is None:
        raise SystemExit("no tensorflow_model_server on PATH: name one in $ECGZOO_MODEL_SERVER")
    rest, grpc = free_port(), free_port()
    command = [PROGRAM, f"--rest_api_port={rest}", f"--port={grpc}", *flags(root)]
    print("$", *command, flush=True)
    with (root / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield server, f"http://127.0.0.1:{rest}"
    except SystemExit:
        print((root / "server.log").read_text(encoding="utf-8", errors="replace"))
        raise
    finally:
        server.terminate()
        server.wait()


def flags(root: Path) -> list[str]:
    """Those of compose.yaml, but for the place of the models, and polls that nobody waits for."""
    text = (root / "compose.yaml").read_text(encoding="utf-8")
    shipped = dict(re.findall(r"^ +- --(\w+)=(\S+)", text, re.MULTILINE))
    ours = {
        "model_config_file": str(root / "local.config"),
        "model_config_file_poll_wait_seconds": "1",
    }
    return [f"--{name}={value}" for name, value in {**shipped, **ours}.items()]


def expect(server: subprocess.Popen[bytes], model_url: str, **labels: int) -> None:
    """Waits until each label is answered by its version."""
    end = time.monotonic() + SECONDS
    while (answered := {label: answering(model_url, label) for label in labels}) != labels:
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}")
        if time.monotonic() > end:
            raise SystemExit(f"expected {labels}; after {SECONDS:g} s the server has {answered}")
        time.sleep(0.2)
    print("the server answers:", ", ".join(f"{one} {labels[one]}" for one in labels), flush=True)


def answering(model_url: str, label: str) -> int | None:
    """The version that answers for a label; None without one, as while a server starts."""
    try:
        with urllib.request.urlopen(f"{model_url}/labels/{label}/metadata", timeout=60) as answer:
            return int(json.load(answer)["model_spec"]["version"])
    except (urllib.error.URLError, ConnectionError):
        return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        walk(sys.argv[1] if len(sys.argv) > 1 else "cnn1d.ecg_images", Path(folder))
