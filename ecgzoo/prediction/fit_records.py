"""Fit records: what becomes of those among many that cannot be read or asked about."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ecgzoo.errors import EcgzooError, SignalError, UnknownNameError
from ecgzoo.prediction.records import Windows, joined
from ecgzoo.registry import unknown
from tf_data.notes import Notes

REFUSE, SKIP = "refuse", "skip"


def windows_of_each(
    readers: Sequence[tuple[str, Callable[[], Windows]]], unfit: str, notes: Notes
) -> Windows:
    """The windows of several records, one after another.

    Args:
        readers: the name or path of each record, and what reads it.
        unfit: of a record that cannot be read or asked about: ``"refuse"``, which passes on what
            is said of it; or ``"skip"``, which leaves it out.
        notes: where those that are left out are put.

    Raises:
        UnknownNameError: if ``unfit`` is neither.
        SignalError: if every record is left out.
        EcgzooError: what is said of a record, where it is to be refused.

    Example:
        >>> windows_of_each([], "drop", Notes())
        Traceback (most recent call last):
        ...
        ecgzoo.errors.UnknownNameError: unknown unfit 'drop'; known: refuse, skip
    """
    if unfit not in (REFUSE, SKIP):
        raise UnknownNameError(unknown("unfit", unfit, (REFUSE, SKIP)))
    found, reasons = [], []
    for name, read in readers:
        try:
            found.append(read())
        except EcgzooError as error:
            if unfit == REFUSE:
                raise
            reasons.append(str(error))
            notes.add(Path(name).name, [f"left out. {error}"])
    if not found:
        raise SignalError(f"none of {len(readers)} records can be asked about. {reasons[0]}")
    return joined(found)
