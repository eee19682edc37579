"""lazy: a package's face whose names are imported when they are first asked for."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def lazy(
    package: str, names: Mapping[str, Sequence[str]], own: Sequence[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """What a package binds to ``__getattr__``, ``__dir__`` and ``__all__``.

    Args:
        package: the package's ``__name__``.
        names: by module below ``ecgzoo``, what it gives; ``"new=old"`` gives ``old`` as ``new``.
        own: names that the package has itself.

    Example:
        >>> find, listed, _ = lazy("here", {"signal_spec": ["SignalSpec", "Spec=SignalSpec"]})
        >>> listed(), find("Spec").__name__
        (['SignalSpec', 'Spec'], 'SignalSpec')
        >>> find("Spek")
        Traceback (most recent call last):
        ...
        AttributeError: module 'here' has no attribute 'Spek'
    """
    found = {
        name.partition("=")[0]: (module, name.rpartition("=")[2])
        for module, given in names.items()
        for name in given
    }
    every = sorted([*found, *own])

    def find(name: str) -> Any:
        if name not in found:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, attribute = found[name]
        return getattr(importlib.import_module(f"ecgzoo.{module}"), attribute)

    return find, lambda: every, every
