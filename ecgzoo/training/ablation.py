"""Ablation: the recipes of a model that lacks one of its domains; nothing else differs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecgzoo.registry import MODELS
from ecgzoo.training.recipe import Recipe

ANY_DOMAINS = "hybrid"
PLAIN = "concat"


def without(recipe: Recipe, domain: str) -> Recipe:
    """The recipe of the model that lacks a domain; nothing else differs.

    A registered model of these domains and this fusion is taken where there is one, so that what
    is trained already is not trained again; else ``hybrid`` with these domains.

    Args:
        recipe: of a model of several domains that is registered with its fusion.
        domain: the one to leave out.

    Raises:
        ValueError: if the model has no other domain, lacks this one, or there is no model of what
            is left.

    Example:
        >>> without(Recipe("hybrid2"), "frequency").name
        'hybrid1'
        >>> without(Recipe("hybrid2_gated"), "time").name
        'hybrid,domains=frequency+time_frequency,fusion=gated'
        >>> without(Recipe("hybrid1"), "time").name
        'cnn2d'
    """
    if domain not in recipe.domains or len(recipe.domains) < 2:
        listed = ", ".join(recipe.domains)
        raise ValueError(
            f"{recipe.name} has the domains {listed}: {domain} cannot be left out. An ablation "
            "needs a model of two domains or more"
        )
    left = tuple(one for one in recipe.domains if one != domain)
    fusion = _fusion(recipe.model, recipe.options) if len(left) > 1 else None
    rest = {k: v for k, v in recipe.options.items() if k not in ("domains", "fusion")}
    registered = (one for one in MODELS if tuple(MODELS.info(one)["domains"]) == left)
    for name in registered:
        if name != ANY_DOMAINS and (fusion is None or _fusion(name, {}) == fusion):
            return replace(recipe, model=name, options=rest)
    if len(left) == 1:
        raise ValueError(f"no registered model has the domain {left[0]} alone; register one")
    options = rest | {"domains": list(left)} | ({} if fusion == PLAIN else {"fusion": fusion})
    return replace(recipe, model=ANY_DOMAINS, options=options)


def lacking(recipe: Recipe) -> dict[str, Recipe]:
    """The recipe :func:`without` each of its domains, by that domain.

    Example:
        >>> {domain: one.name for domain, one in lacking(Recipe("hybrid1")).items()}
        {'time': 'cnn2d', 'time_frequency': 'cnn1d'}
    """
    return {domain: without(recipe, domain) for domain in recipe.domains}


def _fusion(model: str, options: Mapping[str, Any]) -> str:
    named = MODELS.info(model).get("options", {})
    return str({"fusion": PLAIN, **named, **options}["fusion"])
