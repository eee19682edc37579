"""Records of one class alone leave nothing to learn."""

import numpy as np


def check_classes(labels: np.ndarray, classes: tuple[str, ...]) -> None:
    """Checks that one class per record leaves something to tell apart.

    Raises:
        ValueError: if there are fewer labels than classes, or all are of one class.
    """
    if labels.ndim == 2:  # a class of too few records is named when they are split
        return
    if len(labels) < len(classes):
        raise ValueError(
            f"expected at least a signal per class; got {len(labels)} for {len(classes)} classes"
        )
    if len(np.unique(labels)) < 2:
        raise ValueError(
            f"expected signals of two classes or more; all {len(labels)} are of "
            f"{classes[int(labels[0])]}: there is nothing to tell apart"
        )
