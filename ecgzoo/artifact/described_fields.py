"""Described fields: the schema of a ``preset.json``, and the check of what JSON held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

CONTRACT = "contract"  # what an exported version adds to its description, for its clients

# What each field of a description must be, as JSON has it.
FIELDS: dict[str, Any] = {
    "model": str,
    "spec": Mapping,
    "classes": list,
    "options": Mapping,
    "multi_label": bool,
    "weights_sha256": str,
    "page": str | None,
    "training": Mapping,
    "metrics": Mapping,
    "data": Mapping,
    "temperature": float | int,
    "thresholds": Mapping,
    "head": Mapping,
    "bands": str,
}
REQUIRED = ("model", "spec", "classes")
SPEC_REQUIRED = ("leads", "sampling_rate", "samples")
SPEC_FIELDS: dict[str, Any] = {
    "leads": list,
    "sampling_rate": float | int,
    "samples": int,
    "unit": str,
    "simultaneous": bool,
}
_KINDS = {
    str: "text",
    str | None: "text or nothing",
    bool: "true or false",
    int: "a number",
    float | int: "a number",
    list: "a list",
    Mapping: "an object",
}


def check_description(fields: Mapping[str, Any]) -> None:
    """Checks a whole description, be it alone or of an exported version.

    Args:
        fields: what a ``preset.json`` held.

    Raises:
        ValueError: if a field is missing, unknown or of another kind; the message names it.

    Example:
        >>> check_description({"model": "cnn1d", "classes": []})
        Traceback (most recent call last):
        ...
        ValueError: it lacks spec
    """
    check_fields(fields, REQUIRED, FIELDS | {CONTRACT: object})
    check_fields(fields["spec"], SPEC_REQUIRED, SPEC_FIELDS, "spec.")
    _check_texts("classes", fields["classes"])
    _check_texts("spec.leads", fields["spec"]["leads"])


def check_fields(
    fields: object, required: Iterable[str], known: Mapping[str, Any], within: str = ""
) -> None:
    """Checks names and kinds of what JSON held.

    Raises:
        ValueError: if a field is missing, unknown or of another kind; the message names it.

    Example:
        >>> check_fields({"samples": "many"}, (), {"samples": int})
        Traceback (most recent call last):
        ...
        ValueError: expected a number in samples; got 'many'
    """
    if not isinstance(fields, Mapping):
        raise ValueError(f"expected an object with {', '.join(known)}; got {_short(fields)}")
    if lacking := [name for name in required if name not in fields]:
        raise ValueError(f"it lacks {', '.join(within + name for name in lacking)}")
    for name, value in fields.items():
        if name not in known:
            raise ValueError(f"unknown field {within + name}; known: {', '.join(known)}")
        wanted = known[name]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise ValueError(f"expected {_KINDS[wanted]} in {within + name}; got {_short(value)}")


def _check_texts(name: str, values: list[Any]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"expected names in {name}; got {_short(values)}")


def _short(value: object) -> str:
    """A value as a message can show it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
