"""Names to builders: models, domains, encoders and fusions, imported when first built.

An installed package adds its own by an entry point of the group ``ecgzoo.parts``: a module that
registers them when it is imported, or a function that does when it is called.
"""

import builtins
import difflib
import fnmatch
import functools
import importlib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecgzoo.errors import PartsWarning, UnknownNameError

Builder = Callable[..., Any]


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
        ecgzoo.errors.UnknownNameError: unknown planet 'fracton'; did you mean 'fraction'?
    """

    kind: str
    entries: dict[str, tuple[Builder | str, dict[str, Any]]] = field(default_factory=dict)

    def add(self, name: str, builder: Builder | str, *, replace: bool = False, **info: Any) -> None:
        """Registers ``builder`` under ``name``, with facts about it for :meth:`info`.

        One of the facts is more than that: ``options``, arguments that the name stands for.

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
        builder, info = self._entry(name)
        if isinstance(builder, str):
            module, _, attribute = builder.partition(":")
            builder = getattr(importlib.import_module(module), attribute)
        return _bound(builder, info["options"]) if info.get("options") else builder

    def info(self, name: str) -> dict[str, Any]:
        """The facts registered with ``name``."""
        return dict(self._entry(name)[1])

    def names(self, pattern: str = "*") -> list[str]:
        """The names that match a shell pattern, sorted."""
        _load_installed_parts()
        return sorted(fnmatch.filter(self.entries, pattern))

    def __contains__(self, name: object) -> bool:
        if name not in self.entries:
            _load_installed_parts()
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def _entry(self, name: str) -> tuple[Builder | str, dict[str, Any]]:
        if name not in self:
            raise UnknownNameError(unknown(self.kind, name, self.entries))
        return self.entries[name]


_groups = ["ecgzoo.parts"]  # entry points that have not been loaded yet


def _load_installed_parts() -> None:
    """Loads what installed packages add, once, and not before a name is missed or names are listed.

    One of them that fails is told in a warning: who asks for something else can go on.
    """
    while _groups:  # emptied first, for parts ask the registry in turn
        from importlib.metadata import entry_points

        for entry in entry_points(group=_groups.pop()):
            try:
                part = entry.load()
                if callable(part):
                    part()
            except Exception as error:
                package = entry.dist.name if entry.dist else "?"
                warnings.warn(
                    f"the parts {entry.value!r} of the package {package} are left out: "
                    f"{type(error).__name__}: {error}. Mend the package, or uninstall it.",
                    PartsWarning,
                    stacklevel=3,
                )


def _bound(builder: Builder, options: Mapping[str, Any]) -> Builder:
    bound = functools.partial(builder, **options)
    bound.__doc__ = builder.__doc__
    return bound


NAMED = 12  # names that a message lists


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a name that is not among ``known``, with the nearest ones."""
    near = difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.5)
    if near:
        return f"unknown {kind} {name!r}; did you mean {' or '.join(map(repr, near))}?"
    names = sorted(known)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"unknown {kind} {name!r}; known: {', '.join(names[:NAMED])}{more}"


MODELS = Registry("model")
DOMAINS = Registry("domain")
ENCODERS = Registry("encoder")
FUSIONS = Registry("fusion")
TABLES = [MODELS, DOMAINS, ENCODERS, FUSIONS]

# The categories of arXiv 2404.15022, and what arXiv 2508.00963 leaves to future work.
CATEGORIES = ("input", "single-level", "hierarchical", "attention", "output", "future work")
TRAININGS = ("end_to_end", "branches", "out_of_fold")


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

    Or, so that a fusion can act between its stages, it is a generator that yields each stage's
    feature map, goes on with the one that it is sent, and returns its ``Features``.

    Raises:
        ValueError: if the name is taken.
    """
    ENCODERS.add(name, builder, replace=replace)


