"""SignalModel: from the raw signal, through the domains, to a core's answers; and its layers."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from ecgzoo.artifact.preset import Preset
from ecgzoo.models.core import Core, Loaded
from ecgzoo.signal_spec import SignalSpec


@keras.saving.register_keras_serializable(package="ecgzoo")
class AllPresent(keras.layers.Layer):
    """Ones, as many as there are domains: a core's mask where none is given.

    Input shape:
        A list of tensors, one per domain.

    Output shape:
        float32 ``[batch, domains]``.

    Example:
        >>> import numpy as np
        >>> np.asarray(AllPresent()([np.zeros((1, 9)), np.zeros((1, 4, 4))])).tolist()
        [[1.0, 1.0]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, domains: list[Any]) -> Any:
        return ops.ones((ops.shape(domains[0])[0], len(domains)), "float32")

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], len(input_shape)


@keras.saving.register_keras_serializable(package="ecgzoo")
class DomainDropout(keras.layers.Layer):
    """Takes domains from a mask at random, record by record, but never the last one.

    Every domain draws a number; those below ``rate`` are left out, and the one with the highest
    stays in any case (ModDrop, Neverova et al. 2016, section 4.2, drops them independently too).

    Args:
        rate: how often a domain is left out; a little less often than that, since one stays.
        seed: of the draws.

    Raises:
        ValueError: if ``rate`` lies outside ``[0, 1)``.

    Input shape:
        ``[batch, domains]``, ones and zeros.

    Output shape:
        The same; in inference the input itself.

    Example:
        >>> import numpy as np
        >>> left = np.asarray(DomainDropout(0.5, seed=1)(np.ones((1000, 3)), training=True))
        >>> bool((left.sum(1) >= 1).all()), bool((left.sum(1) < 3).any())
        (True, True)
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})
        if not 0 <= rate < 1:
            raise ValueError(f"the rate of domain dropout must lie in [0, 1); got {rate}")
        self.rate = float(rate)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, present: Any, training: bool = False) -> Any:
        if not training or not self.rate:
            return present
        # An absent domain draws less than any other: it is not the one that stays.
        drawn = keras.random.uniform(ops.shape(present), seed=self.seed_generator) + present - 1
        stays = drawn >= ops.max(drawn, axis=1, keepdims=True)
        return present * ops.cast(ops.logical_or(drawn >= self.rate, stays), present.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate, "seed": self.seed}


@keras.saving.register_keras_serializable(package="ecgzoo")
class PlacedLeads(keras.layers.Layer):
    """Puts each lead in its place, and zeros in the places without one.

    Args:
        places: for each lead that comes out, which that goes in; None for zeros.

    Input shape:
        ``[batch, samples, leads]``.

    Output shape:
        float32 ``[batch, samples, len(places)]``.

    Example:
        >>> import numpy as np
        >>> np.asarray(PlacedLeads([1, None, 0])(np.array([[[7.0, 8.0]]]))).tolist()
        [[[8.0, 0.0, 7.0]]]
    """

    def __init__(self, places: Sequence[int | None], **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})
        self.places = list(places)

    def call(self, signal: Any) -> Any:
        zeros = ops.zeros_like(signal[..., :1])
        columns = [zeros if i is None else signal[..., i : i + 1] for i in self.places]
        return ops.concatenate(columns, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], len(self.places))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"places": self.places}


@keras.saving.register_keras_serializable(package="ecgzoo")
class SignalModel(keras.Model):
    """A functional model from a signal to a core's answers, as :func:`with_front` makes it.

    Args:
        inputs: the symbolic signal.
        outputs: what the core makes of its domains.
        name: the model's name.
        **kwargs: as of ``keras.Model``.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name=name, **kwargs)

    @property
    def answers(self) -> Core:
        """The core that answers, or a view of one."""
        return next(layer for layer in self.layers if isinstance(layer, Core))

    @property
    def core(self) -> Core:
        """What owns the weights."""
        return self.answers.owner()

    @property
    def front(self) -> keras.Model:
        """From the whole signal to the core's domains."""
        return self.get_layer(FRONT)

    @property
    def preset(self) -> Preset | None:
        """What it stands for."""
        return self.core.preset

    @property
    def loaded(self) -> Loaded | None:
        """Which of its tensors came from a file; None for random weights."""
        return self.core.loaded


FRONT = "front"


def with_front(core: Core, spec: SignalSpec, leads: Sequence[str] | None = None) -> SignalModel:
    """The model from signal to probabilities whose domains feed ``core``.

    Args:
        core: from domains to probabilities.
        spec: the signals that the core was made for.
        leads: the leads that its signal has, in order, where it lacks some: zeros stand for these.

    Raises:
        ValueError: if the spec has no such lead, or one stands twice.
    """
    shape = spec.shape if leads is None else (spec.samples, len(leads))
    signal = keras.Input(shape, name="signal")
    whole = signal if leads is None else _placed(leads, spec)(signal)
    every = keras.Input(spec.shape, name="signal")
    domains = {name: layer(every) for name, layer in core.domain_layers(spec).items()}
    front = keras.Model(every, domains, name=FRONT)
    return SignalModel(signal, core(front(whole)), name=f"{core.name}_signal")


def core_of(model: keras.Model) -> Core:
    """The core of a model that :func:`build` made.

    Raises:
        ValueError: if it was made by something else.
    """
    if isinstance(model, Core):
        return model.owner()
    if isinstance(model, SignalModel):
        return model.core
    raise ValueError(
        "expected a model that ecgzoo.build returned, which knows its leads and classes; got "
        f"{model.name}. Build it, set its weights, and pass that."
    )


def _placed(leads: Sequence[str], spec: SignalSpec) -> PlacedLeads:
    known = f"the spec's leads are {', '.join(spec.leads)}"
    if isinstance(leads, str) or not leads or len(set(leads)) != len(leads):
        raise ValueError(f"expected one or more different leads; got {leads!r}; {known}")
    if foreign := [lead for lead in leads if lead not in spec.leads]:
        raise ValueError(f"unknown leads {', '.join(map(repr, foreign))}; {known}")
    places = [list(leads).index(lead) if lead in leads else None for lead in spec.leads]
    return PlacedLeads(places, name="leads")
