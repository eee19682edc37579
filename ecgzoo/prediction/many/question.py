"""Question: what is asked of each of many records, and of which model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.artifact.folder import EXTRA
from ecgzoo.artifact.labels import stable_version
from ecgzoo.artifact.preset import DESCRIPTION, Preset, digest, read_description, read_preset
from ecgzoo.artifact.resolution import SHIPPED, resolve, version_numbers
from ecgzoo.errors import AnswersError, SignalError
from ecgzoo.prediction.model_file import is_model_file

GRAPH = "saved_model.pb"
KINDS = ("predict", "embed", "trace")


@dataclass(frozen=True)
class Question:
    """What is asked of each record; it travels to other processes.

    Attributes:
        model: a shipped preset's name, or an absolute path that :func:`ecgzoo.load` takes.
        weights: SHA-256 of what the answers come from.
        what: ``"predict"``, ``"embed"``, or ``"trace"``: a page's signal in millivolts.
        sampling_rate: in Hz, of files that do not say it.
        unit: of the same; None for the model's.
    """

    model: str
    weights: str
    what: str = "predict"
    sampling_rate: float | None = None
    unit: str | None = None


def question_of(
    model: str, what: str, sampling_rate: float | None, unit: str | None, runs: Path
) -> Question:
    """Finds the model, without loading it.

    Raises:
        UnknownNameError: if there is no such model.
        PresetError: if it is damaged.
        AnswersError: if ``what`` is nothing that can be asked.
        SignalError: if pages are to be traced, and the model takes none.

    Example:
        >>> found = question_of("cnn1d.ecg_images", "predict", None, None, Path("runs"))
        >>> found.model, len(found.weights)
        ('cnn1d.ecg_images', 64)
    """
    if what not in KINDS:
        raise AnswersError(f"expected to {' or '.join(KINDS)} (--what); got {what!r}")
    if is_model_file(Path(model)) and Path(model).is_file():
        where, weights = Path(model), digest(Path(model))
    else:
        where, weights, preset = _found(resolve(model, runs=runs, exported=True))
        if what == "trace" and preset.page is None:
            raise SignalError.of_page(preset.model)
    name = where.name if where.parent == SHIPPED else str(where.absolute())
    return Question(name, weights, what, sampling_rate, unit)


def _found(folder: Path) -> tuple[Path, str, Preset]:
    """The folder that is asked, the digest of its weights, and what it is."""
    if not ((folder / GRAPH).is_file() or version_numbers(folder)):
        preset = read_preset(folder)
        return folder, preset.weights_sha256, preset
    version = stable_version(folder)
    files = sorted(one for one in version.rglob("*") if one.is_file() and EXTRA not in one.parts)
    joined = "\n".join(map(digest, files))
    preset = read_description(version / EXTRA / DESCRIPTION)
    return version, hashlib.sha256(joined.encode()).hexdigest(), preset
