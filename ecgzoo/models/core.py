"""Core: from named domains to probabilities; it owns every weight of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

import keras
from keras import ops

from ecgzoo.artifact.preset import Preset
from ecgzoo.domains.layers import DomainOptions, checked_options, domain_layers
from ecgzoo.errors import PresetError
from ecgzoo.features import Features, Tensor
from ecgzoo.signal_spec import SignalSpec

PROBABILITIES = "probabilities"
FUSED = "fused"  # the name of the joined vector among the embeddings


@dataclass(frozen=True)
class Insides:
    """Tensors within a core that its views take in or give out: see ``models.views``.

    Attributes:
        present: the mask ``[batch, domains]``; None with one domain.
        weights: what the fusion lets be read, by name.
        branches: each domain's own probabilities, where the fusion joins those.
        embeddings: each domain's pooled vector by its name, where the core has all its weights,
            and ``fused``: what is classified.
        features: what each encoder gave, by its domain; an input fusion has one encoder, by the
            fusion's name.
    """

    present: Tensor | None = None
    weights: Mapping[str, Tensor] = field(default_factory=dict)
    branches: Mapping[str, Tensor] = field(default_factory=dict)
    embeddings: Mapping[str, Tensor] = field(default_factory=dict)
    features: Mapping[str, Features] = field(default_factory=dict)

    def tensors(self) -> dict[str, Any]:
        """Those that there are, as nested dictionaries, which a Keras model can have as outputs."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        every["features"] = {
            name: {one.name: getattr(features, one.name) for one in fields(Features)}
            for name, features in self.features.items()
        }
        return _there(every)

    @classmethod
    def of(cls, tensors: Mapping[str, Any]) -> Insides:
        """The insides that :meth:`tensors` wrote down."""
        features = {
            name: Features(
                tuple(one.get("stages", ())), one["tokens"], one["vector"], one.get("present")
            )
            for name, one in tensors.get("features", {}).items()
        }
        return cls(**{**tensors, "features": features})


@dataclass(frozen=True)
class Loaded:
    """Which of a model's tensors came from a weights file.

    Attributes:
        file: the weights file.
        tensors: how many the model has.
        matched: how many of them the file gave.
        new: names of the layers that the file gave nothing for: those of a new head.
        by_lead: names of the layers whose kernels were taken lead by lead.
    """

    file: str
    tensors: int
    matched: int
    new: tuple[str, ...] = ()
    by_lead: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f"{self.matched} of {self.tensors} tensors from {self.file}"
        said += f"; by lead: {', '.join(self.by_lead)}" if self.by_lead else ""
        return said + (f"; new: {', '.join(self.new)}" if self.new else "")


@keras.saving.register_keras_serializable(package="ecgzoo")
class Core(keras.Model):
    """A functional model from domains, by name, to probabilities ``[batch, classes]``.

    Saved as ``.keras`` it keeps its insides and its preset; ``import ecgzoo.layers`` registers what
    is needed to load it.

    Args:
        inputs: a symbolic input per domain, by its name.
        outputs: the probabilities.
        insides: what may be read within.
        preset: what it stands for.
        loaded: which of its tensors came from a file.
        name: the model's name.
        domain_options: how its domains are made of a signal; see ``ecgzoo.domains.layers``.

    Attributes:
        insides: as given.
        preset: as given; ``build`` sets it.
        loaded: as given; None for random weights.
        domain_options: as given.

    Example:
        >>> domain = keras.Input((10,), name="domain")
        >>> core = Core({"domain": domain}, keras.layers.Dense(3)(domain))
        >>> core.owner() is core, core.loaded
        (True, None)
    """

    def __init__(
        self,
        inputs: Any,
        outputs: Any,
        insides: Insides | None = None,
        preset: Preset | None = None,
        loaded: Loaded | None = None,
        name: str | None = None,
        domain_options: DomainOptions | None = None,
    ) -> None:
        super().__init__(inputs, outputs, name=name)
        # In a function, since Keras would wrap a dictionary that an attribute holds.
        told = checked_options(domain_options)
        self._told: Callable[[], DomainOptions] = lambda: told
        self.insides = insides or Insides()
        self.preset = preset
        self.loaded = loaded

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The answers; of no rows none, for which TensorFlow's convolutions fail on some CPUs."""
        if keras.tree.flatten(inputs)[0].shape[0] != 0:
            return super().call(inputs, training=training, mask=mask)
        row = keras.tree.map_structure(
            lambda one: ops.zeros((1, *one.shape[1:]), one.dtype), inputs
        )
        answer = super().call(row, training=training, mask=mask)
        return keras.tree.map_structure(lambda one: one[:0], answer)

    def described(self) -> Preset:
        """What it stands for.

        Raises:
            PresetError: if nobody said.
        """
        if self.preset is None:
            raise PresetError(f"{self.name} does not say what it stands for; build it by name")
        return self.preset

    @property
    def domain_options(self) -> DomainOptions:
        """How its domains are made of a signal, by domain."""
        return self._told()

    def domain_layers(self, spec: SignalSpec) -> dict[str, keras.layers.Layer]:
        """The layers that make its domains of a signal, by name: the same wherever it is asked."""
        return domain_layers(self.owner().input, spec, self.domain_options)

    def owner(self) -> Core:
        """The core that owns the layers: itself; of a view, the one that it shows.

        A method, since Keras loads weights into what attributes hold, one after another.
        """
        return self

    def get_config(self) -> dict[str, Any]:
        outputs = {PROBABILITIES: self.output, "insides": self.insides.tensors()}
        return {
            "name": self.name,
            "graph": keras.Model(self.input, _there(outputs), name=self.name).get_config(),
            "preset": None if self.preset is None else self.preset.to_dict(),
            "loaded": None if self.loaded is None else asdict(self.loaded),
            "domain_options": self.domain_options,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        graph = keras.Model.from_config(config["graph"], custom_objects)
        preset, loaded = config["preset"], config["loaded"]
        return cls(
            graph.input,
            graph.output[PROBABILITIES],
            Insides.of(graph.output.get("insides", {})),
            None if preset is None else Preset.from_dict(preset),
            None if loaded is None else Loaded(**loaded),
            config["name"],
            config.get("domain_options"),
        )


def _there(tensors: Any) -> Any:
    """Nested dictionaries without what is None or empty."""
    if not isinstance(tensors, Mapping):
        return tensors
    kept = {name: _there(one) for name, one in tensors.items() if one is not None}
    return {name: one for name, one in kept.items() if not isinstance(one, Mapping | tuple) or one}
