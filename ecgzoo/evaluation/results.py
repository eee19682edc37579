"""Results as others take them: ready for JSON, as tables and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    import pandas as pd


class Told:
    """A dataclass of figures, which JSON can hold.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class Found(Told):
        ...     counts: np.ndarray
        >>> Found(np.array([1, 2])).to_dict()
        {'counts': [1, 2]}
    """

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return {name: _plain(value) for name, value in vars(self).items()}


class Row(Told):
    """A dataclass that is one row of a table."""

    def to_frame(self) -> pd.DataFrame:
        """A table of one row."""
        return frame([self.to_dict()])


def frame(content: Any) -> pd.DataFrame:
    """Rows or columns as a table, of pandas, which is not imported before it is asked for."""
    import pandas as pd

    return pd.DataFrame(content)


def _plain(value: Any) -> Any:
    """Arrays and tuples as lists, dataclasses as dictionaries, paths as text, at any depth."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Path):
        return str(value)
    return value.tolist() if isinstance(value, np.ndarray) else value


def p_shown(p_value: float) -> str:
    """A p-value to two or more digits, and below 0.0001 by that bound.

    Example:
        >>> p_shown(0.0321), p_shown(0.00021), p_shown(3e-17), p_shown(0.2)
        ('p 0.032', 'p 0.0002', 'p < 0.0001', 'p 0.20')
    """
    if p_value < 0.0001:
        return "p < 0.0001"
    digits = 4 if p_value < 0.01 else 3 if p_value < 0.1 else 2
    return f"p {p_value:.{digits}f}"


def p_short(p_value: float) -> str:
    """A p-value in at most five characters.

    Example:
        >>> p_short(0.0002), p_short(0.0213), p_short(1.0)
        ('<.001', '.021', '1')
    """
    if p_value < 0.001:
        return "<.001"
    return "1" if p_value > 0.9995 else without_zero(p_value)


def without_zero(value: float, sign: str = "") -> str:
    """A share to three digits, without the zero before the point.

    Example:
        >>> without_zero(0.875), without_zero(0.02, "+")
        ('.875', '+.020')
    """
    return f"{value:{sign}.3f}".replace("0.", ".", 1)


def holm(p_values: ArrayLike) -> np.ndarray:
    """P-values corrected for how many there are, by Holm's step-down method.

    The chance that any true null hypothesis has one below a bound is at most that bound, in
    whatever way the tests depend on each other. Source: Holm (1979), A Simple Sequentially
    Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6(2), 65-70.

    Args:
        p_values: ``[n]``.

    Returns:
        float64 ``[n]``, in the order given.

    Raises:
        ValueError: on another number of axes, or values outside 0 to 1.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"expected p-values [n] from 0 to 1; got {given}")
    order = np.argsort(given, kind="stable")
    stepped = given[order] * np.arange(len(given), 0, -1)
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return corrected
