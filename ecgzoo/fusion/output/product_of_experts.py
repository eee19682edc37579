"""product_of_experts: the domains' probabilities multiplied."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from ecgzoo.features import Branch
from ecgzoo.fusion.output.combiner import Combiner


def product_of_experts(branches: Mapping[str, Branch]) -> Any:
    """The product of the probabilities, normalised (Hinton 2002, equation 1).

    A domain that is absent has no say.

    Returns:
        ``[batch, classes]``.

    Example:
        >>> import keras
        >>> branch = Branch((), None, keras.Input((64,)), probabilities=keras.Input((3,)))
        >>> product_of_experts({"time": branch, "image": branch}).shape
        (None, 3)
    """
    return ProductOfExperts.joining(branches)


@keras.saving.register_keras_serializable(package="ecgzoo")
class ProductOfExperts(Combiner):
    r"""``p = prod_i p_i / Z`` over the domains that are present.

    Where classes may hold together, each is a product of its own:
    ``prod_i p_i / (prod_i p_i + prod_i (1 - p_i))``.

    Its argument and shapes are those of every :class:`~ecgzoo.fusion.output.combiner.Combiner`.

    Example:
        >>> import numpy as np
        >>> answers = np.array([[[0.5, 0.5], [0.8, 0.2]]])
        >>> np.asarray(ProductOfExperts()([answers, np.ones((1, 2))])).astype(float).round(3)
        array([[0.8, 0.2]])
    """

    def call(self, inputs: tuple[Any, Any]) -> Any:
        probabilities, present = inputs
        evidence = ops.sum(evidence_of(probabilities, self.multi_label) * present[..., None], 1)
        return ops.sigmoid(evidence) if self.multi_label else ops.softmax(evidence, axis=-1)


def evidence_of(probabilities: Any, multi_label: bool) -> Any:
    """Logarithms of probabilities; of odds where classes may hold together.

    Example:
        >>> import numpy as np
        >>> float(evidence_of(np.array(0.5), multi_label=True))
        0.0
    """
    if multi_label:
        probabilities = ops.clip(probabilities, 1e-6, 1 - 1e-6)
        return ops.log(probabilities) - ops.log(1 - probabilities)
    return ops.log(ops.maximum(probabilities, 1e-6))
