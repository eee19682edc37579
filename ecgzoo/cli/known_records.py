"""Known records: those that a converted model is compared on, and shown for its int8 ranges."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.artifact.preset import Preset
from ecgzoo.cli.tables import leak_of
from ecgzoo.exporting.runtimes.agreement import Records
from ecgzoo.training import fit
from ecgzoo.training.finetuning.given_records import Meaning, leak, records
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from tf_data.labelled_records import read_labelled

RANGES = 64  # records that show the ranges for int8


@dataclass(frozen=True, eq=False)
class KnownRecords:
    """Records of which answers are wanted from a converted model.

    Attributes:
        kind: which they are, for a reader, such as ``"test records"``.
        compared: on which the file is compared with Keras.
        ranging: signals ``[n, samples, leads]``, at most 64, that show the ranges for int8.
        leak: what a reader must know of figures on them; None if they do not leak.
    """

    kind: str
    compared: Records
    ranging: np.ndarray
    leak: str | None = None


def given_records(
    preset: Preset, data: Path, labels: Path, rate: float | None, unit: str
) -> KnownRecords:
    """Records of the user's own, from files, as windows that the preset's model takes.

    Raises:
        FileNotFoundError: if a table, the folder or a record is missing.
        SignalError: if a record is unfit.
        ValueError: if labels lie outside the classes.
    """
    spec = preset.spec
    read = read_labelled(data, labels, spec.leads, rate, unit, spec.unit)
    found = records(read, None, Meaning(spec, preset.classes))
    compared, said = Records(np.asarray(found.signals), found.labels), leak_of(leak(preset, found))
    return KnownRecords("records of yours", compared, _some(np.asarray(found.signals)), said)


def records_of(preset: Preset) -> KnownRecords | None:
    """A run's test records; the training records of a final fit; None if no recipe names them.

    Records that a final fit was trained on are compared without their labels: how often it is right
    about them says nothing.
    """
    if "recipe" not in preset.training:  # fine-tuned, on records that its folder does not hold
        return None
    recipe = Recipe(**preset.training["recipe"])
    dataset = fit.dataset_of(recipe)
    split = split_of(recipe, dataset)
    train, test = dataset.take(split.train), dataset.take(split.test)
    ranging = _some(np.asarray(train.signals))
    if recipe.final:
        return KnownRecords("training records", Records(np.asarray(train.signals)), ranging)
    compared = Records(np.asarray(test.signals), test.labels)
    return KnownRecords("test records", compared, ranging, leak_of(preset.metrics))


def _some(signals: np.ndarray) -> np.ndarray:
    return signals[:: len(signals) // RANGES + 1]
