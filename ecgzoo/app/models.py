"""Models: which the page offers, each loaded when it is first asked."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecgzoo.artifact.labels import stable_version
from ecgzoo.artifact.resolution import list_presets, newest_runs
from ecgzoo.errors import UnknownNameError
from ecgzoo.exporting.server.publishing import exported_models
from ecgzoo.prediction.asked import in_folder, on_server
from ecgzoo.registry import unknown

if TYPE_CHECKING:
    from ecgzoo.prediction.asked import Asked
    from ecgzoo.prediction.similar_records import EmbeddedRecords


@dataclass(frozen=True)
class Choice:
    """A model that the page offers.

    Attributes:
        name: as ``ecgzoo predict --model`` takes it.
        kind: the heading that it stands below.
        load: makes it ready to be asked.
        version: the folder that it stands for now; None where that stays the same.
    """

    name: str
    kind: str
    load: Callable[[], Asked]
    version: Callable[[], Path | None] = lambda: None


def choices(
    named: Sequence[str], exported: Path, runs: Path, server: str | None = None
) -> list[Choice]:
    """What the page offers: the models that were named first, and then all that are there.

    Args:
        named: models as ``ecgzoo predict --model`` takes them; on a server, where one is given.
        exported: where the served models lie.
        runs: where the runs lie; of each model the newest finished one is offered.
        server: of TensorFlow Serving.

    Raises:
        ValueError: if a server is given without the name of a model on it.

    Example:
        >>> found = choices(["cnn1d.ecg_images"], Path("nowhere"), Path("nowhere"))
        >>> found[0].name, found[0].kind, found[-1].kind
        ('cnn1d.ecg_images', 'first', 'presets')
    """
    if server is not None and not named:
        raise ValueError("a server does not tell its models: name them with --model")
    here = functools.partial(in_folder, exported=exported)
    first = here if server is None else functools.partial(on_server, url=server)
    kinds = {
        "first" if server is None else f"at {server}": (named, first),
        "exported": (exported_models(exported), here),
        "own runs": ([str(run) for run in newest_runs(runs)], here),
        "presets": (list_presets(), here),
    }
    return [
        Choice(
            name, kind, functools.partial(load, name), functools.partial(_version, name, exported)
        )
        for kind, (names, load) in kinds.items()
        for name in names
    ]


def _version(name: str, exported: Path) -> Path | None:
    """The stable version of an exported model, which an export or a rollback changes."""
    return stable_version(exported / name) if name in exported_models(exported) else None


class Models:
    """The models of the page, and the records that each is to compare.

    They are loaded once, and again when another version of a model has become the stable one.

    Args:
        choices: what is offered, the default first.

    Raises:
        ValueError: if nothing is.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        if not choices:
            raise ValueError("expected a model to offer; there is no preset, no run and no export")
        self.choices = tuple(choices)
        self._loaded: dict[str, tuple[Path | None, Asked]] = {}
        self._records: dict[str, tuple[Asked, EmbeddedRecords]] = {}

    def key(self, choice: Choice) -> str:
        """What the page calls a choice: its name and where it is, since names may come again."""
        return f"{choice.kind}: {choice.name}"

    def load_first(self) -> None:
        """Loads the default, so that the first question need not wait for it.

        What is wrong with it is said to who asks it.
        """
        with contextlib.suppress(Exception):
            self.load(self.key(self.choices[0]))

    def load(self, key: str) -> Asked:
        """The model that the page calls so.

        Raises:
            UnknownNameError: if none is.
        """
        by_key = {self.key(one): one for one in self.choices}
        if key not in by_key:
            raise UnknownNameError(unknown("model", key, by_key))
        version = by_key[key].version()
        if key not in self._loaded or self._loaded[key][0] != version:
            self._loaded[key] = version, by_key[key].load()
        return self._loaded[key][1]

    def embedded(self, key: str) -> EmbeddedRecords:
        """The records that the model is to compare, as it sees them."""
        from ecgzoo.prediction.similar_records import EmbeddedRecords

        asked = self.load(key)
        if key not in self._records or self._records[key][0] is not asked:
            self._records[key] = asked, EmbeddedRecords.by(asked)
        return self._records[key][1]
