"""Divergence: a loss that is no number any more stops the training, and says what to look for."""

from __future__ import annotations

import math

from ecgzoo.errors import RunError


def check_loss(name: str, epoch: int, loss: float) -> None:
    """Checks an epoch's loss.

    Args:
        name: of the loss, as Keras logs it.
        epoch: its number, from 1 on.
        loss: its value.

    Raises:
        RunError: if it is not finite.

    Example:
        >>> check_loss("loss", 3, float("nan"))
        Traceback (most recent call last):
        ...
        ecgzoo.errors.RunError: the loss of epoch 3 is nan: training diverged. Look ...
    """
    if not math.isfinite(loss):
        raise RunError(
            f"the {name} of epoch {epoch} is {loss}: training diverged. "
            "Look for extreme samples in the records, or lower the learning rate."
        )
