"""Configuration: the files that a model server reads beside the versions."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from ecgzoo.artifact.labels import Labels, labelled_models
from ecgzoo.files.atomic import update_text

SHIPPED = ("batching.config", "compose.yaml")  # as they lie beside this file
HEADER = "# Written by ecgzoo at every export, rollback and prune; changes are lost.\n"
# A server assigns labels before it loads versions, and refuses the whole file where a label moves
# to a version that is not loaded. So versions must load without being named here: every one that is
# there, also the one that is only about to be labelled, or that a rollback may go back to.
POLICY = "model_version_policy { all { } }"


def _models_config(models: Mapping[str, Labels]) -> str:
    """The server's ``ModelServerConfig`` as text: each model with its labels."""
    entries = "".join(_entry(name, labels) for name, labels in models.items())
    return f"{HEADER}model_config_list {{\n{entries}}}\n"


def _entry(name: str, labels: Labels) -> str:
    lines = [
        f"name: {_quoted(name)}",
        f"base_path: {_quoted(f'/models/{name}')}",
        'model_platform: "tensorflow"',
        POLICY,
        *(f'version_labels {{ key: "{k}" value: {v} }}' for k, v in labels.by_name.items()),
    ]
    inner = "".join(f"    {line}\n" for line in lines)
    return f"  config {{\n{inner}  }}\n"


def _quoted(text: str) -> str:
    """A text as protobuf reads it: its quotes and backslashes are escaped as JSON's are."""
    return json.dumps(text, ensure_ascii=False)


def write_server_files(root: Path) -> None:
    """Writes ``batching.config``, ``compose.yaml`` and ``models.config``, each in one step.

    The caller holds the root's lock. The last is written last: only it says what is served.

    Raises:
        LabelError: if a label stands on a version that is not there; then nothing is written.
    """
    contents = {
        **{name: files(__package__).joinpath(name).read_text("utf-8") for name in SHIPPED},
        "models.config": _models_config(labelled_models(root)),
    }
    for name, text in contents.items():
        update_text(root / name, text)
