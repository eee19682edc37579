"""Artifacts: runs, presets, fine-tuned runs and exported versions, as data.

All are folders that ``preset.json`` describes. ``read_description`` is its only reader, and
``resolve`` the only way from a name to a folder.
"""

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.folder import ArtifactFolder
from ecgzoo.artifact.preset import Preset, changed, digest, read_description, read_preset, seen
from ecgzoo.artifact.resolution import list_presets, resolve, shipped_presets, version_numbers

__all__ = [
    "ArtifactFolder",
    "Predictions",
    "Preset",
    "changed",
    "digest",
    "list_presets",
    "read_description",
    "read_preset",
    "resolve",
    "seen",
    "shipped_presets",
    "version_numbers",
]
