"""Moments: what is answered for the test part from one moment of a fine-tuning to the next."""

from collections.abc import Callable

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Difference
from ecgzoo.training.answered import answered
from ecgzoo.training.finetuning.controls import COMPARED
from ecgzoo.training.finetuning.measured import Measured, differences
from tf_data import SignalDataset

Told = Callable[[str, Measured], object]


class Moments:
    """What is answered for the test part from one moment to the next.

    Args:
        test: the test part; None for none, of which nothing is asked.
        measured: called with each moment's name and figures as soon as they are there.
    """

    def __init__(self, test: SignalDataset | None, measured: Told | None = None) -> None:
        self.test = test
        self.told = measured
        self.found: dict[str, Measured] = {}

    def add(self, moment: str, answer: Callable[[np.ndarray], np.ndarray]) -> None:
        """Asks for probabilities of the test part's windows, and pools them by record."""
        if self.test is not None:
            windows = answered(self.test, answer(np.asarray(self.test.signals)))
            self.put(moment, windows.per_record("names"))

    def put(self, moment: str, predictions: Predictions) -> None:
        """Notes answers that are there, a row per record."""
        self.found[moment] = Measured.of(predictions)
        if self.told:
            self.told(moment, self.found[moment])

    def differences(self) -> dict[str, dict[str, Difference]]:
        """By control, how much better the answers are that it is the control of."""
        pairs = ((one, other) for one, other in COMPARED.items() if one in self.found)
        return {one: differences(self.found[other], self.found[one]) for one, other in pairs}
