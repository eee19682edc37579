"""Names to builders: models, domains, encoders and fusions, imported when first built."""

from __future__ import annotations

import difflib
import fnmatch
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Builder = Callable[..., Any]


class UnknownNameError(ValueError):
    """A name that nothing bears; the message suggests the nearest ones."""


@dataclass
class Registry:
    """A table from names to builders.

    A builder is a callable, or a string ``"module:function"`` that is imported when it is first
    asked for, so that listing names costs nothing.

    Attributes:
        kind: what the names stand for, used in messages.

    Example:
        >>> planets = Registry("planet")
        >>> planets.add("fraction", "fractions:Fraction")
        >>> planets.get("fraction")(1, 2)
        Fraction(1, 2)
        >>> planets.get("fracton")
        Traceback (most recent call last):
        ...
        ecgzoo.registry.UnknownNameError: unknown planet 'fracton'; did you mean 'fraction'?
    """

    kind: str
    entries: dict[str, tuple[Builder | str, dict[str, Any]]] = field(default_factory=dict)

    def add(self, name: str, builder: Builder | str, *, replace: bool = False, **info: Any) -> None:
        """Registers ``builder`` under ``name``, with facts about it for :meth:`info`.

        Raises:
            ValueError: if the name is taken and ``replace`` is false.
        """
        if name in self.entries and not replace:
            raise ValueError(f"{self.kind} {name!r} is registered already; pass replace=True")
        self.entries[name] = (builder, info)

    def get(self, name: str) -> Builder:
        """The builder called ``name``.

        Raises:
            UnknownNameError: if there is none.
        """
        builder = self._entry(name)[0]
        if isinstance(builder, str):
            module, _, attribute = builder.partition(":")
            return getattr(importlib.import_module(module), attribute)
        return builder

    def info(self, name: str) -> dict[str, Any]:
        """The facts registered with ``name``."""
        return dict(self._entry(name)[1])

    def names(self, pattern: str = "*") -> list[str]:
        """The names that match a shell pattern, sorted."""
        return sorted(fnmatch.filter(self.entries, pattern))

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def _entry(self, name: str) -> tuple[Builder | str, dict[str, Any]]:
        if name not in self.entries:
            raise UnknownNameError(unknown(self.kind, name, self.entries))
        return self.entries[name]


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a name that is not among ``known``, with the nearest ones."""
    near = difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.5)
    if near:
        return f"unknown {kind} {name!r}; did you mean {' or '.join(map(repr, near))}?"
    return f"unknown {kind} {name!r}; known: {', '.join(sorted(known))}"


MODELS = Registry("model")
DOMAINS = Registry("domain")
ENCODERS = Registry("encoder")
FUSIONS = Registry("fusion")


def list_models(pattern: str = "*") -> list[str]:
    """Names of the registered models that match a shell pattern.

    Example:
        >>> list_models("hybrid?")
        ['hybrid1', 'hybrid2']
    """
    return MODELS.names(pattern)


def register_model(
    name: str, builder: Builder | str, *, domains: tuple[str, ...], replace: bool = False
) -> None:
    """Adds a model: ``builder(spec, head, **options)`` returns its core.

    Args:
        name: what :func:`ecgzoo.build` calls it.
        builder: a callable, or ``"module:function"``.
        domains: names of the domains that the core takes.
        replace: whether an entry of that name may be replaced.

    Raises:
        ValueError: if the name is taken.
    """
    MODELS.add(name, builder, replace=replace, domains=tuple(domains))


def register_domain(
    name: str, builder: Builder | str, *, encoder: str, replace: bool = False
) -> None:
    """Adds a domain: ``builder(spec)`` returns a Keras layer from signal to representation.

    Args:
        name: the domain's name, and its key among a core's inputs.
        builder: a callable, or ``"module:function"``.
        encoder: name of the encoder that reads it by default.
        replace: whether an entry of that name may be replaced.

    Raises:
        ValueError: if the name is taken.
    """
    DOMAINS.add(name, builder, replace=replace, encoder=encoder)


def register_encoder(name: str, builder: Builder | str, *, replace: bool = False) -> None:
    """Adds an encoder: ``builder(representation, name)`` returns its ``Features``.

    Raises:
        ValueError: if the name is taken.
    """
    ENCODERS.add(name, builder, replace=replace)


def register_fusion(
    name: str, builder: Builder | str, *, category: str, replace: bool = False
) -> None:
    """Adds a fusion: ``builder(features)`` joins a dictionary of ``Features`` into one vector.

    Raises:
        ValueError: if the name is taken.
    """
    FUSIONS.add(name, builder, replace=replace, category=category)


for _name, _module, _domains in (
    ("cnn1d", "unimodal", ("time",)),
    ("cnn2d", "unimodal", ("time_frequency",)),
    ("cnn1d_transformer", "unimodal", ("frequency",)),
    ("hybrid1", "hybrid", ("time", "time_frequency")),
    ("hybrid2", "hybrid", ("time", "frequency", "time_frequency")),
):
    MODELS.add(_name, f"ecgzoo.models.{_module}:{_name}", domains=_domains)

DOMAINS.add("time", "ecgzoo.domains.time:time", encoder="conv1d")
DOMAINS.add("frequency", "ecgzoo.domains.frequency:frequency", encoder="conv1d_transformer")
DOMAINS.add("time_frequency", "ecgzoo.domains.time_frequency:time_frequency", encoder="conv2d")

ENCODERS.add("conv1d", "ecgzoo.encoders.conv1d:conv1d")
ENCODERS.add("conv2d", "ecgzoo.encoders.conv2d:conv2d")
ENCODERS.add("conv1d_transformer", "ecgzoo.encoders.conv1d_transformer:conv1d_transformer")

FUSIONS.add("concat", "ecgzoo.fusion.single_level.concat:concat", category="single-level")
