"""Artifacts: runs, presets, fine-tuned runs and exported versions, as data.

All are folders that ``preset.json`` describes: :mod:`~ecgzoo.artifact.preset` reads it,
:mod:`~ecgzoo.artifact.resolve` is the only way from a name to a folder.
"""
