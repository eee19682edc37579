"""Heads: from a fused embedding to probabilities."""

import operator
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

import keras
from keras import layers

from ecgzoo.artifact.preset import REGRESSOR, Preset
from ecgzoo.errors import PresetError
from ecgzoo.models.hidden import OUTPUT, hidden
from ecgzoo.models.regressor import Regressor

LAYER = "layer"


class Head(Protocol):
    """What makes probabilities of an embedding, and can be written into a preset."""

    @property
    def multi_label(self) -> bool:
        """Whether classes may hold together."""

    def __call__(self, embedding: Any, prefix: str = "") -> Any:
        """Probabilities ``[batch, classes]``; ``prefix`` tells the heads of a model apart."""

    def to_dict(self) -> dict[str, Any]:
        """What a preset holds of it; see :func:`written`."""


@dataclass(frozen=True)
class Classifier:
    """Dense layers with dropout and L1/L2, as in arXiv 2508.00963, then softmax or sigmoid.

    Attributes:
        num_classes: how many probabilities.
        multi_label: whether classes may hold together: sigmoid instead of softmax.
        width: units of the hidden layer; 0 for none, so that what is learned is linear.
        dropout: rate before and after the hidden layer.
        l1: weight of the absolute values of the hidden layer's weights in the loss.
        l2: weight of their squares.

    Raises:
        ValueError: if there are fewer classes than make a choice, or the width is below 0.
        TypeError: if one of them is no whole number.

    Example:
        >>> import keras
        >>> Classifier(num_classes=4)(keras.Input((128,))).shape
        (None, 4)
    """

    num_classes: int
    multi_label: bool = False
    width: int = 64
    dropout: float = 0.4
    l1: float = 1e-6
    l2: float = 1e-4

    def __post_init__(self) -> None:
        for name in ("num_classes", "width"):  # of NumPy too, which Keras does not take
            object.__setattr__(self, name, operator.index(getattr(self, name)))
        least = 1 if self.multi_label else 2
        if self.num_classes < least:
            raise ValueError(f"num_classes must be at least {least}; got {self.num_classes}")
        if self.width < 0:
            raise ValueError(f"width must be at least 0; got {self.width}")

    def __call__(self, embedding: Any, prefix: str = "") -> Any:
        """Probabilities ``[batch, num_classes]``, float32 under any precision policy.

        Args:
            embedding: ``[batch, channels]``.
            prefix: of the layers' names, for a model with several classifiers.
        """
        x = hidden(embedding, self.width, self.dropout, self.l1, self.l2, prefix)
        activation = "sigmoid" if self.multi_label else "softmax"
        return layers.Dense(
            self.num_classes,
            activation=activation,
            dtype="float32",
            name=f"{prefix}{OUTPUT}",
        )(x)

    def to_dict(self) -> dict[str, Any]:
        """Its settings that are not the default ones.

        Example:
            >>> Classifier(4, width=128).to_dict()
            {'width': 128}
        """
        own = ("num_classes", "multi_label")
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in own and getattr(self, one.name) != one.default
        }


@dataclass(frozen=True, eq=False)
class LayerHead:
    """Any Keras layer as a head.

    Attributes:
        layer: from an embedding ``[batch, channels]`` to probabilities ``[batch, classes]``. It is
            copied for every use, so that no two models share its weights.
        multi_label: whether classes may hold together.

    Example:
        >>> head = LayerHead(keras.layers.Dense(3, activation="softmax"))
        >>> head(keras.Input((128,))).shape
        (None, 3)
    """

    layer: keras.layers.Layer
    multi_label: bool = False

    def __call__(self, embedding: Any, prefix: str = "") -> Any:
        """Probabilities ``[batch, classes]``; the layer's name gets ``prefix``."""
        config = self.layer.get_config()
        return type(self.layer).from_config(config | {"name": f"{prefix}{OUTPUT}"})(embedding)

    def to_dict(self) -> dict[str, Any]:
        """The layer, as Keras writes layers down."""
        return {LAYER: keras.saving.serialize_keras_object(self.layer)}


def as_head(classifier: Head | keras.layers.Layer | None, multi_label: bool = False) -> Head | None:
    """A head as it was asked for; a Keras layer becomes one."""
    if isinstance(classifier, keras.layers.Layer):
        return LayerHead(classifier, multi_label)
    return classifier


def head_of_preset(preset: Preset) -> Head:
    """The head that a preset's weights were trained with.

    Raises:
        PresetError: if the preset does not describe one that can be made here.

    Example:
        >>> from ecgzoo.signal_spec import SignalSpec
        >>> head_of_preset(Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b"))).num_classes
        2
    """
    head, multi_label = preset.head, preset.multi_label
    try:
        if LAYER in head:
            return LayerHead(keras.saving.deserialize_keras_object(head[LAYER]), multi_label)
        if preset.regression:
            return Regressor(**head[REGRESSOR])
        return Classifier(len(preset.classes), multi_label, **head)
    except (TypeError, ValueError) as error:
        raise PresetError(f"the preset has a head that cannot be made: {error}") from error


def written(head: Head) -> dict[str, Any]:
    """What a preset holds of a head; nothing of a function or object that cannot be written."""
    return head.to_dict() if hasattr(head, "to_dict") else {}


def same_head(one: Head, other: Head) -> bool:
    """Whether two heads make the same layers."""
    if type(one) is type(other) is Classifier:
        return asdict(one) == asdict(other)
    return bool(written(one)) and written(one) == written(other)
