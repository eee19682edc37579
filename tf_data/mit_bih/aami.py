"""AAMI: the five classes of heartbeats, and which of MIT-BIH's annotations belong to each.

Source: ANSI/AAMI EC57 (recommended practice for testing arrhythmia algorithms), as mapped by de
Chazal, O'Dwyer and Reilly (2004), Automatic Classification of Heartbeats Using ECG Morphology and
Heartbeat Interval Features, IEEE Trans. Biomed. Eng. 51(7), 1196-1206, Table II.
"""

from __future__ import annotations

CLASSES = ("N", "S", "V", "F", "Q")
"""Normal or bundle branch block, supraventricular, ventricular, fusion of V and N, unknown."""

SYMBOLS = {
    "N": "N",  # normal beat
    "L": "N",  # left bundle branch block
    "R": "N",  # right bundle branch block
    "e": "N",  # atrial escape
    "j": "N",  # nodal (junctional) escape
    "A": "S",  # atrial premature
    "a": "S",  # aberrated atrial premature
    "J": "S",  # nodal (junctional) premature
    "S": "S",  # supraventricular premature
    "V": "V",  # premature ventricular contraction
    "E": "V",  # ventricular escape
    "F": "F",  # fusion of ventricular and normal
    "/": "Q",  # paced
    "f": "Q",  # fusion of paced and normal
    "Q": "Q",  # unclassifiable
}
"""PhysioNet's symbol to class. All others, of rhythm, noise or flutter waves, are no beats."""


def aami_class(symbol: str) -> str | None:
    """The class of an annotation; None if it is no beat.

    Args:
        symbol: PhysioNet's, such as ``"N"`` or ``"/"``.

    Example:
        >>> aami_class("L"), aami_class("E"), aami_class("+")
        ('N', 'V', None)
    """
    return SYMBOLS.get(symbol)
