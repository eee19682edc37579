"""Model files: what Keras' ``model.save`` wrote, as ``.keras`` or as HDF5."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ecgzoo.errors import PresetError

if TYPE_CHECKING:
    import keras

ENDINGS = (".keras", ".h5")
PACKAGE = "ecgzoo>"


def is_model_file(path: Path) -> bool:
    """Whether a file's name is that of a model; folders may end in anything.

    Example:
        >>> is_model_file(Path("mine.keras")), is_model_file(Path("hybrid1.ecg_images"))
        (True, False)
    """
    return path.suffix in ENDINGS and not path.is_dir()


def read_model_file(path: Path) -> keras.Model:
    """The model in a file.

    Raises:
        FileNotFoundError: if there is no such file.
        PresetError: if it is damaged, of parts that nobody registered, or holds weights alone.
    """
    import keras

    import ecgzoo.layers  # noqa: F401  (registers what the file names)

    if not path.is_file():
        raise FileNotFoundError(f"no model file {path}. Check the path.")
    if path.name.endswith(".weights.h5"):
        raise PresetError(
            f"{path.name} holds weights and no model: ecgzoo.build(name, weights=...) takes it"
        )
    try:
        return keras.saving.load_model(path, custom_objects=_by_short_name(), compile=False)
    except Exception as error:  # of Keras, HDF5, zip and JSON, whichever trips first
        first = str(error).partition("\n")[0]
        raise PresetError(
            f"expected a model in {path.name}, as model.save writes it; it cannot be loaded: "
            f"{first[:300]}"
        ) from error


def _by_short_name() -> dict[str, type]:
    """The layers of ecgzoo as HDF5 files name them: without the package."""
    import keras

    known = keras.saving.get_custom_objects()
    return {name.removeprefix(PACKAGE): one for name, one in known.items() if PACKAGE in name}
