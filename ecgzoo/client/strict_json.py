"""JSON as the standard has it, whose numbers are finite and whose texts can be written."""

import json
import math
import re
from typing import Any, NoReturn


def json_in(text: str) -> Any:
    """The content of strict JSON.

    Raises:
        ArithmeticError: if a number is NaN or infinite, or becomes so, as 1e999 does.
        ValueError: if it is no JSON, nested too deep, or holds half a character.

    Example:
        >>> json_in('[1e999]')
        Traceback (most recent call last):
        ...
        ArithmeticError: expected finite numbers in the answer; got 1e999
    """
    try:
        content = json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError:
        raise ValueError("expected JSON of some levels; got more than can be read") from None
    if HALF.search(text):  # files and terminals would refuse it later
        json.dumps(content, ensure_ascii=False).encode()
    return content


HALF = re.compile(r"\\u[dD][89a-fA-F]")  # of a character beyond 16 bits


def _refused(number: str) -> NoReturn:
    raise ArithmeticError(f"expected finite numbers in the answer; got {number[:40]}")


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refused(number)
