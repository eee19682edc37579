"""stacking: a regression on the domains' probabilities, fitted out of fold."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from scipy.optimize import minimize
from scipy.special import expit, log_softmax

from ecgzoo.features import Branch
from ecgzoo.fusion.fused import mixed
from ecgzoo.fusion.output.combiner import Answers, Combiner, answers_of, targets_of
from ecgzoo.fusion.output.product_of_experts import evidence_of


def stacking(branches: Mapping[str, Branch]) -> Any:
    """A logistic regression on the domains' answers, fitted out of fold (Wolpert 1992).

    Until then it is the normalised geometric mean of the answers, which trains the branches; no
    gradient changes the regression.

    Returns:
        ``[batch, classes]``.

    Example:
        >>> import keras
        >>> branch = Branch((), None, keras.Input((64,)), probabilities=keras.Input((3,)))
        >>> stacking({"time": branch, "image": branch}).shape
        (None, 3)
    """
    return Stacking.joining(branches)


@keras.saving.register_keras_serializable(package="ecgzoo")
class Stacking(Combiner):
    r"""``softmax(sum_i W_i log p_i + b)``, of weights that :meth:`fit` sets; see :func:`stacking`.

    Where classes may hold together, the sigmoid of as much, with log-odds for logarithms. What an
    absent domain would say is filled in by the mean of what the others say.

    Its argument and shapes are those of every :class:`~ecgzoo.fusion.output.combiner.Combiner`.

    Example:
        >>> answers = np.array([[[0.9, 0.1], [0.5, 0.5]]])
        >>> np.asarray(Stacking()([answers, np.ones((1, 2))])).astype(float).round(2)
        array([[0.75, 0.25]])
    """

    def build(self, input_shape: list[tuple[int, ...]]) -> None:
        _, domains, classes = input_shape[0]
        self.kernel = self.add_weight(
            shape=(domains, classes, classes), trainable=False, initializer="zeros", name="kernel"
        )
        self.bias = self.add_weight(
            shape=(classes,), trainable=False, initializer="zeros", name="bias"
        )
        self.kernel.assign(_mean_kernel(domains, classes))

    def call(self, inputs: tuple[Any, Any]) -> Any:
        probabilities, present = inputs
        said = evidence_of(ops.cast(probabilities, "float32"), self.multi_label)
        mean, _ = mixed(said, ops.zeros_like(present), present)
        said = ops.where(present[..., None] > 0.5, said, mean[:, None])
        logits = ops.einsum("bnc,ncd->bd", said, self.kernel) + self.bias
        return ops.sigmoid(logits) if self.multi_label else ops.softmax(logits, axis=-1)

    def fit(self, probabilities: Answers, labels: np.ndarray, l2: float = 0.01) -> None:
        """Sets the weights by regularised maximum likelihood.

        Args:
            probabilities: out-of-fold answers: ``[records, classes]`` by domain, in the core's
                order, or ``[records, domains, classes]``.
            labels: the class of each record, or ``[records, classes]`` of ones and zeros.
            l2: what pulls the weights towards those of the geometric mean, beside the mean
                log-loss.

        Raises:
            ValueError: if labels and answers do not match.
        """
        answers = answers_of(probabilities)
        targets = targets_of(labels, answers, self.multi_label)
        records, domains, classes = answers.shape
        said = np.asarray(evidence_of(answers, self.multi_label), np.float64)
        said = said.reshape(records, domains * classes)
        mean = _mean_kernel(domains, classes).reshape(-1, classes)

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            kernel, bias = flat[:-classes].reshape(mean.shape), flat[-classes:]
            logits = said @ kernel + bias
            if self.multi_label:
                surprise = np.logaddexp(0, logits) - targets * logits
                error = expit(logits) - targets
            else:
                shares = log_softmax(logits, axis=1)
                surprise, error = -targets * shares, np.exp(shares) - targets
            slope = said.T @ error / records + l2 * (kernel - mean)
            penalty = l2 / 2 * ((kernel - mean) ** 2).sum()
            return surprise.sum() / records + penalty, np.append(slope, error.mean(0))

        start = np.append(mean, np.zeros(classes))
        best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
        if not self.built:
            self.build([answers.shape, answers.shape[:2]])
        self.kernel.assign(best[:-classes].reshape(domains, classes, classes))
        self.bias.assign(best[-classes:])


def _mean_kernel(domains: int, classes: int) -> np.ndarray:
    return np.tile(np.eye(classes) / domains, (domains, 1, 1))
