"""Small made-up versions that are published as exports are, and what must hold of a root then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from ecgzoo.artifact.labels import LABELS, NAMES
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.exporting.server.publishing import publish_labelled
from ecgzoo.exporting.server.versions import draft

# Empty graphs: a server that looks for some finds them.
CONTENT = {"saved_model.pb": b"\x12\x00" * 100_000, "assets.extra/preset.json": b'{"metrics": {}}'}


def publish_one(root: Path, model: str = "m", *, canary: bool = False) -> Path:
    with draft(root / model) as folder:
        for name, content in CONTENT.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        return publish_labelled(folder, canary=canary)


def assert_whole(version: Path) -> None:
    assert {name: (version / name).read_bytes() for name in CONTENT} == CONTENT


def labels_of(folder: Path) -> dict[str, int | None]:
    content = json.loads((folder / LABELS).read_text())
    return {name: content[name] for name in NAMES}


def served_by(root: Path) -> Mapping[str, dict[str, int]]:
    """What TensorFlow Serving's own message says: the labels of each model."""
    config = model_server_config_pb2.ModelServerConfig()
    text_format.Parse((root / "models.config").read_text(), config)
    for one in config.model_config_list.config:
        assert one.base_path == f"/models/{one.name}"
        assert one.model_platform == "tensorflow"
        assert one.model_version_policy.WhichOneof("policy_choice") == "all"
    return {one.name: dict(one.version_labels) for one in config.model_config_list.config}


def assert_in_order(root: Path, model: str) -> None:
    """Labels and configuration can be read, and name only versions that are there."""
    there = set(version_numbers(root / model))
    if (root / model / LABELS).exists():
        assert set(labels_of(root / model).values()) - {None} <= there
    if (root / "models.config").exists():
        for name, labels in served_by(root).items():
            assert set(labels.values()) <= set(version_numbers(root / name))
