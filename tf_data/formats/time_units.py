"""Units that a file tells times in, and the unit that a column's name says."""

import re

_WORDS = {
    "ns nsec nanosecond nanoseconds": 1e-9,
    "us µs μs usec microsecond microseconds": 1e-6,
    "ms msec millisecond milliseconds": 1e-3,
    "s sec secs second seconds hh:mm:ss hh:mm:ss.mmm": 1.0,
    "sek sekunde sekunden seconde secondes seg segundo segundos secondo secondi": 1.0,
    "min mins minute minutes minuten minuto minutos minuti": 60.0,
    "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore": 3600.0,
}
SECONDS = {word: seconds for words, seconds in _WORDS.items() for word in words.split()}
"""Seconds in each unit of time, by what it is called in small letters."""


def cut_unit(name: str) -> tuple[str, str]:
    """A column's name without the unit in brackets behind it, and the unit; empty without one.

    Example:
        >>> cut_unit("time (min)"), cut_unit("II [uV]"), cut_unit("II")
        (('time', 'min'), ('II', 'uV'), ('II', ''))
    """
    at = max(name.rfind("("), name.rfind("["))
    called, unit = name[: max(at, 0)].rstrip(), name[at + 1 : -1].strip()
    closed = name.endswith((")", "]")) and not re.search(r"[)\]]", unit)
    return (called, unit) if closed and called and unit else (name, "")


def unit_in(name: str) -> str:
    """The unit that the name of a column of times says: in brackets, or as its last word.

    Example:
        >>> [unit_in(name) for name in ("time (min)", "time_us", "Hours", "Elapsed time")]
        ['min', 'us', 'hours', '']
    """
    last = re.split(r"[\W_]+", name.strip().lower())[-1]
    return cut_unit(name)[1] or (last if last in SECONDS else "")


def unknown_unit(name: str, unit: str) -> str:
    """The unit that is said of a column of times and is none of time; empty where none is.

    Example:
        >>> unknown_unit("time (beats)", ""), unknown_unit("time", "min")
        ('beats', '')
    """
    said = unit or unit_in(name)
    return "" if said.lower() in SECONDS else said
