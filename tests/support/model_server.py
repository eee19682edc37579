"""Runs TensorFlow Serving's own model server, where there is one, for the tests to ask."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ecgzoo.client import Client

NAMED_BY = "ECGZOO_MODEL_SERVER"
PROGRAM = "tensorflow_model_server"
# A machine that has other things to do as well takes minutes to warm up a model.
SECONDS_TO_START = float(os.environ.get(f"{NAMED_BY}_SECONDS", "600"))
WITHOUT = f"no {PROGRAM} on PATH, and ${NAMED_BY} names none"


def model_server() -> str | None:
    """The server's program, or None where there is none."""
    return os.environ.get(NAMED_BY) or shutil.which(PROGRAM)


@contextmanager
def real(
    models: Mapping[str, Path],
    labels: Mapping[str, Mapping[str, int]] | None = None,
    folder: Path = Path(),
) -> Iterator[str]:
    """Serves every version of models while the context lasts, and gives the address.

    Args:
        models: the folder of each model's versions, by the model's name.
        labels: versions by their labels, by the model's name.
        folder: for the configuration and what the server prints.
    """
    rest, grpc = _free_port(), _free_port()
    config = folder / "models.config"
    config.write_text(configuration(models, labels or {}), encoding="utf-8")
    command = [
        str(model_server()),
        f"--rest_api_port={rest}",
        f"--port={grpc}",
        f"--model_config_file={config}",
        "--allow_version_labels_for_unavailable_models=true",
        "--max_num_load_retries=0",
    ]
    address = f"http://127.0.0.1:{rest}"
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            for name in models:
                Client(address, name).wait(SECONDS_TO_START)
            yield address
        finally:
            server.terminate()


def configuration(models: Mapping[str, Path], labels: Mapping[str, Mapping[str, int]]) -> str:
    """A ModelServerConfig in protobuf's text format."""
    return (
        "model_config_list {\n"
        + "".join(
            f'  config {{\n    name: "{name}"\n    base_path: "{folder.resolve()}"\n'
            '    model_platform: "tensorflow"\n    model_version_policy { all {} }\n'
            + "".join(
                f'    version_labels {{ key: "{label}" value: {version} }}\n'
                for label, version in labels.get(name, {}).items()
            )
            + "  }\n"
            for name, folder in models.items()
        )
        + "}\n"
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
