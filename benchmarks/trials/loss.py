"""The loss: cross-entropy of the model and, if asked for, of each encoder; and regularisers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from trials.network import Network
from trials.trial import Trial

LEAST = 1e-7


class Loss:
    """Of one flat vector: the network's weights, and after them a matrix for each encoder's vector.

    Args:
        trial: says how targets are smoothed, and what an encoder's own loss weighs.
        network: gives the probabilities; with auxiliary losses also each encoder's vector.
        classes: how many there are.
        widths: of the encoders' vectors; empty without auxiliary losses.
    """

    def __init__(self, trial: Trial, network: Network, classes: int, widths: list[int]) -> None:
        self.trial, self.network = trial, network
        self.classes, self.widths = classes, widths

    @property
    def heads(self) -> int:
        """How many values the encoders' own heads have; they start at zero."""
        return sum(self.widths) * self.classes

    def __call__(
        self, flat: Array, state: list[Array], domains: Mapping[str, Array], targets: Array
    ) -> tuple[Array, list[Array]]:
        """The loss and the new state."""
        size, classes = self.network.size, self.classes
        outputs, state, regulariser = self.network.trained(flat[:size], state, domains)
        smoothing = self.trial.smoothing
        targets = targets * (1 - smoothing) + smoothing / classes
        loss = cross_entropy(targets, self.probabilities(outputs)) + regulariser
        place = size
        for vector in outputs[1:] if self.widths else []:
            end = place + vector.shape[-1] * classes
            own = jax.nn.softmax(vector @ flat[place:end].reshape(-1, classes))
            loss += self.trial.auxiliary * cross_entropy(targets, own)
            place = end
        return loss, state

    def probabilities(self, outputs: Any) -> Array:
        """The model's own, without what the auxiliary losses read."""
        return outputs[0] if self.widths else outputs

    def answers(self, flat: Array, state: list[Array], domains: Mapping[str, Array]) -> Array:
        """Probabilities in inference: ``[batch, classes]``."""
        weights = flat[: self.network.size]
        return self.probabilities(self.network.answered(weights, state, domains))


def cross_entropy(targets: Array, probabilities: Array) -> Array:
    """Mean over the batch."""
    return -(targets * jnp.log(jnp.clip(probabilities, LEAST, 1))).sum(-1).mean()
