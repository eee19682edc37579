"""P-values as they are shown."""

from __future__ import annotations


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
