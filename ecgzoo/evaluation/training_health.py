"""Training health: the gap between training and validation, and whether a run overfitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.results import Told, frame

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 5  # epochs, over which early stopping smooths as well
RISE = 0.1
TINY = 1e-12  # a loss of zero has no shares


@dataclass(frozen=True, eq=False)
class TrainingHealth(Told):
    """What a run's losses say about it.

    Attributes:
        loss: ``[epochs]`` of the training part.
        validation_loss: ``[epochs]``.
        gap: ``[epochs]``, validation minus training. Augmentation, mixup and dropout make training
            harder, so a sound run's may be negative.
        best: the epoch, from 1, whose smoothed validation loss is lowest.
        overfitted: whether the validation loss rose since while the training loss fell.
        reason: why that is said, with the figures.
    """

    loss: np.ndarray
    validation_loss: np.ndarray
    gap: np.ndarray
    best: int
    overfitted: bool
    reason: str

    def to_frame(self) -> pd.DataFrame:
        """A row per epoch, from 1."""
        curves = ("loss", "validation_loss", "gap")
        found = frame({name: getattr(self, name) for name in curves})
        return found.set_index(np.arange(1, len(found) + 1)).rename_axis("epoch")


def training_health(
    loss: ArrayLike, validation_loss: ArrayLike, rise: float = RISE, window: int = WINDOW
) -> TrainingHealth:
    """Reads the losses of a run.

    A run is said to have overfitted if at its end the smoothed validation loss stands above its
    lowest by more than the share ``rise``, while the smoothed training loss went on falling. This
    is of the last epoch; a run that keeps the best epoch's weights lost only time by it.

    Args:
        loss: of the training part, ``[epochs]``.
        validation_loss: ``[epochs]``.
        rise: by which share the validation loss may rise.
        window: epochs to smooth over, each with those before it; fewer at the start.

    Raises:
        ValueError: on arrays of different lengths, fewer than two epochs, NaN, or settings out of
            range.

    Example:
        >>> training_health([3.0, 2.0, 1.0, 0.5], [3.0, 2.0, 3.0, 4.0], window=1).reason
        'the validation loss rose by 100% from its lowest, 2 in epoch 2, to 4 in epoch 4, while \
the training loss fell from 2 to 0.5'
    """
    curves = _checked(loss, "loss"), _checked(validation_loss, "validation_loss")
    if len(curves[0]) != len(curves[1]):
        lengths = f"loss: {len(curves[0])}, validation_loss: {len(curves[1])}"
        raise ValueError(f"expected arrays of one length; got {lengths}")
    if window < 1 or rise < 0:
        raise ValueError(f"expected a window from 1 and a rise from 0; got {window} and {rise}")
    train, validation = (_smoothed(one, window) for one in curves)
    best = int(validation.argmin())
    up = (validation[-1] - validation[best]) / max(abs(validation[best]), TINY)
    overfitted = bool(up > rise and train[-1] < train[best])
    verb = "fell" if train[-1] < train[best] else "did not fall"
    reason = (
        f"the validation loss rose by {up:.0%} from its lowest, {validation[best]:.3g} in epoch "
        f"{best + 1}, to {validation[-1]:.3g} in epoch {len(train)}, while the training loss "
        f"{verb} from {train[best]:.3g} to {train[-1]:.3g}"
        if up > 0
        else f"the validation loss was lowest, {validation[best]:.3g}, in the last epoch"
    )
    return TrainingHealth(*curves, curves[1] - curves[0], best + 1, overfitted, reason)


def health_of_history(history: Sequence[Mapping[str, float]]) -> TrainingHealth:
    """:func:`training_health` of a run's ``history.json``: one dictionary of logs per epoch.

    Raises:
        ValueError: if an epoch lacks ``loss`` or ``val_loss``, and as ``training_health`` does.

    Example:
        >>> health_of_history([{"loss": 2.0, "val_loss": 3.0}, {"loss": 1.0, "val_loss": 1.5}]).best
        2
    """
    for epoch, logs in enumerate(history, 1):
        if missing := {"loss", "val_loss"} - set(logs):
            raise ValueError(
                f"expected loss and val_loss in every epoch; epoch {epoch} lacks "
                f"{' and '.join(sorted(missing))}. Train with validation data."
            )
    loss, validation = ([logs[name] for logs in history] for name in ("loss", "val_loss"))
    return training_health(loss, validation)


def _checked(losses: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(losses, np.float64)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"expected {name} of at least 2 epochs; got shape {list(array.shape)}")
    if not np.isfinite(array).all():
        epoch = np.flatnonzero(~np.isfinite(array))[0] + 1
        raise ValueError(f"expected finite {name}; that of epoch {epoch} is {array[epoch - 1]}")
    return array


def _smoothed(losses: np.ndarray, window: int) -> np.ndarray:
    """Each epoch's mean with those before it, as many as the window holds."""
    starts = np.maximum(np.arange(len(losses)) - window + 1, 0)
    return np.array([losses[start : end + 1].mean() for end, start in enumerate(starts)])
