"""Server files: what a model server is started with, kept in step with the labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecgzoo.artifact.labels import Labels, labelled_models
from ecgzoo.files.atomic import update_text

BATCHING = """\
# Written by ecgzoo at every export. For other values copy this file, and name the copy in
# compose.override.yaml.

# Requests are joined along their first axis, for each signature by itself, and one that fails the
# batch fails its neighbours, whose clients ask again:
# - other axes that differ, as with a wrong shape, or with signals of different lengths to
#   `resampled`. Padding would not refuse but answer for signals that nobody sent, so
#   pad_variable_length_inputs stays off.
# - a bad row in a request to a `strict` signature. The others answer such a row with a status.

# Rows of a batch at most. Clients split a request of more, which is refused.
max_batch_size { value: 64 }

# Batches are filled up to one of these sizes, so few shapes are ever seen.
allowed_batch_sizes: 1
allowed_batch_sizes: 2
allowed_batch_sizes: 4
allowed_batch_sizes: 8
allowed_batch_sizes: 16
allowed_batch_sizes: 32
allowed_batch_sizes: 64

# How long the first request waits for others: little beside what an answer takes.
batch_timeout_micros { value: 2000 }

# Batches that are computed at once: about the number of cores.
num_batch_threads { value: 4 }

# Batches that may wait; beyond this requests are refused at once, where they would time out later.
max_enqueued_batches { value: 64 }
"""


COMPOSE = """\
# Written by ecgzoo; settings of your own go into compose.override.yaml, which is read by itself.
#
#   docker compose up
#
services:
  serving:
    image: tensorflow/serving
    ports:
      - "8500:8500"  # gRPC
      - "8501:8501"  # REST
    volumes:
      # The folder, not its files: a file that is replaced would stay the old one in the container.
      - .:/models:ro
    command:
      # Which models and versions are served, and where the labels stand ...
      - --model_config_file=/models/models.config
      # ... read again every ten seconds: exports and rollbacks need no restart.
      - --model_config_file_poll_wait_seconds=10
      # A label may be given before its version is loaded, as at every start.
      - --allow_version_labels_for_unavailable_models=true
      # How often folders are looked at for the versions that are asked for.
      - --file_system_poll_wait_seconds=1
      # A version that does not load is given up at once, and the one before goes on serving; the
      # default tries for minutes and acts on no rollback meanwhile.
      - --max_num_load_retries=0
      # To have requests joined into batches, add these two. A request of a wrong shape then fails
      # the batch that it was joined to; see batching.config.
      # - --enable_batching=true
      # - --batching_parameters_file=/models/batching.config
      # As many requests as fill a batch wait at once; the default is four threads a core.
      - --grpc_max_threads=64
    restart: unless-stopped
"""


HEADER = "# Written by ecgzoo at every export, rollback and prune; changes are lost.\n"


def models_config(models: Mapping[str, Labels]) -> str:
    """The server's ``ModelServerConfig`` as text: each model with its labelled versions.

    Example:
        >>> print(models_config({"hybrid1": Labels(stable=2, canary=3)}))
        # Written by ecgzoo at every export, rollback and prune; changes are lost.
        model_config_list {
          config {
            name: "hybrid1"
            base_path: "/models/hybrid1"
            model_platform: "tensorflow"
            model_version_policy { specific { versions: 2 versions: 3 } }
            version_labels { key: "stable" value: 2 }
            version_labels { key: "canary" value: 3 }
          }
        }
        <BLANKLINE>
    """
    entries = "".join(_entry(name, labels) for name, labels in models.items())
    return f"{HEADER}model_config_list {{\n{entries}}}\n"


def _entry(name: str, labels: Labels) -> str:
    versions = " ".join(f"versions: {number}" for number in labels.versions)
    lines = [
        f'name: "{name}"',
        f'base_path: "/models/{name}"',
        'model_platform: "tensorflow"',
        f"model_version_policy {{ specific {{ {versions} }} }}",
        *(f'version_labels {{ key: "{k}" value: {v} }}' for k, v in labels.by_name.items()),
    ]
    inner = "".join(f"    {line}\n" for line in lines)
    return f"  config {{\n{inner}  }}\n"


def write_server_files(root: Path) -> None:
    """Writes ``models.config``, ``batching.config`` and ``compose.yaml``, each in one step.

    The caller holds the root's lock.

    Raises:
        LabelError: if a label stands on a version that is not there; then nothing is written.
    """
    contents = {
        "models.config": models_config(labelled_models(root)),
        "batching.config": BATCHING,
        "compose.yaml": COMPOSE,
    }
    for name, text in contents.items():
        update_text(root / name, text)
