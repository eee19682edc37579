"""Options that are pairs, ``NAME=VALUE``, and may be repeated."""

from collections.abc import Sequence
from typing import Any


def paired(pairs: Sequence[str] | None, expected: str) -> dict[str, str]:
    """Names by names, of pairs with ``=``.

    Args:
        pairs: such as ``"ECG=I"``.
        expected: the option with what it takes and an example, for the sentence of one that is
            none.

    Raises:
        ValueError: if one is no such pair.

    Example:
        >>> paired(["time = conv1d_wide"], "--encoder DOMAIN=ENCODER")
        {'time': 'conv1d_wide'}
    """
    found = {}
    for pair in pairs or ():
        one, between, other = pair.partition("=")
        if not (one and between and other):
            raise ValueError(f"expected {expected}; got {pair!r}")
        found[one.strip()] = other.strip()
    return found


def with_encoders(pairs: Sequence[str] | None) -> dict[str, Any]:
    """A model's options, of what ``--encoder`` was given; none of nothing.

    Raises:
        ValueError: if one is no pair.

    Example:
        >>> with_encoders(["time=conv1d_deep"]), with_encoders(None)
        ({'encoders': {'time': 'conv1d_deep'}}, {})
    """
    encoders = paired(pairs, "--encoder DOMAIN=ENCODER, such as time=conv1d_wide")
    return {"encoders": encoders} if encoders else {}


def changes(pairs: Sequence[str] | None) -> dict[str, float]:
    """A recipe's ``changes``, of what ``--change`` was given.

    Raises:
        ValueError: if one is no pair, or no number.

    Example:
        >>> changes(["flip=0.5"])
        {'flip': 0.5}
    """
    expected = "--change NAME=NUMBER, such as stretch=0.1"
    try:
        return {name: float(value) for name, value in paired(pairs, expected).items()}
    except ValueError as error:
        raise ValueError(f"expected {expected}; got {' '.join(pairs or ())!r}") from error
