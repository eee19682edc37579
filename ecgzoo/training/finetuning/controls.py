"""Controls: whether the weights did it, or the architecture and the schedule would have done.

Two models that know nothing of other records answer for the same test part: the architecture
trained from scratch, and a linear model on what the same encoder makes of the records with random
weights. The latter often comes near pretrained ones: arXiv 2602.17531.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import Preset
from ecgzoo.models.weights import new_core
from ecgzoo.training.answered import answered
from ecgzoo.training.finetuning.result import AFTER, PROBE, FineTuning
from ecgzoo.training.finetuning.tuner import Tuner
from ecgzoo.training.from_scratch import train
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.tested_part import joined
from tf_data import MEMORY, SignalDataset

SCRATCH, RANDOM = "from scratch", "random encoder"
COMPARED = {SCRATCH: AFTER, RANDOM: PROBE}
"""Each control, and what it is the control of."""


def adapted_probe(
    core: keras.Model, train: SignalDataset, test: SignalDataset, settings: FineTuning
) -> Predictions:
    """Of a linear model on what a core's body makes of records, with their own statistics.

    Args:
        core: whose body; batch normalisation's statistics in it become those of ``train``.
        train: what the statistics and the linear model are of.
        test: what is answered.
        settings: of a fine-tuning.

    Returns:
        A row per record of ``test``.
    """
    tuner = Tuner(core, train, settings)
    tuner.adapt()
    return answered(test, tuner.probe(np.asarray(test.signals))).per_record("names")


@dataclass(frozen=True, eq=False)
class Controls:
    """The same records, without the weights.

    Attributes:
        preset: the model's architecture, leads and classes.
        train: the training part.
        test: the test part.
        settings: of the fine-tuning, which the controls share.

    Raises:
        ValueError: if the training part has too few groups of a class.
    """

    preset: Preset
    train: SignalDataset
    test: SignalDataset
    settings: FineTuning

    def __post_init__(self) -> None:
        split_of(self._recipe(epochs=1), joined(self.train, self.test))

    def from_scratch(self, epochs: int, verbose: str | int = 0) -> Predictions:
        """Of the architecture, trained on the training part alone by :func:`ecgzoo.train`.

        Args:
            epochs: as many as fine-tuning has; no record is held out to choose another one.
            verbose: as in Keras' ``fit``.
        """
        with tempfile.TemporaryDirectory() as folder:
            run = train(
                self.preset.model,
                self.train,
                self.test,
                recipe=self._recipe(epochs),
                folder=Path(folder) / "run",
                verbose=verbose,
            )
            return run.predictions()

    def random_encoder(self) -> Predictions:
        """Of a linear probe on the encoder with the random weights that it is built with."""
        return adapted_probe(new_core(self.preset), self.train, self.test, self.settings)

    def _recipe(self, epochs: int) -> Recipe:
        settings = self.settings
        shared = (
            *("oversampling", "augmentation", "mixup", "batch_size", "learning_rate"),
            *("weight_decay", "label_smoothing", "seed", "deterministic"),
        )
        return Recipe(
            self.preset.model,
            dict(self.preset.options),
            dataset=MEMORY,
            protocol="official",
            validation=False,
            epochs=epochs,
            **{name: getattr(settings, name) for name in shared},
        )
