"""Labels: which version of a model is ``stable`` and which ``canary``.

They are kept in a file beside the versions, whose name model servers pass over, so that moving a
label touches no version.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.errors import LabelError, PresetError
from ecgzoo.files.atomic import update_text

LABELS, NAMES = "labels.json", ("stable", "canary")


@dataclass(frozen=True)
class Labels:
    """The labelled versions of one model; both labels may stand on one.

    Attributes:
        stable: what clients should ask for. A server gives those that name neither label nor
            version the highest number, so a canary too.
        canary: what is tried out beside it.
        before: what a label left for them: a server answers with it until it has followed, which
            takes as long as the new version loads, or for ever if it does not.

    Example:
        >>> Labels().after_export(1).after_export(2, canary=True)
        Labels(stable=1, canary=2, before=())
        >>> Labels(stable=1, canary=2).after_promotion()
        Labels(stable=2, canary=2, before=(1,))
        >>> Labels(stable=3, canary=3).after_rollback(2, there=[1, 2, 3])
        Labels(stable=2, canary=2, before=(3,))
    """

    stable: int | None = None
    canary: int | None = None
    before: tuple[int, ...] = ()

    @property
    def by_name(self) -> dict[str, int]:
        """The version of each label that is given."""
        numbers = {name: getattr(self, name) for name in NAMES}
        return {name: number for name, number in numbers.items() if number is not None}

    @property
    def versions(self) -> list[int]:
        """Every labelled version once, ascending."""
        return sorted(set(self.by_name.values()))

    def of(self, version: int) -> tuple[str, ...]:
        """The labels of one version."""
        return tuple(name for name, number in self.by_name.items() if number == version)

    def after_export(self, version: int, *, canary: bool = False) -> Labels:
        """A new version takes both labels, or only ``canary``."""
        return self._moved(self.stable if canary else version, version)

    def after_promotion(self) -> Labels:
        """``stable`` moves to where ``canary`` stands."""
        return self._moved(self.canary, self.canary)

    def after_rollback(self, to: int, there: Collection[int | None]) -> Labels:
        """``stable`` moves; ``canary`` stays, unless it stood there too or on nothing."""
        stays = self.canary != self.stable and self.canary in there
        return self._moved(to, self.canary if stays else to)

    def after_withdrawal(self, to: int) -> Labels:
        """``canary`` moves; ``stable`` stays."""
        return self._moved(self.stable, to)

    def _moved(self, stable: int | None, canary: int | None) -> Labels:
        """The labels anew; without a version that one of them left ``before`` is what it was."""
        left = set(self.versions) - {stable, canary}
        return Labels(stable, canary, tuple(sorted(left)) or self.before)


def read_labels(folder: Path) -> Labels:
    """The labels of a model's folder; none where nothing was labelled yet.

    Raises:
        LabelError: if the file is damaged.
    """
    path = folder / LABELS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Labels(**{**content, "before": tuple(content.get("before", ()))})
    except FileNotFoundError:
        return Labels()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise LabelError(
            f"{path} is damaged: expected versions of 'stable' and 'canary'; got: {error}; remove "
            f"it, then `ecgzoo rollback {folder.name} --to N`"
        ) from error


def write_labels(folder: Path, labels: Labels) -> None:
    """Replaces the labels of a model in one step."""
    update_text(folder / LABELS, json.dumps(asdict(labels)) + "\n")


def stable_version(folder: Path) -> Path:
    """The folder itself if it is a version, else the stable one in it, or the newest.

    Raises:
        PresetError: if there is none. Nothing further down is looked at.
        LabelError: if the labels cannot be read.

    Example:
        >>> stable_version(Path("docs"))
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PresetError: docs holds no exported version: expected a model's folder such \
as exported/hybrid1, or a version's such as exported/hybrid1/1; `ecgzoo export RUN` or `make demo` \
writes one
    """
    if (folder / "saved_model.pb").is_file():
        return folder
    numbers = version_numbers(folder)
    if not numbers:
        raise PresetError(
            f"{folder} holds no exported version: expected a model's folder such as "
            "exported/hybrid1, or a version's such as exported/hybrid1/1; `ecgzoo export RUN` or "
            "`make demo` writes one"
        )
    stable = read_labels(folder).stable
    return folder / str(stable if stable in numbers else numbers[-1])


def refuse_links(root: Path) -> None:
    """Checks that models and versions lie where they are named: what is removed here is here.

    Raises:
        LabelError: if one of them is a link. The root itself may be one.
    """
    links = [path for path in root.glob("*") if path.is_symlink() and not path.is_file()]
    for path in links or root.glob("*/*"):
        if path.is_symlink() and (links or path.name.isdecimal() or path.name == LABELS):
            raise LabelError(
                f"expected models and versions that lie below {root}; {path} is a link to "
                f"{path.readlink()}; move what it points at there, or remove the link"
            )


def labelled_models(root: Path) -> dict[str, Labels]:
    """The labels of every model below a root that has some.

    Raises:
        LabelError: if a label stands on a version that is not there, or a model or version is a
            link.
    """
    refuse_links(root)
    found = {
        path.parent.name: read_labels(path.parent) for path in sorted(root.glob(f"*/{LABELS}"))
    }
    for model, labels in found.items():
        _check(root / model, labels)
    return found


def _check(folder: Path, labels: Labels) -> None:
    there = version_numbers(folder)
    for name, number in labels.by_name.items():
        if number not in there:
            remedy = f"`ecgzoo rollback {folder.name} --to N`" if there else f"remove {folder}"
            raise LabelError(
                f"expected {folder / str(number)}, which is labelled {name}; there: "
                f"{', '.join(map(str, there)) or 'no version'}; {remedy}"
            )
