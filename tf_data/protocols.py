"""Protocols: named ways to split, with what a reader of their results must know."""

from collections.abc import Callable
from dataclasses import dataclass

from tf_data.splits import Split, grouped, official, paper


@dataclass(frozen=True)
class Protocol:
    """A way to split, with what a reader of its results must know.

    Attributes:
        name: its name on the command line and in every table.
        function: ``(labels, groups, hashes, folds, seed, names) -> list[Split]``; that of the
            published split takes the parts.
        leaky: whether copies or patients may stand in training and test.
        copies: whether it is run over all files, copies included.
        description: one sentence for the tables.
    """

    name: str
    function: Callable[..., list[Split]]
    leaky: bool
    copies: bool
    description: str


PROTOCOLS = {
    "grouped": Protocol(
        "grouped",
        grouped,
        leaky=False,
        copies=False,
        description="No copy of a record and no patient (of pages: no printed ID) is in two parts.",
    ),
    "paper": Protocol(
        "paper",
        lambda labels, groups, hashes, folds, seed, names=None: paper(labels, folds, seed, names),
        leaky=True,
        copies=True,
        description="Leaky: random over all files, so copies of test pages are trained on.",
    ),
    "official": Protocol(
        "official",
        lambda parts, labels, groups, hashes, seed: [official(parts, labels, groups, hashes, seed)],
        leaky=False,
        copies=False,
        description="The split that the data set was published with.",
    ),
}
