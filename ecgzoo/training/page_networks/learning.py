"""Learning to read sheets: the training of both page networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from ecgzoo.pages.networks.unet import print_network, row_network
from ecgzoo.training.page_networks.crops import Crops, PrintCrops, RowCrops
from ecgzoo.training.page_networks.losses import print_loss, row_loss

STEPS = 100  # of an epoch
CHECKED = 10  # batches of sheets that were not learned from
LEARNING_RATE, WARM_UP = 3e-3, 50
ONWARD_RATE = 1e-3  # of weights that read already: more would undo what they learned


@dataclass(frozen=True)
class PageNetwork:
    """What is trained how.

    Attributes:
        make: makes the network.
        crops: what it learns from.
        loss: what it is to make small.
        batch: crops of a batch.
        file: name of its weights.
    """

    make: Any
    crops: type[Crops]
    loss: Any
    batch: int
    file: str


PAGE_NETWORKS = {
    "print": PageNetwork(print_network, PrintCrops, print_loss, 16, "print.weights.h5"),
    "row": PageNetwork(row_network, RowCrops, row_loss, 6, "row.weights.h5"),
}


def check_start(names: Iterable[str], start: Path) -> None:
    """Checks that there are weights to go on from, before sheets are drawn for it.

    Args:
        names: of ``PAGE_NETWORKS``.
        start: the folder of weights.

    Raises:
        FileNotFoundError: if a network's are missing; it names them.

    Example:
        >>> check_start(["row"], Path("nowhere"))
        Traceback (most recent call last):
        ...
        FileNotFoundError: expected row.weights.h5 in nowhere to go on from. Name the folder of ...
    """
    files = [PAGE_NETWORKS[name].file for name in names]
    missing = [file for file in files if not (start / file).is_file()]
    if missing:
        raise FileNotFoundError(
            f"expected {', '.join(missing)} in {start} to go on from. Name the folder of weights, "
            "such as ecgzoo/pages/networks, or leave --start out."
        )


def learn(
    name: str,
    files: Sequence[Path],
    folder: Path,
    epochs: int,
    seed: int = 0,
    start: Path | None = None,
) -> Path:
    """Trains a page network; killed, it goes on where it was.

    Args:
        name: of ``PAGE_NETWORKS``.
        files: of examples.
        folder: where the weights and what a later run goes on from are kept.
        epochs: of ``STEPS`` batches each.
        seed: of the first weights and of the crops.
        start: a folder of weights, in files as this function writes them, to go on from.

    Returns:
        The file of weights.

    Raises:
        KeyError: if there is no such network.
        OSError: if there are no weights to go on from.
    """
    asked = PAGE_NETWORKS[name]
    checked = [file for file in files if file.name.startswith("check")]
    learned = [file for file in files if file not in set(checked)]
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0,
        epochs * STEPS,
        warmup_target=ONWARD_RATE if start else LEARNING_RATE,
        warmup_steps=WARM_UP,
    )
    network = asked.make()
    if start:
        network.load_weights(start / asked.file)
    network.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), asked.loss)
    network.fit(
        asked.crops(learned, STEPS, asked.batch, seed),
        validation_data=asked.crops(checked, CHECKED, asked.batch, seed) if checked else None,
        epochs=epochs,
        callbacks=[keras.callbacks.BackupAndRestore(str(folder / f"{name}-state"))],
    )
    path = folder / asked.file
    network.save_weights(path)
    return path
