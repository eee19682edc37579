"""Results as others take them: ready for JSON, and as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


class Told:
    """What a dataclass of figures has in common with every other.

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
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def _plain(value: Any) -> Any:
    """Arrays and tuples as lists, dataclasses as dictionaries, at any depth."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray) else value
