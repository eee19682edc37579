"""Notes: what was assumed of records, each sentence once."""

from collections.abc import Iterable, Sequence


class Notes:
    """What was assumed of many records: each sentence once, with the records that it is of.

    Example:
        >>> notes = Notes()
        >>> for name in ("a.hea", "b.hea", "c.hea"):
        ...     notes.add(name, ["lead MLII is taken as II"])
        >>> notes.sentences()
        ['a.hea and 2 more: lead MLII is taken as II']
    """

    def __init__(self) -> None:
        self._records: dict[str, list[str]] = {}

    def add(self, record: str, notes: Iterable[str]) -> None:
        """Notes of a record."""
        for note in notes:
            self._records.setdefault(note, []).append(record)

    def sentences(self) -> list[str]:
        """All of them, in the order in which they came."""
        return [f"{listed(names, 1)}: {note}" for note, names in self._records.items()]


def listed(names: Sequence[str], most: int = 5) -> str:
    """A few names, and how many more there are.

    Example:
        >>> listed(["a", "b", "c"], most=2)
        'a, b and 1 more'
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
