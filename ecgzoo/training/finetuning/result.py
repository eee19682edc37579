"""What is chosen for a fine-tuning, the epochs that it stands for, and what it gives."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.errors import RunError, UnknownNameError
from ecgzoo.evaluation import Difference
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.models.core import Loaded
from ecgzoo.registry import unknown
from ecgzoo.training.finetuning.measured import Measured, Metrics
from ecgzoo.training.run import Run
from tf_data.oversampling import METHODS

if TYPE_CHECKING:
    import pandas as pd


STEPS, EPOCHS = 400, 10  # with all groups, where epochs are not told: at least both
_LEAST = {
    "head_epochs": 1,
    "epochs_per_group": 0,
    "epochs": 0,
    "batch_size": 1,
    "decay": 1,
    "mixup": 0,
}


@dataclass(frozen=True)
class FineTuning:
    """Gradual unfreezing with discriminative learning rates.

    First the body's batch normalisation takes its statistics from the training part: see
    :func:`~ecgzoo.training.finetuning.normalisation.adapt`. It then stays as it is. The head alone
    is trained, on what the frozen body makes of the records. Then the groups of layers are unfrozen
    one by one, from the last to the first, and at the end all are trained until the rate has fallen
    to zero. A group's rate is that of the group after it, divided by ``decay``. Source: Howard and
    Ruder (2018), Universal Language Model Fine-tuning for Text Classification, arXiv 1801.06146,
    sections 3.2 and 3.3.

    Attributes:
        head_epochs: of the head alone.
        epochs_per_group: from one group's unfreezing to the next.
        epochs: with all groups; None for as many as make 400 steps, and at least ten. 0 for these
            and the ones above leaves the body as it is, but for the statistics.
        learning_rate: of the head.
        decay: from a group to the one before it.
        batch_size: signals in a step.
        weight_decay: of AdamW.
        mixup: alpha of mixing records, once the body is unfrozen; 0 for none.
        label_smoothing: share of a target spread over all classes.
        oversampling: ``"none"``, ``"random"``, ``"square_root"`` or ``"adasyn"``, on the training
            part only.
        adapt_normalisation: whether batch normalisation takes its statistics from these records.
        augmentation: whether training signals are shifted, scaled and noised.
        seed: of split, order, dropout, augmentation and a new head.
        deterministic: whether every operation must give the same bits each time, also with several
            threads and on accelerators (slower).

    Raises:
        UnknownNameError: if there is no such oversampling.
        ValueError: if a number is out of its range.

    Example:
        >>> FineTuning(decay=2.0).factors(3)
        (1.0, 0.5, 0.25)
    """

    head_epochs: int = 30
    epochs_per_group: int = 2
    epochs: int | None = None
    learning_rate: float = 2e-3
    decay: float = 1.2
    batch_size: int = 32
    weight_decay: float = 1e-3
    mixup: float = 0.3
    label_smoothing: float = 0.05
    oversampling: str = "random"
    adapt_normalisation: bool = True
    augmentation: bool = True
    seed: int = 0
    deterministic: bool = False

    def __post_init__(self) -> None:
        if self.oversampling not in METHODS:
            raise UnknownNameError(unknown("oversampling", self.oversampling, METHODS))
        for name, bound in _LEAST.items():
            value = getattr(self, name)
            if value is not None and value < bound:
                raise ValueError(f"{name} must be at least {bound}; got {value}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate must be above 0; got {self.learning_rate}")

    def factors(self, groups: int) -> tuple[float, ...]:
        """Each group's share of the learning rate, the head's first."""
        return tuple(1 / self.decay**index for index in range(groups))

    def plan(self, groups: Sequence[str], steps: int) -> list[Epoch]:
        """The epochs after those of the head alone.

        Args:
            groups: names of the groups, the head first and the first layers last.
            steps: in an epoch.

        Example:
            >>> tuning = FineTuning(epochs_per_group=1, epochs=2, decay=2)
            >>> plan = tuning.plan(["head", "a", "b"], steps=7)
            >>> [(one.phase, one.factors) for one in plan[:2]]
            [('down to a', (1.0, 0.5, 0.0)), ('down to b', (1.0, 0.5, 0.25))]
            >>> [round(one.rate, 6) for one in plan]
            [0.002, 0.002, 0.002, 0.001]
            >>> len(FineTuning(epochs_per_group=0).plan(["head", "a"], steps=7))
            58
        """
        epochs = max(EPOCHS, math.ceil(STEPS / steps)) if self.epochs is None else self.epochs
        factors, planned = self.factors(len(groups)), []
        for last in range(1, len(groups)):
            open_ = (*factors[: last + 1], *[0.0] * (len(groups) - last - 1))
            unfrozen = Epoch(f"down to {groups[last]}", self.learning_rate, open_)
            planned += [unfrozen] * self.epochs_per_group
        for epoch in range(epochs):
            share = (1 + math.cos(math.pi * epoch / epochs)) / 2
            planned.append(Epoch("all", self.learning_rate * share, factors))
        return planned

    def to_dict(self) -> dict[str, Any]:
        """The fields as a JSON-ready dictionary."""
        return asdict(self)


@dataclass(frozen=True)
class Epoch:
    """One epoch after those of the head alone.

    Attributes:
        phase: what is trained, for a reader.
        rate: learning rate of the head.
        factors: each group's share of it; 0 for a frozen group.
    """

    phase: str
    rate: float
    factors: tuple[float, ...]


BEFORE, PROBE, HEAD_ONLY, AFTER = "before", "linear probe", "head only", "after"
"""The moments at which a fine-tuning answers for its test part."""


@dataclass(frozen=True, eq=False)
class FineTuned:
    """A fine-tuned model, and its figures on a test part that nothing was fitted or chosen on.

    Attributes:
        model: from the raw signal to probabilities.
        preset: what it takes and answers, and every record that its weights have seen.
        loaded: which tensors it started with.
        new_head: whether it started with an untrained head; ``before`` is then chance.
        measured: by moment, the answers for the test part with figures and intervals by patient:
            ``"before"`` any training; ``"linear probe"``, a linear model on what the body makes of
            the records; ``"head only"``, with the head trained and the body as it was; ``"after"``;
            and of the controls, if they were asked for, ``"from scratch"`` and
            ``"random encoder"``. Empty where nothing was held out to test on.
        differences: by control, how much better the answers that it is the control of are: after
            tuning against from scratch, the linear probe against the one on the random encoder.
            Macro F1 and AUC, paired, with intervals by patient.
        history: a dictionary of logs per epoch, with its phase.
        settings: how it was tuned.
        frozen: layers with weights that were frozen in the model given; they are as they were.
        overlap: windows of test records that the weights it started with were trained on already.
            If there are any, the figures leak: ``preset.metrics["leaky"]`` says so, ``["seen"]``
            names the records.
        known: names of the records that it was tuned on and that the weights it started with had
            seen before: what they gain on such says little of new records.
        folder: the run's folder, or None if none was asked for.
    """

    model: keras.Model
    preset: Preset
    loaded: Loaded
    new_head: bool
    measured: Mapping[str, Measured]
    differences: Mapping[str, Mapping[str, Difference]]
    history: list[dict[str, Any]]
    settings: FineTuning
    frozen: int
    overlap: int
    known: tuple[str, ...]
    folder: Path | None = None

    @property
    def before(self) -> Metrics:
        """Figures before any training."""
        return self._at(BEFORE).metrics

    @property
    def head_only(self) -> Metrics:
        """Figures with the head trained and the body as it was."""
        return self._at(HEAD_ONLY).metrics

    @property
    def after(self) -> Metrics:
        """Figures of the model."""
        return self._at(AFTER).metrics

    @property
    def predictions(self) -> Predictions:
        """The model's answers for the test part, a row per record."""
        return self._at(AFTER).predictions

    def _at(self, moment: str) -> Measured:
        if not self.measured:
            raise RunError(
                "nothing was held out (test=None), so there are no figures: pass test= a share or "
                "a set of records, or ask ecgzoo.evaluate"
            )
        return self.measured[moment]

    def to_dict(self) -> dict[str, Any]:
        """The figures and the settings, ready for JSON."""
        return {
            "loaded": str(self.loaded),
            "new_head": self.new_head,
            "measured": {name: one.to_dict() for name, one in self.measured.items()},
            "differences": {
                control: {name: one.to_dict() for name, one in found.items()}
                for control, found in self.differences.items()
            },
            "frozen": self.frozen,
            "overlap": self.overlap,
            "known": list(self.known),
            "settings": self.settings.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """The figures on the test part with the ends of their intervals, a row per moment.

        Without a test part it is empty.
        """
        import pandas as pd

        rows = [one.to_row() for one in self.measured.values()]
        return pd.DataFrame(rows, index=list(self.measured))


REPORT = "finetuning.json"


def check_free(folder: Path) -> None:
    """Checks that a run can be written there, and that nothing would be overwritten.

    Raises:
        RunError: if there is something at the place, or it lies where nothing can be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError(f"{folder} is there already; choose another folder, or remove it first")
    above = next(one for one in folder.absolute().parents if one.exists())
    if not (above.is_dir() and os.access(above, os.W_OK)):
        raise RunError(f"{folder} cannot be made: {above} takes no folder. Choose another place")


@contextlib.contextmanager
def kept_free(folder: Path | None) -> Iterator[None]:
    """Keeps a run's folder for this process, so that what was trained can be written in the end.

    Args:
        folder: where the run will be written; None for nowhere.

    Raises:
        RunError: as of :func:`check_free`.
        RunBusyError: if another process trains for it.
    """
    if folder is None:
        yield
        return
    check_free(folder)
    with Run(folder).locked():
        check_free(folder)  # another process may have been here since
        yield


def write_folder(folder: Path, core: keras.Model, tuned: FineTuned) -> FineTuned:
    """Writes the files; the description that marks the run finished comes last."""
    run = Run(folder)
    write_atomically(folder / WEIGHTS, core.save_weights)
    preset = replace(tuned.preset, weights_sha256=digest(folder / WEIGHTS))
    write_json(run.history_file, tuned.history)
    write_json(folder / REPORT, tuned.to_dict())
    if tuned.measured:
        write_json(run.metrics_file, preset.metrics)
        tuned.predictions.write(run.predictions_file)
    write_json(folder / DESCRIPTION, preset.to_dict())
    return replace(tuned, preset=preset, folder=folder)
