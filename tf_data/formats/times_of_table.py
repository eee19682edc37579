"""The rate that times of a table tell, which was given from Python; and what tells none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tf_data.formats.time_column import tells_time, told_rate
from tf_data.formats.times import times_in

SHOWN = 3  # values in a message
LONGEST = 40  # characters of each


@dataclass(frozen=True, eq=False)
class TimedBy:
    """A column or an index that counts samples or tells the time.

    Attributes:
        values: ``[samples]``; of more dimensions where several columns bear its name.
        name: of it; empty where it has none.
        where: what it is called in a message.
    """

    values: np.ndarray
    name: str
    where: str

    def rate(self) -> float | None:
        """In Hz; None where it tells none. Raises SignalError if times jump."""
        return told_rate(times_in(self.values), self.name, "", self.where)

    def is_of_time(self) -> bool:
        """Whether it says that it is the time: it may count samples else."""
        return self.values.dtype.kind in "mM" or tells_time(self.name)

    def untold(self) -> str:
        """What to say of it where it tells no rate, but for the remedy."""
        if self.values.ndim != 1:
            return f"expected {self.where} once; it stands there {self.values.shape[-1]} times"
        first = ", ".join(str(one)[:LONGEST] for one in self.values[:SHOWN])
        return f"expected times in {self.where} that tell its rate; they begin with {first}"


def rate_and_untold(times: Sequence[TimedBy]) -> tuple[float | None, str]:
    """The first rate that is told; where none is, what to say of the first that should tell it.

    Example:
        >>> rate_and_untold([TimedBy(np.arange(9) * 4, "ms", "the index")])
        (250.0, '')
        >>> rate_and_untold([TimedBy(np.arange(9) * 4, "time", "the column time")])
        (None, 'expected times in the column time that tell its rate; they begin with 0, 4, 8')
    """
    if rate := next((rate for one in times if (rate := one.rate())), None):
        return rate, ""
    return None, next((one.untold() for one in times if one.is_of_time()), "")
