"""make_core: encoders, a fusion and a classifier, joined into a core."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import keras
from keras import ops

from ecgzoo.domains.layers import DomainOptions, domain_layers
from ecgzoo.encoders.encode import encode
from ecgzoo.features import Branch, Features, Tensor
from ecgzoo.fusion.fused import Fused, Masked, as_fused
from ecgzoo.models.classifier import Classifier, Head
from ecgzoo.models.core import FUSED, Core, Insides
from ecgzoo.models.front import AllPresent, DomainDropout
from ecgzoo.registry import DOMAINS, ENCODERS, FUSIONS
from ecgzoo.signal_spec import SignalSpec


def make_core(
    spec: SignalSpec,
    classifier: Head,
    domains: Sequence[str],
    fusion: str | None = None,
    encoders: Mapping[str, str] | None = None,
    name: str = "core",
    domain_dropout: float = 0.0,
    domain_options: DomainOptions | None = None,
) -> Core:
    """Joins an encoder per domain, a fusion (where there are several) and a classifier.

    Args:
        spec: the signals that the domains are computed from; gives the inputs' shapes.
        classifier: the head; an output fusion has one per domain.
        domains: names of registered domains, in order.
        fusion: name of a registered fusion; with several domains by default ``"concat"``.
        encoders: encoder names by domain, where another than the domain's own is wanted; an input
            fusion has one encoder, by the fusion's name.
        name: the Keras model's name.
        domain_dropout: how often a record in training loses a domain, see ``DomainDropout``.
        domain_options: by domain, what its layer is made with instead of what the spec suggests:
            see :func:`ecgzoo.domains.layers.domain_layers`.

    Raises:
        UnknownNameError: if a domain, its option, an encoder or a fusion is not known.
        ValueError: if an option does not go with the spec, there is no domain, one stands
            twice, there is but one to fuse, or an encoder is told of a domain that is not there.

    Example:
        >>> from ecgzoo import SignalSpec
        >>> from ecgzoo.models.classifier import Classifier
        >>> spec = SignalSpec(("I", "II"), sampling_rate=250, samples=1000)
        >>> core = make_core(spec, Classifier(num_classes=3), ["time", "frequency"])
        >>> sorted(core.input), core.output_shape
        (['frequency', 'time'], (None, 3))
    """
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            "expected Keras' image_data_format 'channels_last', since signals are [batch, samples, "
            "leads]; got 'channels_first'. keras.config.set_image_data_format('channels_last')"
        )
    if not domains or len(set(domains)) != len(domains):
        raise ValueError(f"a model takes one or more different domains; got {list(domains)}")
    if len(domains) == 1 and (fusion or domain_dropout):
        what = f"the fusion {fusion!r}" if fusion else "domain dropout"
        raise ValueError(f"{what} needs two domains or more; got {domains[0]!r} alone")
    if unknown := set(encoders or ()) - {*domains, *([fusion] if fusion else [])}:
        raise ValueError(
            f"expected encoders of {', '.join(domains)}; got one of {', '.join(sorted(unknown))}"
        )
    layers = domain_layers(domains, spec, domain_options)
    inputs = {domain: _domain_input(layer, domain, spec) for domain, layer in layers.items()}
    parts = _Parts(inputs, classifier, dict(encoders or {}), fusion or "concat", domain_dropout)
    probabilities, insides = parts.single() if len(domains) == 1 else parts.fused()
    core = Core(inputs, probabilities, insides, name=name, domain_options=domain_options)
    core.insides = replace(insides, embeddings=_owned(core, insides.embeddings))
    return core


def _owned(core: Core, embeddings: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those that need no weights but the core's.

    The hierarchical fusion reads feature maps, not tokens, so a norm between an encoder's last map
    and its vector is no part of the core: it would be neither trained nor saved.
    """
    own = {id(weight) for weight in core.weights}
    return {
        name: tensor
        for name, tensor in embeddings.items()
        if all(id(weight) in own for weight in keras.Model(core.input, tensor).weights)
    }


def _domain_input(layer: keras.layers.Layer, domain: str, spec: SignalSpec) -> keras.KerasTensor:
    shape = layer.compute_output_shape((None, *spec.shape))
    return keras.Input(tuple(shape[1:]), name=domain)