def register_fusion(
    name: str,
    builder: Builder | str,
    *,
    category: str,
    training: str = "end_to_end",
    encoder: str = "conv1d",
    replace: bool = False,
) -> None:
    """Adds a fusion: ``builder(features)`` joins a dictionary of ``Features`` into one vector.

    It returns the tensor, or ``Fused`` with weights to be read beside it. By its category it may
    join other things: an ``"input"`` fusion takes the domains themselves and the presence of each,
    an ``"output"`` fusion takes ``Branch``es and gives probabilities. A class is called without
    arguments first; its object may have a method ``exchange(maps, depth, present)``, which acts
    between the encoders' stages.

    Args:
        name: what ``build(..., fusion=name)`` calls it.
        builder: a callable or class, or ``"module:name"``.
        category: one of ``CATEGORIES``.
        training: one of ``TRAININGS``: whether all is trained by one loss; or the branches are, and
            the fusion has no gradient; or besides it is fitted to out-of-fold predictions.
        encoder: what reads the result of an input fusion.
        replace: whether an entry of that name may be replaced.

    Raises:
        UnknownNameError: if there is no such category or training.
        ValueError: if the name is taken.
    """
    for kind, chosen, known in (
        ("category", category, CATEGORIES),
        ("training", training, TRAININGS),
    ):
        if chosen not in known:
            raise UnknownNameError(unknown(kind, chosen, known))
    FUSIONS.add(
        name, builder, replace=replace, category=category, training=training, encoder=encoder
    )


DOMAINS.add("time", "ecgzoo.domains.time:time", encoder="conv1d")
DOMAINS.add("frequency", "ecgzoo.domains.frequency:frequency", encoder="conv1d_transformer")
DOMAINS.add("rhythm", "ecgzoo.domains.rhythm:rhythm", encoder="conv1d_long")
DOMAINS.add("time_frequency", "ecgzoo.domains.time_frequency:time_frequency", encoder="conv2d")

ENCODERS.add("conv1d", "ecgzoo.encoders.conv1d:conv1d")
ENCODERS.add("conv1d_long", "ecgzoo.encoders.conv1d:conv1d_long")
ENCODERS.add("conv1d_deep", "ecgzoo.encoders.conv1d_deep:conv1d_deep")
ENCODERS.add("conv1d_wide", "ecgzoo.encoders.conv1d:conv1d_wide")
ENCODERS.add("conv2d", "ecgzoo.encoders.conv2d:conv2d")
ENCODERS.add("conv1d_transformer", "ecgzoo.encoders.conv1d_transformer:conv1d_transformer")

# Fusions that one loss does not train as a whole.
_TRAINED = {"vote": "branches", "weighted_average": "out_of_fold", "stacking": "out_of_fold"}


def _function_of(name: str) -> str:
    """What a fusion's function is called: as the fusion is, and no name of Python's own (PEP 8)."""
    return f"{name}_" if hasattr(builtins, name) else name


for _category, _names in {
    "input": ("input",),
    "single-level": ("concat", "sum", "weighted_sum", "product", "low_rank", "gated"),
    "hierarchical": ("hierarchical", "mmtm"),
    "attention": ("self_attention", "cross_attention", "bottleneck"),
    "output": (
        "average",
        "weighted_average",
        "product_of_experts",
        "vote",
        "stacking",
        "mixture_of_experts",
    ),
    "future work": ("graph", "autoencoder"),
}.items():
    for _name in _names:
        register_fusion(
            _name,
            f"ecgzoo.fusion.{_category.replace('-', '_').replace(' ', '_')}.{_name}"
            f":{_function_of(_name)}",
            category=_category,
            training=_TRAINED.get(_name, "end_to_end"),
        )

for _name, _domains in (
    ("cnn1d", ("time",)),
    ("cnn2d", ("time_frequency",)),
    ("cnn1d_transformer", ("frequency",)),
    ("hybrid1", ("time", "time_frequency")),
    ("hybrid2", ("time", "frequency", "time_frequency")),
    ("hybrid_rhythm", ("time", "rhythm", "time_frequency")),
    ("hybrid", ("time", "time_frequency")),
):
    # By themselves they concatenate, as in the paper.
    _fused: dict[str, Any] = {"fusion": "concat"} if len(_domains) > 1 else {}
    MODELS.add(_name, f"ecgzoo.models.make_core:{_name}", domains=_domains, **_fused)

# hybrid1 and hybrid2 with every other fusion.
for _fusion in FUSIONS.entries:
    for _name in ("hybrid1", "hybrid2"):
        if _fusion != "concat":
            MODELS.add(
                f"{_name}_{_fusion}",
                f"ecgzoo.models.make_core:{_name}",
                domains=MODELS.info(_name)["domains"],
                options={"fusion": _fusion},
            )
