"""resolve: from a name to the folder of an artifact; nothing else does that.

A name is a preset's, ``hybrid1.ecg_images``; a model's, which means its newest finished run, or
without one the preset that is shipped; a hub's handle, ``hf://owner/name`` or
``hf://owner/name@revision``; or the folder itself, of a run, a preset, or an exported version.
"""

import fnmatch
import glob
from collections.abc import Iterator
from pathlib import Path

from ecgzoo.artifact.folder import EXTRA, ArtifactFolder
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, read_description, thrown_away
from ecgzoo.errors import PresetError, UnknownNameError
from ecgzoo.registry import MODELS, unknown

SHIPPED = Path(__file__).parents[1] / "weights"
HUB = "hf://"
HUB_FILES = (DESCRIPTION, WEIGHTS, "README.md")


def resolve(
    asked: str | Path,
    *,
    model: str | None = None,
    runs: Path | None = None,
    exported: bool = False,
) -> Path:
    """The folder of a finished run, a preset or a fine-tuned run.

    Args:
        asked: a name or a folder, as above; or the weights file or description in one.
        model: whose weights they are to be: then a tag, such as ``ecg_images``, is enough.
        runs: where the runs of a model are looked for; None where a model's name names none. Runs
            on a protocol that leaks, and those made for one measurement, are passed over.
        exported: whether the folder of an exported version or model will do as well.

    Raises:
        UnknownNameError: if it is none of these; the message suggests the nearest.
        PresetError: if a folder is none of an artifact or cannot be fetched, or the model has no
            run and no preset.

    Example:
        >>> resolve("cnn1d.ecg_images") == resolve("ecg_images", model="cnn1d")
        True
        >>> resolve(".")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PresetError: . has no preset.json: it is no finished run and no preset
    """
    if not (isinstance(asked, str | Path) and str(asked).strip()):
        raise UnknownNameError(
            f"expected the name of a preset or model, or the folder of one; got {asked!r}"
        )
    if str(asked).startswith(HUB):
        return hub_folder(str(asked))
    there = shipped_presets()
    if found := there.get(f"{model}.{asked}") or there.get(str(asked)):
        return found
    if Path(asked).exists():
        return _checked(Path(asked), exported)
    if runs is not None and str(asked) in MODELS:
        return _newest(str(asked), runs)
    if len(Path(asked).parts) > 1:
        raise PresetError(f"{asked} is not there: expected the folder of a finished run or preset")
    raise UnknownNameError(_unknown(str(asked), model, runs))


def shipped_presets(model: str = "*") -> dict[str, Path]:
    """The folders of the presets in the package, for one model or for all, by name.

    Example:
        >>> list(shipped_presets("cnn1d"))
        ['cnn1d.cinc2017', 'cnn1d.ecg_images', 'cnn1d.general', 'cnn1d.ptb_xl']
    """
    found = (path.parent for path in SHIPPED.glob(f"{model}.*/{DESCRIPTION}"))
    return {folder.name: folder for folder in sorted(found) if not folder.name.startswith(".")}


def list_presets(pattern: str = "*") -> list[str]:
    """The names of the presets in the package that match a shell pattern.

    Example:
        >>> list_presets("hybrid1.*")
        ['hybrid1.ecg_images']
    """
    return fnmatch.filter(shipped_presets(), pattern)


def version_numbers(folder: Path) -> list[int]:
    """The published versions of an exported model's folder, ascending."""
    if not folder.is_dir():
        return []
    return sorted(int(entry.name) for entry in folder.iterdir() if _is_version(entry))


def _is_version(entry: Path) -> bool:
    """Whether it is a folder named as versions are: a file ``2024``, or ``007``, is a user's."""
    name = entry.name
    return name.isascii() and name.isdecimal() and name == str(int(name)) and entry.is_dir()


