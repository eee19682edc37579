"""Preset: what gives weights a meaning, and the one reader of ``preset.json``.

Presets are data: a folder holds ``preset.json`` and ``model.weights.h5``. Every training run is
one; those that are shipped lie in ``ecgzoo/weights/<model>.<tag>/``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ecgzoo.artifact.described_fields import CONTRACT, check_description
from ecgzoo.bands import ecg_bands
from ecgzoo.errors import PresetError, RegressionError
from ecgzoo.registry import MODELS
from ecgzoo.signal_spec import SignalSpec

WEIGHTS = "model.weights.h5"
DESCRIPTION = "preset.json"
THROWAWAY = "complementarity-"  # begins the name of a folder of runs that are no models to use
BANDS = "of the spec"  # how domains are made of signals that are no ECG's in mV
REGRESSOR = "regressor"  # in the description of a head that answers a number and no classes
FINGERPRINTS = "fingerprints"  # what ``training`` calls those of the records
PRETRAINED = "pretraining"  # what ``training`` calls how several data sets were learned at once


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
        page: how a page becomes the signal, a name of ``ecgzoo.pages.page_signals``; None if it
            cannot.
        training: the recipe, versions, and content hashes and fingerprints of the records that
            weights were fitted on.
        metrics: figures on the test part, with the protocol they were measured under.
        data: name, licence and citation of the records that the weights were fitted on.
        temperature: what logits are to be divided by so that the model is as sure as it is right;
            1.0 where none was fitted. It is told, not applied.
        thresholds: by class name, the probability from which on it is called against the rest, for
            the highest F1; empty where none were fitted. They are told, not applied.
        head: what makes the model's head another than the default one: settings of a
            ``Classifier`` or a ``Regressor``, or a Keras layer, serialized; see
            ``ecgzoo.models.classifier``. Of a regression ``classes`` is the target's name alone.

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
    head: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.temperature < math.inf:
            raise ValueError(f"temperature must be above 0; got {self.temperature}")
        for name, value in self.thresholds.items():
            number = isinstance(value, float | int)
            if name not in self.classes or not number or not 0 <= value <= 1:
                raise ValueError(
                    f"expected thresholds from 0 to 1 of the classes {', '.join(self.classes)}; "
                    f"got {name}: {value}"
                )

    @property
    def regression(self) -> bool:
        """Whether it answers a number, such as an age, and no classes."""
        return REGRESSOR in self.head

    def check_classes(self, what: str) -> None:
        """Checks that it answers classes.

        Args:
            what: is to be done with these.

        Raises:
            RegressionError: if it answers a number.

        Example:
            >>> preset = Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b"))
            >>> preset.check_classes("an export")
        """
        if self.regression:
            raise RegressionError(
                f"{what} is of classes and their probabilities; this model answers a number, "
                f"{self.classes[0]}. Ask ecgzoo.load, `ecgzoo predict` or `ecgzoo evaluate`"
            )

    def to_dict(self) -> dict[str, Any]:
        """The fields as a JSON-ready dictionary.

        Example:
            >>> preset = Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b"))
            >>> Preset.from_dict(preset.to_dict()) == preset
            True
        """
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        told = {} if self.spec.unit == "mV" else {"bands": BANDS}
        return fields | told | {"spec": self.spec.to_dict(), "classes": list(self.classes)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Preset:
        """The preset that :meth:`to_dict` described, alone or in an exported version.

        Raises:
            ValueError: if a field is missing, unknown, or of another kind; the message names it.
        """
        check_description(fields)
        spec = SignalSpec.from_dict(fields["spec"])
        own = {**fields, "spec": spec, "classes": tuple(fields["classes"])}
        own.pop(CONTRACT, None)
        if own.pop("bands", None) is None:
            own["options"] = _as_they_were(own)
        return cls(**own)


def _as_they_were(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a description without ``bands``: every unit's were an ECG's then."""
    options, model = dict(fields.get("options", {})), fields["model"]
    # A builder of one's own need not take them.
    if fields["spec"].unit != "mV" and isinstance(MODELS.entries.get(model, [None])[0], str):
        options.setdefault("domain_options", ecg_bands(fields["spec"]).options())
    return options


def changed(preset: Preset, **fields: Any) -> Preset:
    """What a preset becomes once its model is another: its figures and digest are no longer of it.

    Args:
        preset: as it was.
        **fields: what is new. How a page becomes the signal is kept only if it stands here.

    Example:
        >>> preset = Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b"), temperature=2.0)
        >>> changed(preset, classes=("b", "a")).temperature
        1.0
    """
    plain: dict[str, Any] = {"weights_sha256": "", "metrics": {}, "temperature": 1.0}
    return replace(preset, **(plain | {"thresholds": {}, "page": None} | fields))


def thrown_away(run: Path) -> bool:
    """Whether a run is one of those that ``ecgzoo complementarity`` trains: briefly, to compare.

    Args:
        run: its folder, from the folder of runs on.

    Example:
        >>> thrown_away(Path("complementarity-ecg_images-5epochs/grouped-traces-seed0/cnn1d/fold0"))
        True
        >>> thrown_away(Path("grouped-traces-seed0/cnn1d/fold0"))
        False
    """
    return any(part.startswith(THROWAWAY) for part in run.parts)


def seen(preset: Preset, *hashes: Iterable[str]) -> list[bool]:
    """For each record, whether the preset's weights were fitted on it.

    A preset lists its records by the hash of the file they came from, ``records``, and where it is
    another by that of their samples, ``signals`` (see ``tf_data.dataset``). One of them is enough.

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


def read_description(path: Path) -> Preset:
    """Reads a ``preset.json``, be it a run's, a preset's or an exported version's.

    Raises:
        PresetError: if it is missing, no JSON, or not as a preset is described; the message names
            the file, and the field.
    """
    try:
        return Preset.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise PresetError(f"{path} is missing: no finished run and no preset") from None
    except RecursionError:
        raise PresetError(f"{path} is damaged: nested too deeply to be a preset's") from None
    except (OSError, ValueError) as error:
        raise PresetError(f"{path} is damaged: {error}") from error


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
