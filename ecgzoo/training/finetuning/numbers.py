"""Numbers to estimate, such as ages, as users give them."""

from typing import Any

import numpy as np

from ecgzoo.training.finetuning.labels import check_listed
from tf_data.given_signals import is_table


def numbers_of(labels: Any, signals: int, *, alike: bool = False) -> np.ndarray:
    """The number of each signal: float64 ``[n]``.

    Args:
        labels: a number each, in a list, an array or a column of pandas; text that is one counts.
        signals: how many there are.
        alike: whether they may all be the same, as where nothing is learnt by them.

    Raises:
        ValueError: if there are none or too few, or one is no finite number; names the first. Or if
            all are the same and may not.

    Example:
        >>> numbers_of([61, 58.5], 2).tolist()
        [61.0, 58.5]
    """
    if labels is None:
        raise ValueError("expected a number to estimate for every signal as labels; got None")
    check_listed(labels, "labels", "a number to estimate for every signal")
    given = list(labels.to_numpy()[:, 0] if is_table(labels) else labels)
    if len(given) != signals:
        raise ValueError(f"expected {signals} labels, one per signal; got {len(given)}")
    numbers = np.array([_number(one) for one in given], np.float64)
    unfit = np.flatnonzero(~np.isfinite(numbers))
    if unfit.size:
        raise ValueError(
            f"expected a finite number to estimate for every signal; signal {unfit[0]} "
            f"({unfit.size} in all) has {given[unfit[0]]!s}. Leave such records out"
        )
    if not alike:
        check_numbers(numbers)
    return numbers


def check_numbers(numbers: np.ndarray) -> None:
    """Checks that there is something to estimate.

    Raises:
        ValueError: if all numbers are the same.
    """
    if not len(numbers) or np.ptp(numbers) == 0:
        same = f"all {len(numbers)} are {numbers[0]:g}" if len(numbers) else "got none"
        raise ValueError(f"expected numbers that vary, to estimate them; {same}")


def _number(one: Any) -> float:
    """NaN of what is no number; a column of one number each is one too."""
    try:
        return float(np.asarray(one, np.float64).item())
    except (TypeError, ValueError):
        return np.nan
