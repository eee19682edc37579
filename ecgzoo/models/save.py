"""save_preset: a built or trained model as a folder that `build`, `load` and `export` take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, digest
from ecgzoo.errors import PresetError
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.models.front import core_of


def save_preset(
    model: keras.Model,
    folder: str | Path,
    *,
    classes: Sequence[str] | None = None,
    data: Mapping[str, str] | None = None,
    training: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a model's weights and what gives them a meaning.

    Args:
        model: as :func:`ecgzoo.build` made it, trained by whatever means.
        folder: where; it must not hold a preset yet.
        classes: names in output order; by default the model's own.
        data: name, licence and citation of the records that it was trained on.
        training: how it was trained, for a reader.

    Returns:
        The folder.

    Raises:
        PresetError: if the folder holds a preset already, or the classes are not as many as the
            model's answers.
        ValueError: if ``build`` did not make the model.

    Example:
        >>> import ecgzoo, tempfile
        >>> model = ecgzoo.build("cnn1d", ecgzoo.SignalSpec(("II",), 250, 500), 2)
        >>> folder = save_preset(model, tempfile.mkdtemp() + "/mine", classes=["AF", "N"])
        >>> ecgzoo.build("cnn1d", weights=folder).preset.classes
        ('AF', 'N')
    """
    folder, core = Path(folder), core_of(model)
    if (folder / DESCRIPTION).exists():
        raise PresetError(f"{folder} holds a preset already; choose another folder")
    preset = core.described()
    names = preset.classes if classes is None else tuple(map(str, classes))
    if len(names) != core.output_shape[-1]:
        raise PresetError(f"expected {core.output_shape[-1]} classes; got {', '.join(names)}")
    write_atomically(folder / WEIGHTS, core.save_weights)
    preset = replace(
        preset,
        classes=names,
        weights_sha256=digest(folder / WEIGHTS),
        data=preset.data if data is None else data,
        training=preset.training if training is None else training,
    )
    write_json(folder / DESCRIPTION, preset.to_dict())
    core.preset = preset
    return folder