@dataclass(frozen=True)
class _Parts:
    """What a core is put together from; a fusion joins inputs, features or outputs."""

    inputs: Mapping[str, Tensor]
    classifier: Head
    encoders: Mapping[str, str]
    fusion: str
    domain_dropout: float

    def single(self) -> tuple[Tensor, Insides]:
        """The probabilities from the one domain there is: nothing to fuse."""
        features = self._encoded({}, None)
        (vector,) = (one.vector for one in features.values())
        shown = Insides(embeddings=_embeddings(features, vector), features=features)
        return self.classifier(vector), shown

    def fused(self) -> tuple[Tensor, Insides]:
        """The probabilities from several domains, and what may be read of their fusion."""
        mask = AllPresent(name="all_present")(list(self.inputs.values()))
        kept = mask
        if self.domain_dropout:
            kept = DomainDropout(self.domain_dropout, name="domain_dropout")(mask)
        columns = ops.split(kept, len(self.inputs), axis=1)
        present = dict(zip(self.inputs, columns, strict=True))
        join = FUSIONS.get(self.fusion)
        if isinstance(join, type):
            join = join()
        place = FUSIONS.info(self.fusion)["category"]
        if place == "input":
            return self._joined_inputs(join, mask, present)
        encoded = self._encoded(present, getattr(join, "exchange", None))
        features = {name: _masked(one, name, present[name]) for name, one in encoded.items()}
        if place == "output":
            probabilities, shown = self._joined_outputs(join, mask, features)
            return probabilities, replace(shown, features=encoded)
        fused = as_fused(join(features))
        embeddings = _embeddings(features, fused.vector)
        shown = Insides(mask, fused.weights, embeddings=embeddings, features=encoded)
        return self.classifier(fused.vector), shown

    def _joined_inputs(
        self, join: Callable[..., Fused | Tensor], mask: Tensor, present: Mapping[str, Tensor]
    ) -> tuple[Tensor, Insides]:
        fused = as_fused(join(self.inputs, present))
        encoder = self._encoder(self.fusion, FUSIONS)
        features = encode({self.fusion: encoder(fused.vector, self.fusion)})
        vector = features[self.fusion].vector
        shown = Insides(mask, fused.weights, embeddings={FUSED: vector}, features=features)
        return self.classifier(vector), shown

    def _joined_outputs(
        self, join: Callable[..., Fused | Tensor], mask: Tensor, features: Mapping[str, Features]
    ) -> tuple[Tensor, Insides]:
        branches = {
            domain: Branch(
                **{f.name: getattr(one, f.name) for f in fields(one)},
                probabilities=self.classifier(one.vector, f"{domain}_"),
                multi_label=self.classifier.multi_label,
            )
            for domain, one in features.items()
        }
        fused = as_fused(join(branches))
        shown = {domain: one.probabilities for domain, one in branches.items()}
        embeddings = _embeddings(features, fused.vector)
        return fused.vector, Insides(mask, fused.weights, shown, embeddings)

    def _encoded(
        self, present: Mapping[str, Tensor], exchange: Callable[..., Any] | None
    ) -> dict[str, Features]:
        """Every domain encoded, as if it were present."""
        encoders = {
            domain: self._encoder(domain, DOMAINS)(tensor, domain)
            for domain, tensor in self.inputs.items()
        }
        swap = None if exchange is None else lambda maps, depth: exchange(maps, depth, present)
        try:
            return encode(encoders, swap)
        except ValueError as error:
            if not self.encoders:
                raise
            chosen = ", ".join(self._chosen(*one) for one in self.encoders.items())
            raise ValueError(f"expected encoders that fit; got {chosen} ({error})") from error

    def _chosen(self, domain: str, encoder: str) -> str:
        """An encoder that was chosen, and what it is to take."""
        shape = ", ".join(map(str, ["batch", *self.inputs[domain].shape[1:]]))
        return f"{encoder} for {domain} of shape [{shape}]"

    def _encoder(self, name: str, table: Any) -> Callable[..., Any]:
        return ENCODERS.get(self.encoders.get(name, table.info(name)["encoder"]))


def _embeddings(features: Mapping[str, Features], fused: Tensor) -> dict[str, Tensor]:
    return {**{domain: one.vector for domain, one in features.items()}, FUSED: fused}


def _masked(one: Features, domain: str, present: Tensor) -> Features:
    def masked(tensor: Tensor, what: str) -> Tensor:
        return Masked(name=f"{domain}_present_{what}")([tensor, present])

    stages = (masked(stage, f"stage{depth}") for depth, stage in enumerate(one.stages, 1))
    return Features(
        tuple(stages), masked(one.tokens, "tokens"), masked(one.vector, "vector"), present
    )


def cnn1d(spec: SignalSpec, classifier: Classifier, **parts: Any) -> keras.Model:
    """1D-CNN on the time signal."""
    return make_core(spec, classifier, ("time",), name="cnn1d", **parts)


def cnn2d(spec: SignalSpec, classifier: Classifier, **parts: Any) -> keras.Model:
    """2D-CNN on scalograms."""
    return make_core(spec, classifier, ("time_frequency",), name="cnn2d", **parts)


def cnn1d_transformer(spec: SignalSpec, classifier: Classifier, **parts: Any) -> keras.Model:
    """1D-CNN-Transformer on spectra."""
    return make_core(spec, classifier, ("frequency",), name="cnn1d_transformer", **parts)


def hybrid1(
    spec: SignalSpec, classifier: Classifier, fusion: str = "concat", **parts: Any
) -> keras.Model:
    """Time signal and scalograms."""
    domains = ("time", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid1", **parts)


def hybrid2(
    spec: SignalSpec, classifier: Classifier, fusion: str = "concat", **parts: Any
) -> keras.Model:
    """Time signal, spectra and scalograms."""
    domains = ("time", "frequency", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid2", **parts)


def hybrid_rhythm(
    spec: SignalSpec, classifier: Classifier, fusion: str = "concat", **parts: Any
) -> keras.Model:
    """Time signal, rhythm and scalograms; not one of the paper's."""
    domains = ("time", "rhythm", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid_rhythm", **parts)


def hybrid(
    spec: SignalSpec,
    classifier: Classifier,
    domains: Sequence[str] = ("time", "time_frequency"),
    fusion: str = "concat",
    **parts: Any,
) -> keras.Model:
    """Any two domains or more."""
    return make_core(spec, classifier, tuple(domains), fusion, name="hybrid", **parts)
