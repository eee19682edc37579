"""weighted_average: the mean of the domains' probabilities, with weights fitted out of fold."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from ecgzoo.features import Branch
from ecgzoo.fusion.fused import Fused, mixed
from ecgzoo.fusion.output.combiner import Answers, Combiner, answers_of, targets_of

STEPS = 2000
TINY = 1e-12


def weighted_average(branches: Mapping[str, Branch]) -> Fused:
    """``sum_i w_i p_i`` with shares that are fitted to out-of-fold answers (arXiv 2404.15022).

    Until then they are equal, and it trains as ``average`` does; no gradient changes them.

    Returns:
        ``[batch, classes]``, and the weights ``shares`` ``[batch, domains]``, which add up to one
        over the domains that are present.

    Example:
        >>> import keras
        >>> branch = Branch((), None, keras.Input((64,)), probabilities=keras.Input((3,)))
        >>> weighted_average({"time": branch, "image": branch}).weights["shares"].shape
        (None, 2)
    """
    joined, shares = WeightedAverage.joining(branches)
    return Fused(joined, {"shares": shares})


@keras.saving.register_keras_serializable(package="ecgzoo")
class WeightedAverage(Combiner):
    """A mean with weights that :meth:`fit` sets; see :func:`weighted_average`.

    Args:
        multi_label: whether classes may hold together.

    Input shape:
        A list: probabilities ``[batch, domains, classes]`` and the presence ``[batch, domains]``.

    Output shape:
        float32 ``[batch, classes]``, and the shares ``[batch, domains]``.

    Example:
        >>> good, bad = np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([[0.5, 0.5], [0.5, 0.5]])
        >>> layer = WeightedAverage()
        >>> layer.fit({"good": good, "bad": bad}, labels=[0, 1]).round(3).tolist()
        [1.0, 0.0]
    """

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        self.scores = self.add_weight(
            shape=(input_shape[0][1],), initializer="zeros", trainable=False, name="scores"
        )

    def call(self, inputs: tuple[Any, Any]) -> tuple[Any, Any]:
        probabilities, present = inputs
        return mixed(probabilities, self.scores, present)

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return super().compute_output_shape(input_shape), tuple(input_shape[1])

    def fit(self, probabilities: Answers, labels: np.ndarray) -> np.ndarray:
        """Sets the shares to those under which the labels are most probable.

        They lie on a simplex, on which the likelihood has no other maxima; expectation maximisation
        for a mixture of known distributions climbs to it (Dempster et al. 1977, section 4.3).

        Args:
            probabilities: out-of-fold answers: ``[records, classes]`` by domain, in the core's
                order, or ``[records, domains, classes]``.
            labels: the class of each record, or ``[records, classes]`` of ones and zeros.

        Returns:
            The shares ``[domains]``.

        Raises:
            ValueError: if labels and answers do not match.
        """
        answers = answers_of(probabilities)
        targets = targets_of(labels, answers, self.multi_label)[:, None]
        given = targets * answers
        if self.multi_label:
            happened = given + (1 - targets) * (1 - answers)
            happened = np.swapaxes(happened, 1, 2).reshape(-1, answers.shape[1])
        else:
            happened = given.sum(-1)
        shares = np.full(answers.shape[1], 1 / answers.shape[1])
        for _ in range(STEPS):
            blamed = happened * shares + TINY
            shares = (blamed / blamed.sum(1, keepdims=True)).mean(0)
        if not self.built:
            self.build([answers.shape, answers.shape[:2]])
        self.scores.assign(np.log(shares + TINY))
        return shares
