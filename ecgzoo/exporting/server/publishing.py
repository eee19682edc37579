"""Publishing, moving labels and pruning: versions, labels and server files change together."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecgzoo.artifact.labels import (
    LABELS,
    Labels,
    labelled_models,
    read_labels,
    refuse_links,
    write_labels,
)
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.errors import LabelError, UnknownNameError
from ecgzoo.exporting.server.configuration import write_server_files
from ecgzoo.exporting.server.versions import publish, withdraw
from ecgzoo.files.atomic import update_text
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
        OSError: if the disk is full or cannot be written; then neither.
    """
    folder = draft.parent
    with locked(folder.parent), _kept(folder / LABELS):
        labelled_models(folder.parent)
        labels = read_labels(folder)
        version = publish(draft)
        try:
            _relabel(folder, labels.after_export(int(version.name), canary=canary))
        except BaseException:
            withdraw(version)  # before the labels get back what they were: that needs room
            raise
    return version


def roll_back(root: Path, model: str, to: int | None = None, *, canary: bool = False) -> int:
    """Moves ``stable``, and so what is served, to another version; no version is touched.

    Args:
        root: where the served models lie.
        model: the model's name.
        to: the version; by default the one before the one that is stable.
        canary: ``canary`` moves instead, by default to where ``stable`` stands.

    Returns:
        The version that has the label now.

    Raises:
        UnknownNameError: if there is no such model.
        LabelError: if there is no such version.
        OSError: if the disk is full or cannot be written; then no label is moved.
    """
    with _labels_of(root, model) as (folder, labels):
        there = version_numbers(folder)
        usual = labels.stable if canary else _before(labels.stable, there)
        target = usual if to is None else to
        if target not in there:
            wanted = "a stable version" if canary else "a version before the stable one"
            raise LabelError(
                f"expected {wanted if to is None else f'version {to}'} of {model}; stable is "
                f"{labels.stable or 'none'}, of the versions {', '.join(map(str, there))}; choose "
                "one with --to"
            )
        _relabel(
            folder,
            labels.after_withdrawal(target) if canary else labels.after_rollback(target, there),
        )
    return target


def promote(root: Path, model: str) -> int:
    """Makes the canary the stable version; no version is touched.

    Args:
        root: where the served models lie.
        model: the model's name.

    Returns:
        The version that is stable now.

    Raises:
        UnknownNameError: if there is no such model.
        LabelError: if it has no canary beside the stable version.
        OSError: if the disk is full or cannot be written; then no label is moved.
    """
    with _labels_of(root, model) as (folder, labels):
        canary = labels.canary
        if canary in (None, labels.stable) or canary not in version_numbers(folder):
            raise LabelError(
                f"expected a canary of {model} beside the stable version; stable is "
                f"{labels.stable or 'none'}, canary {canary or 'none'}; `ecgzoo export RUN "
                f"--canary` makes one, `ecgzoo rollback {model} --to N` makes any version stable"
            )
        _relabel(folder, labels.after_promotion())
    return canary


def prune(root: Path, models: Iterable[str], keep: int, *, dry_run: bool = False) -> list[Path]:
    """Removes versions, never the newest ``keep`` of a model and never a labelled one.

    What a label left when it moved last stays as well: a server may still answer with it.

    Args:
        root: where the served models lie.
        models: names of the models.
        keep: how many stay, at least 1, so that no number is given twice.
        dry_run: only tells what would be removed.

    Returns:
        The folders that were there.

    Raises:
        UnknownNameError: if there is no such model.
        LabelError: if labels cannot be read, or a model or version is a link: nothing is removed.
    """
    if keep < 1:
        raise ValueError(f"expected to keep at least 1 version; got {keep}")
    folders = [model_folder(root, model) for model in models]
    with locked(root):
        refuse_links(root)
        doomed = [version for folder in folders for version in _spare(folder, keep)]
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


def held(folder: Path) -> str:
    """A sentence on how many versions of a model a server has in memory: all that are there."""
    count = len(version_numbers(folder))
    if count == 1:
        return f"a server holds 1 version of {folder.name} in memory"
    said = f"a server holds {count} versions of {folder.name} in memory"
    return f"{said}; `ecgzoo prune` removes old ones"


def _before(stable: int | None, there: list[int]) -> int | None:
    return max((number for number in there if number < (stable or 0)), default=None)


def _spare(folder: Path, keep: int) -> list[Path]:
    """The versions of a model that nobody needs, but for the newest."""
    labels = read_labels(folder)
    needed = {*labels.versions, *labels.before}
    older = version_numbers(folder)[:-keep]
    return [folder / str(number) for number in older if number not in needed]


@contextlib.contextmanager
def _labels_of(root: Path, model: str) -> Iterator[tuple[Path, Labels]]:
    """A model's folder and labels, held against others, to be moved or left as they are."""
    folder = model_folder(root, model)
    with locked(root), _kept(folder / LABELS):
        refuse_links(root)
        yield folder, read_labels(folder)


@contextlib.contextmanager
def _kept(path: Path) -> Iterator[None]:
    """Gives a file back what it held if the disk is full, or somebody interrupts.

    Not after other errors: labels that stand on nothing are mended one model at a time.
    """
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    try:
        yield
    except (OSError, KeyboardInterrupt):
        with contextlib.suppress(OSError):
            if before is None:
                path.unlink(missing_ok=True)
            else:
                update_text(path, before)
        raise


def _relabel(folder: Path, labels: Labels) -> None:
    write_labels(folder, labels)
    write_server_files(folder.parent)
