"""push: a preset or run, with its card, to the Hugging Face hub."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS
from ecgzoo.artifact.resolution import HUB, resolve
from ecgzoo.errors import PresetError
from ecgzoo.report.cards.artifact import read_artifact
from ecgzoo.report.cards.card import card_of

RUNS = Path("runs")
CARD = "README.md"


def push(
    artifact: str | Path, repository: str, *, private: bool = False, runs: str | Path = RUNS
) -> str:
    """Uploads a preset or run to the Hugging Face hub: its weights, its description and its card.

    The repository is made if there is none. The files come in one commit, so that nobody fetches
    half of them. Who you are is what ``hf auth login``, or ``HF_TOKEN``, told the hub's client.

    Args:
        artifact: a preset's name, the folder of a run or preset, or a model's name, for its newest
            finished run.
        repository: ``"owner/name"``.
        private: whether a repository that is made is yours alone to see.
        runs: where the runs of a model are looked for.

    Returns:
        The handle of the commit, ``"hf://owner/name@..."``, which :func:`ecgzoo.load` takes.

    Raises:
        UnknownNameError: if there is no such artifact; the message suggests the nearest name.
        PresetError: if it is damaged, the repository's name is malformed, ``huggingface_hub`` is
            not installed, or the hub refuses.

    Example:
        >>> push("cnn1d.ecg_images", "mine")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.PresetError: expected a repository such as owner/name; got mine
    """
    name = repository.removeprefix(HUB)
    if name.count("/") != 1 or not all(name.split("/")):
        raise PresetError(f"expected a repository such as owner/name; got {repository}")
    folder = resolve(artifact, runs=Path(runs))
    card = card_of(replace(read_artifact(folder), where=f"{HUB}{name}", shipped=False))
    files = {one: folder / one for one in (DESCRIPTION, WEIGHTS)}
    return f"{HUB}{name}@{_committed(name, private, {**files, CARD: str(card).encode()})}"


def _committed(name: str, private: bool, files: dict[str, Path | bytes]) -> str:
    """The commit that holds these files."""
    from huggingface_hub import CommitOperationAdd, HfApi

    hub = HfApi(library_name="ecgzoo")
    try:
        hub.create_repo(name, private=private, exist_ok=True)
        additions = [CommitOperationAdd(one, content) for one, content in files.items()]
        return str(hub.create_commit(name, additions, commit_message="ecgzoo push").oid)
    except Exception as error:  # the client raises those of its own HTTP library
        said = str(error).strip().partition("\n")[0].rstrip(".")
        raise PresetError(
            f"{HUB}{name} cannot be written: {said}. Check the name and the connection, and that "
            "`hf auth login` knows you."
        ) from error
