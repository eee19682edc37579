"""Figures as files, and the colours that they share."""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from ecgzoo.files.atomic import write_atomically

# Colours that stay apart in gray print and for colour-blind readers (Okabe and Ito 2008).
BLUE, ORANGE, GRAY = "#0072B2", "#D55E00", "#8C8C8C"


def save_figure(figure: Figure, path: Path) -> None:
    """Writes a figure, the same bytes for the same picture."""
    # The date and version that matplotlib adds would change the file at every run.
    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "ecgzoo"}):
        write_atomically(path, lambda draft: figure.savefig(draft, dpi=130, metadata=metadata))


def check_ending(path: Path) -> None:
    """Checks that a picture can be written under this name, before anything is computed for it.

    Raises:
        ValueError: if it ends in neither ``.png`` nor ``.svg``.
    """
    if path.suffix not in (".png", ".svg"):
        raise ValueError(f"expected a picture that ends in .png or .svg; got {path}")
