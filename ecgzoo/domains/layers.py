"""domain_layers: the one way from a signal's meaning to the layers that make its domains."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import keras

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import DOMAINS, unknown
from ecgzoo.signal_spec import SignalSpec

DOMAIN_OPTIONS = "domain_options"  # what they are called among a model's options
DomainOptions = Mapping[str, Mapping[str, Any]]
"""What a domain's builder is given beside the spec, by the domain's name."""


def domain_layers(
    domains: Iterable[str], spec: SignalSpec, options: DomainOptions | None = None
) -> dict[str, keras.layers.Layer]:
    """The layer of each domain.

    Args:
        domains: registered names.
        spec: the signals.
        options: by domain, what its builder takes besides; those of other domains are not used, so
            that several models can be given the same.

    Raises:
        UnknownNameError: if there is no such domain, or it has no such option.
        ValueError: if an option does not go with the spec: a band outside half the sampling rate.

    Example:
        >>> spec = SignalSpec(("PCG",), sampling_rate=2000, samples=4000, unit="au")
        >>> layers = domain_layers(["time_frequency"], spec)
        >>> layers["time_frequency"].frequencies
        (7.8125, 500.0)
        >>> narrower = {"time_frequency": {"frequencies": (20, 400)}}
        >>> domain_layers(["time_frequency"], spec, narrower)["time_frequency"].frequencies
        (20.0, 400.0)
    """
    told = checked_options(options)
    return {name: DOMAINS.get(name)(spec, **told.get(name, {})) for name in domains}


def checked_options(options: DomainOptions | None) -> dict[str, dict[str, Any]]:
    """The options as JSON would give them back: lists for tuples, nothing for nothing.

    Raises:
        UnknownNameError: if there is no such domain, or it has no such option.
        ValueError: if they are no options by domain.

    Example:
        >>> checked_options({"frequency": {"max_frequency": 500}, "time": {}})
        {'frequency': {'max_frequency': 500}}
        >>> checked_options({"frequency": {"highest": 500}})
        Traceback (most recent call last):
        ...
        ecgzoo.errors.UnknownNameError: unknown option of the domain frequency 'highest'; known: ...
    """
    found = {}
    for domain, chosen in _mapping(options or {}, "domain_options").items():
        known = options_of(domain)
        for name in _mapping(chosen, f"domain_options of {domain}"):
            if name not in known:
                raise UnknownNameError(unknown(f"option of the domain {domain}", name, known))
        if chosen:
            found[domain] = {name: _plain(value) for name, value in chosen.items()}
    return found


def options_of(domain: str) -> list[str]:
    """What a domain's builder takes beside the spec.

    Raises:
        UnknownNameError: if there is no such domain.

    Example:
        >>> options_of("frequency")
        ['max_frequency', 'bins', 'amplitude']
    """
    return list(inspect.signature(DOMAINS.get(domain)).parameters)[1:]


def _mapping(given: Any, what: str) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    raise ValueError(
        f"expected {what} as a dictionary, such as "
        f"{{'time_frequency': {{'frequencies': (20, 400)}}}}; got {given!r}"
    )


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value
