"""Presets are data: a folder with the weights and all that gives them a meaning.

A preset folder holds ``preset.json`` and ``model.weights.h5``. Every training run is one; those
that are shipped lie in ``ecgzoo/weights/<model>.<tag>/``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecgzoo.registry import UnknownNameError, unknown
from ecgzoo.signal_spec import SignalSpec

SHIPPED = Path(__file__).parent / "weights"
WEIGHTS = "model.weights.h5"
DESCRIPTION = "preset.json"
CONTRACT = "contract"  # what an exported version adds to its description, for its clients


class PresetError(ValueError):
    """A preset folder that is incomplete, damaged, or of another model."""


@dataclass(frozen=True)
class Preset:
    """What a set of weights belongs to.

    Attributes:
        model: name of the registered model.
        spec: the signals it was trained on.
        classes: class names, in output order.
        options: arguments of the model's builder.
        multi_label: whether classes may hold together.
        weights_sha256: digest of the weights file.
        page: how a page becomes the signal: ``"traces"`` or ``"average"``; None if it cannot.
        training: the recipe, versions, and content hashes of the records that weights were fitted
            on.
        metrics: figures on the test part, with the protocol they were measured under.
        data: name, licence and citation of the records that the weights were fitted on.
        temperature: what logits are to be divided by so that the model is as sure as it is right;
            1.0 where none was fitted. It is told, not applied.
        thresholds: by class name, the probability from which on it is called against the rest, for
            the highest F1; empty where none were fitted. They are told, not applied.

    Raises:
        ValueError: if the temperature is not above 0, or a threshold is of no class or outside
            0 to 1.
    """

    model: str
    spec: SignalSpec
    classes: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    multi_label: bool = False
    weights_sha256: str = ""
    page: str | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    temperature: float = 1.0
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.temperature < math.inf:
            raise ValueError(f"temperature must be above 0; got {self.temperature}")
        for name, value in self.thresholds.items():
            if name not in self.classes or not 0 <= value <= 1:
                raise ValueError(
                    f"expected thresholds from 0 to 1 of the classes {', '.join(self.classes)}; "
                    f"got {name}: {value}"
                )

    def to_dict(self) -> dict[str, Any]:
        """The fields as a JSON-ready dictionary.

        Example:
            >>> preset = Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b"))
            >>> Preset.from_dict(preset.to_dict()) == preset
            True
        """
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return fields | {"spec": self.spec.to_dict(), "classes": list(self.classes)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Preset:
        """The preset that :meth:`to_dict` described, alone or in an exported version."""
        spec = SignalSpec.from_dict(fields["spec"])
        own = {**fields, "spec": spec, "classes": tuple(fields["classes"])}
        own.pop(CONTRACT, None)
        return cls(**own)


def find_preset(model: str, weights: str | Path) -> Path:
    """The folder that ``weights`` names: a shipped tag, a folder such as a run, or its weights.

    Raises:
        UnknownNameError: if it is none of these; the message suggests the nearest tag and lists
            what there is.
    """
    folders = [SHIPPED / f"{model}.{weights}", Path(weights)]
    if Path(weights).name == WEIGHTS:
        folders.append(Path(weights).parent)
    for folder in folders:
        if (folder / DESCRIPTION).is_file():
            return folder
    if Path(weights).is_dir():
        raise PresetError(f"{weights} has no {DESCRIPTION}: it is no finished run and no preset")
    there = shipped(model)
    if there:
        said = unknown(f"weights for {model}", str(weights), there)
        raise UnknownNameError(f"{said}; or name the folder of a run")
    raise UnknownNameError(
        f"unknown weights for {model} {str(weights)!r}: none are shipped; name the folder of a run"
    )


def shipped(model: str = "*") -> list[str]:
    """The tags of the presets that are in the package, for one model or for all.

    Example:
        >>> shipped("no_such_model")
        []
    """
    return [folder.name.partition(".")[2] for folder in sorted(SHIPPED.glob(f"{model}.*"))]


def shipped_folders() -> dict[str, Path]:
    """The folders of the presets that are in the package, by name: ``<model>.<tag>``.

    Example:
        >>> all(name.count(".") == 1 for name in shipped_folders())
        True
    """
    found = (path.parent for path in SHIPPED.glob(f"*.*/{DESCRIPTION}"))
    return {folder.name: folder for folder in sorted(found) if not folder.name.startswith(".")}


def named_preset(asked: str | Path) -> Path:
    """The folder of a preset: its name, such as ``hybrid1.ecg_images``, or the folder itself.

    Args:
        asked: a name of :func:`shipped_folders`; or a folder of a run or preset.

    Raises:
        UnknownNameError: if it is neither; the message suggests the nearest name.
        PresetError: if the folder holds no finished run and no preset.

    Example:
        >>> named_preset(".")
        Traceback (most recent call last):
        ...
        ecgzoo.presets.PresetError: . has no preset.json: it is no finished run and no preset
    """
    there = shipped_folders()
    if str(asked) in there:
        return there[str(asked)]
    if Path(asked).is_dir():
        if (Path(asked) / DESCRIPTION).is_file():
            return Path(asked)
        raise PresetError(f"{asked} has no {DESCRIPTION}: it is no finished run and no preset")
    if there:
        said = unknown("preset", str(asked), there)
        raise UnknownNameError(f"{said}; or name the folder of a run or preset")
    raise UnknownNameError(
        f"unknown preset {str(asked)!r}: none is shipped; name the folder of a run or preset"
    )


def seen(preset: Preset, *hashes: Iterable[str]) -> list[bool]:
    """For each record, whether the preset's weights were fitted on it.

    A preset lists its records twice: by the hash of the file they came from, ``records``, and by
    that of their samples, ``signals`` (see ``tf_data.content_hash``). One of them is enough.

    Args:
        preset: whose records they may be.
        *hashes: columns of content hashes, a row per record each.

    Example:
        >>> spec = SignalSpec(("II",), 250, 500)
        >>> preset = Preset("cnn1d", spec, ("a", "b"), training={"records": ["x"]})
        >>> seen(preset, ["x", "y"], ["1", "2"])
        [True, False]
    """
    known = {*preset.training.get("records", ()), *preset.training.get("signals", ())}
    return [not known.isdisjoint(map(str, row)) for row in zip(*hashes, strict=True)]


def read_description(path: Path) -> Preset:
    """Reads a ``preset.json``, of a run, a preset or an exported version.

    Raises:
        PresetError: if it is missing or damaged; the message names it.
    """
    try:
        preset = Preset.from_dict(json.loads(path.read_text(encoding="utf-8")))
        if not isinstance(preset.metrics, dict):
            raise TypeError(f"expected metrics by their names; got {preset.metrics!r}")
    except FileNotFoundError:
        raise PresetError(f"{path} is missing: no finished run and no preset") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PresetError(f"{path} is damaged: {type(error).__name__}: {error}") from error
    return preset


def read_preset(folder: Path) -> Preset:
    """Reads ``preset.json`` and checks that the weights file is the one it describes.

    Raises:
        PresetError: if a file is missing, unreadable or damaged; the message names it.
    """
    preset, weights = read_description(folder / DESCRIPTION), folder / WEIGHTS
    if not weights.is_file():
        raise PresetError(f"{weights} is missing")
    found = digest(weights)
    if found != preset.weights_sha256:
        raise PresetError(
            f"{weights} is damaged: expected SHA-256 {preset.weights_sha256}, found {found}. "
            "Copy it again, or train again."
        )
    return preset


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
