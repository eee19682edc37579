"""vote: the most domains decide."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from ecgzoo.features import Branch
from ecgzoo.fusion.fused import mixed
from ecgzoo.fusion.output.combiner import Combiner

# The say of the mean probability beside the votes: too little to overrule one.
TIE_BREAK = 1e-3


def vote(branches: Mapping[str, Branch]) -> Any:
    """Majority vote: the share of domains that hold a class to be the most probable.

    Votes have no gradient. In training the answer is the branches' mean probability, which trains
    the branches; in inference it is the share of votes, whose gradient is still that of the mean:
    a saliency map shows what moves the mean. Ties go by the mean (arXiv 2404.15022, output fusion).

    Returns:
        ``[batch, classes]``.

    Example:
        >>> import keras
        >>> branch = Branch((), None, keras.Input((64,)), probabilities=keras.Input((3,)))
        >>> vote({"time": branch, "image": branch}).shape
        (None, 3)
    """
    return Vote.joining(branches)


@keras.saving.register_keras_serializable(package="ecgzoo")
class Vote(Combiner):
    """The share of votes in inference, the mean probability in training; see :func:`vote`.

    A domain votes for its most probable class; where classes may hold together, for each class of
    more than a half. The share is mixed with a thousandth of the mean probability, which breaks
    ties and overrules no vote.

    Its argument and shapes are those of every :class:`~ecgzoo.fusion.output.combiner.Combiner`.

    Example:
        >>> import numpy as np
        >>> answers = np.array([[[0.9, 0.1], [0.4, 0.6], [0.4, 0.6]]])
        >>> np.asarray(Vote()([answers, np.ones((1, 3))])).astype(float).round(2)
        array([[0.33, 0.67]])
    """

    def call(self, inputs: tuple[Any, Any], training: bool = False) -> Any:
        probabilities, present = inputs
        equal = ops.zeros_like(present)
        mean, _ = mixed(probabilities, equal, present)
        if training:
            return mean
        if self.multi_label:
            votes = ops.cast(probabilities > 0.5, "float32")
        else:
            # Not ``argmax``, which Keras makes of bit operations that ONNX and LiteRT do not have.
            best = ops.squeeze(ops.top_k(probabilities, k=1)[1], axis=-1)
            votes = ops.one_hot(best, probabilities.shape[-1])
        share, _ = mixed(votes, equal, present)
        voted = (share + TIE_BREAK * mean) / (1 + TIE_BREAK)
        return mean + ops.stop_gradient(voted - mean)
