"""Presets on a hub: ``hf://owner/name``, fetched as Keras fetches models."""

from __future__ import annotations

from pathlib import Path

import keras

from ecgzoo.presets import DESCRIPTION, PresetError

HUB = "hf://"


def hub_folder(handle: str) -> Path:
    """The local copy of a preset's folder that lies on the Hugging Face hub.

    It is fetched by the call that ``keras.saving.load_model("hf://...")`` makes, with its cache and
    its settings. What that function then does, making a model of ``config.json``, is left out: a
    preset's model is built by its registered name, and its weights are checked by their digest.

    Args:
        handle: ``hf://owner/name``; the repository holds a preset's folder as it is.

    Raises:
        PresetError: if the handle is malformed, the hub's client is not installed, the download
            fails, or the repository holds no preset.

    Example:
        >>> hub_folder("hf://name")
        Traceback (most recent call last):
        ...
        ecgzoo.presets.PresetError: expected a handle such as hf://owner/name; got hf://name
    """
    repository = handle.removeprefix(HUB)
    if repository.count("/") != 1 or not all(repository.split("/")):
        raise PresetError(f"expected a handle such as {HUB}owner/name; got {handle}")
    try:
        import huggingface_hub
    except ImportError:
        raise PresetError(
            f"{handle} lies on a hub, whose client is not there: pip install huggingface_hub"
        ) from None
    try:
        folder = huggingface_hub.snapshot_download(
            repo_id=repository, library_name="keras", library_version=keras.__version__
        )
    except Exception as error:  # the client raises those of its own HTTP library
        raise PresetError(f"{handle} cannot be fetched: {error}") from error
    if not (Path(folder) / DESCRIPTION).is_file():
        raise PresetError(f"{handle} has no {DESCRIPTION}: upload the folder of a preset or run")
    return Path(folder)
