"""Publishing, rolling back and pruning: versions, labels and server files change together."""

from collections.abc import Iterable
from pathlib import Path

from ecgzoo.artifact.labels import labelled_models, read_labels, write_labels
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.errors import LabelError, UnknownNameError
from ecgzoo.exporting.server.configuration import write_server_files
from ecgzoo.exporting.server.versions import publish, withdraw
from ecgzoo.files.lock import locked
from ecgzoo.registry import unknown


def publish_labelled(draft: Path, *, canary: bool = False) -> Path:
    """Gives a finished draft the next number, and labels to the number.

    Args:
        draft: what :func:`ecgzoo.exporting.server.versions.draft` gave.
        canary: the new version is only ``canary``, and ``stable`` stays where it is.

    Returns:
        The version's folder.

    Raises:
        LabelError: if a label of any model stands on a version that is not there; then nothing is
            published.
    """
    folder = draft.parent
    with locked(folder.parent):
        labelled_models(folder.parent)
        version = publish(draft)
        labels = read_labels(folder).after_export(int(version.name), canary=canary)
        write_labels(folder, labels)
        write_server_files(folder.parent)
    return version


def roll_back(root: Path, model: str, to: int | None = None) -> int:
    """Moves ``stable``, and so what is served, to another version; no version is touched.

    Args:
        root: where the served models lie.
        model: the model's name.
        to: the version; by default the one before the one that is stable.

    Returns:
        The version that is stable now.

    Raises:
        UnknownNameError: if there is no such model.
        LabelError: if there is no such version.
    """
    folder = model_folder(root, model)
    with locked(root):
        there, labels = version_numbers(folder), read_labels(folder)
        target = _before(labels.stable, there) if to is None else to
        if target not in there:
            wanted = "a version before the stable one" if to is None else f"version {to}"
            raise LabelError(
                f"expected {wanted} of {model}; stable is {labels.stable or 'none'}, of the "
                f"versions {', '.join(map(str, there))}; choose one with --to"
            )
        write_labels(folder, labels.after_rollback(target, there))
        write_server_files(root)
    return target


def prune(root: Path, models: Iterable[str], keep: int, *, dry_run: bool = False) -> list[Path]:
    """Removes versions, never the newest ``keep`` of a model and never a labelled one.

    Args:
        root: where the served models lie.
        models: names of the models.
        keep: how many stay, at least 1, so that no number is given twice.
        dry_run: only tells what would be removed.

    Returns:
        The folders that were there.
    """
    if keep < 1:
        raise ValueError(f"expected to keep at least 1 version; got {keep}")
    folders = [model_folder(root, model) for model in models]
    with locked(root):
        doomed = [
            folder / str(number)
            for folder in folders
            for number in version_numbers(folder)[:-keep]
            if number not in read_labels(folder).versions
        ]
        if not dry_run:
            write_server_files(root)  # first: a killed rollback may have left them behind
            for version in doomed:
                withdraw(version)
    return doomed


def exported_models(root: Path) -> list[str]:
    """Names of the models that have a version, in order."""
    return sorted(path.name for path in root.glob("*") if version_numbers(path))


def model_folder(root: Path, model: str) -> Path:
    """The folder of an exported model.

    Raises:
        UnknownNameError: if it has no version.
    """
    there = exported_models(root)
    if model not in there:
        if not there:
            raise UnknownNameError(f"{root} holds no exported version; `ecgzoo export` writes one")
        raise UnknownNameError(unknown("exported model", model, there))
    return root / model


def _before(stable: int | None, there: list[int]) -> int | None:
    return max((number for number in there if number < (stable or 0)), default=None)