def hub_folder(handle: str) -> Path:
    """The local copy of a preset's folder that lies on the Hugging Face hub.

    It is fetched by the call that ``keras.saving.load_model("hf://...")`` makes, with its cache and
    its settings, but only the files of a preset. A preset's model is built by its registered name,
    and its weights are checked by their digest.

    Args:
        handle: ``hf://owner/name``, whose repository holds a preset's folder as it is; behind ``@``
            a branch, tag or commit.

    Raises:
        PresetError: if the handle is malformed, the hub's client is not installed, the download
            fails, or the repository holds no preset.

    Example:
        >>> hub_folder("hf://name")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PresetError: expected a handle such as hf://owner/name@revision; got hf://name
    """
    repository, at, revision = handle.removeprefix(HUB).partition("@")
    if repository.count("/") != 1 or not all([*repository.split("/"), revision or not at]):
        raise PresetError(f"expected a handle such as {HUB}owner/name@revision; got {handle}")
    try:
        import huggingface_hub
    except ImportError:
        raise PresetError(
            f"{handle} lies on a hub, whose client is not there: pip install huggingface_hub"
        ) from None
    try:
        folder = huggingface_hub.snapshot_download(
            repo_id=repository,
            revision=revision or None,
            allow_patterns=list(HUB_FILES),
            library_name="ecgzoo",
        )
    except Exception as error:  # the client raises those of its own HTTP library
        said = str(error).partition("\n")[0].removeprefix("Got: ")
        raise PresetError(
            f"{handle} cannot be fetched: {said}. Check the name and the connection; what was "
            "fetched before needs none."
        ) from error
    if not (Path(folder) / DESCRIPTION).is_file():
        raise PresetError(f"{handle} has no {DESCRIPTION}: upload the folder of a preset or run")
    return Path(folder)


def _checked(path: Path, exported: bool) -> Path:
    folder = path.parent if path.name in (DESCRIPTION, WEIGHTS) else path
    if (folder / DESCRIPTION).is_file():
        return folder
    if ArtifactFolder(folder).exported or version_numbers(folder):
        if exported:
            return folder
        raise PresetError(
            f"{folder} is an exported version, without weights to build or train: name the run or "
            "preset that it was made of"
        )
    raise PresetError(f"{folder} has no {DESCRIPTION}: it is no finished run and no preset")


def newest_runs(runs: Path) -> list[Path]:
    """The newest finished run of each registered model that has one, in the models' order.

    Args:
        runs: where the runs lie; those that :func:`resolve` passes over are passed over.

    Example:
        >>> newest_runs(Path("nowhere"))
        []
    """
    return [found[0] for model in MODELS if (found := _newest_first(model, runs))]


def _newest_first(model: str, runs: Path) -> list[Path]:
    def written(run: Path) -> float:
        return (run / DESCRIPTION).stat().st_mtime

    return sorted(_finished(model, runs), key=written, reverse=True)


def _newest(model: str, runs: Path) -> Path:
    found = _newest_first(model, runs)
    found += shipped_presets(model).values()
    if not found:
        raise PresetError(
            f"no finished run of {model} below {runs}, and no preset of it is shipped; "
            f"`ecgzoo train {model}` makes a run, or name a folder"
        )
    return found[0]


def _finished(model: str, runs: Path) -> Iterator[Path]:
    for path in _described(model, runs):
        preset = read_description(path)
        passed_over = preset.metrics.get("leaky") or thrown_away(path.parent.relative_to(runs))
        if preset.model == model and not passed_over:
            yield path.parent


def _described(model: str, runs: Path) -> list[Path]:
    """The descriptions that may be of a model, where commands and fine-tuning write runs.

    A run lies in ``<plan>/<model>/<part>``, where a folder of plans may be around the plan and the
    model's options may be in its name; or anywhere else two folders down. Whatever lies deeper is
    not looked at: a folder of runs may by mistake be any.
    """
    around, named = ("", "*/", "*/*/"), f"{glob.escape(model)}*/"
    inside = ("", named, f"{named}*/")
    found = {path for a in around for b in inside for path in runs.glob(f"{a}{b}{DESCRIPTION}")}
    return sorted(path for path in found if path.parent.name != EXTRA)


def _unknown(asked: str, model: str | None, runs: Path | None) -> str:
    if model is not None:
        tags = [name.partition(".")[2] for name in shipped_presets(model)]
        kind, known, folder = f"weights for {model}", tags, "run"
    else:
        kind, known, folder = "preset", list(shipped_presets()), "run or preset"
    if runs is not None:
        kind, known = "model or preset", [*MODELS, *known]
    if not known:
        return f"unknown {kind} {asked!r}: none is shipped; name the folder of a {folder}"
    return f"{unknown(kind, asked, known)}; or name the folder of a {folder}"
