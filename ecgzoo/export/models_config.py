"""models.config: which versions of which models a TensorFlow Serving server loads."""

from __future__ import annotations

from collections.abc import Mapping

from ecgzoo.export.labels import Labels

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
