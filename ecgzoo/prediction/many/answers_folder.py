"""AnswersFolder: shards of answers to many records, each written in one step, and what they are."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ecgzoo.errors import AnswersError
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.files.lock import lock_if_free
from ecgzoo.prediction.many.question import Question
from ecgzoo.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST, LIST = "_manifest.json", "_files.jsonl"  # readers of Parquet pass over them
DRAFTS = (".*-answers-*.parquet", f".*-{MANIFEST}", f".*-{LIST}")


class Shard(NamedTuple):
    """Some records that follow each other in the list of files.

    Attributes:
        number: of the shard, from 0.
        start: the byte of the list at which its first line begins.
        records: how many it has.
    """

    number: int
    start: int
    records: int


@dataclass(frozen=True)
class Manifest:
    """What a folder's answers are; one that was begun goes on only with the same.

    Attributes:
        question: what is asked, and of which model.
        pattern: what the records were found by.
        records: how many there are.
        files: SHA-256 of their list.
        shard: how many records a file of answers has.
        summary: how many were answered how, once all are.
        ecgzoo: the version that began.
    """

    question: Question
    pattern: str
    records: int
    files: str
    shard: int
    summary: dict[str, Any] | None = None
    ecgzoo: str = __version__

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """What :meth:`AnswersFolder.begin` wrote.

        Raises:
            AnswersError: if it is damaged.
        """
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**told, "question": Question(**told["question"])})
        except (ValueError, TypeError, KeyError) as error:
            raise AnswersError(
                f"{path} is damaged: {error}. Name another folder (--to), or remove this one"
            ) from error


@dataclass(frozen=True)
class AnswersFolder:
    """A folder of answers, which may not be whole yet.

    Attributes:
        path: where it lies; other machines that work for it see the same.
    """

    path: Path

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """No other process of this machine writes into it meanwhile.

        Raises:
            AnswersError: if one does.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        handle = lock_if_free(self.path)
        if handle is None:
            raise AnswersError(
                f"another process writes answers into {self.path}: wait until it has ended, or "
                "name another folder (--to)"
            )
        try:
            yield
        finally:
            os.close(handle)

    def begin(self, manifest: Manifest, files: Sequence[str]) -> list[Shard]:
        """Writes the list of files and what is asked, or finds that they are there.

        Raises:
            AnswersError: if the folder holds anything else; it is as it was.
        """
        for draft in itertools.chain(*map(self.path.glob, DRAFTS)):  # of a process that was killed
            draft.unlink(missing_ok=True)
        if (self.path / MANIFEST).is_file():
            self._check_same(manifest)
        else:
            if other := sorted({one.name for one in self.path.iterdir()} - {LIST}):
                raise AnswersError(
                    f"{self.path} holds {other[0]}, and no answers of predict-many: name a new "
                    "folder, or an empty one (--to)"
                )
            write_atomically(self.path / LIST, lambda draft: _write_list(draft, files))
            self.describe(manifest)
        return list(_shards(files, manifest.shard))

    def describe(self, manifest: Manifest) -> None:
        """Writes what the answers are."""
        write_json(self.path / MANIFEST, asdict(manifest))

    def _check_same(self, wanted: Manifest) -> None:
        there = Manifest.read(self.path / MANIFEST)
        one, other = wanted.question, there.question
        if one.weights != other.weights:
            came = f"{_model(other)}; asked is {_model(one)}"
        elif one.what != other.what:
            came = f"{other.what}; asked is {one.what}"
        elif (one.sampling_rate, one.unit) != (other.sampling_rate, other.unit):
            came = f"{_meaning(other)}; asked is {_meaning(one)}"
        elif wanted.files != there.files:
            came = (
                f"{there.records:,} files that {there.pattern} matched; {wanted.pattern} now "
                f"matches {wanted.records:,}, and not the same"
            )
        elif wanted.shard != there.shard:
            came = f"{there.shard:,} records to a file; asked is {wanted.shard:,}"
        else:
            return
        raise AnswersError(
            f"{self.path} holds answers of {came}. Name another folder (--to), or ask as before"
        )

    def file(self, shard: Shard) -> Path:
        """Where a shard's answers are."""
        return self.path / f"answers-{shard.number:05d}.parquet"

    def missing(self, shards: Iterable[Shard]) -> list[Shard]:
        """Those that are not answered yet: a file of answers is whole, or not there."""
        there = {one.name for one in self.path.glob("answers-*.parquet")}
        return [shard for shard in shards if self.file(shard).name not in there]

    def files(self, shard: Shard) -> list[str]:
        """The paths of a shard's records."""
        with (self.path / LIST).open("rb") as stream:
            stream.seek(shard.start)
            return [json.loads(line) for line in itertools.islice(stream, shard.records)]

    def write(self, shard: Shard, table: pa.Table) -> None:
        """Writes a shard's answers in one step."""
        import pyarrow.parquet as parquet

        write_atomically(self.file(shard), lambda draft: parquet.write_table(table, draft))


def list_digest(files: Iterable[str]) -> str:
    """SHA-256 of the list that a folder of answers to these files has."""
    found = hashlib.sha256()
    for one in files:
        found.update(_line(one))
    return found.hexdigest()


def _line(file: str) -> bytes:
    """A path as a line of ASCII, whatever is in it."""
    return (json.dumps(file) + "\n").encode("ascii")


def _write_list(draft: Path, files: Iterable[str]) -> None:
    with draft.open("wb") as stream:
        stream.writelines(map(_line, files))


def _shards(files: Sequence[str], size: int) -> Iterator[Shard]:
    start = 0
    for number, first in enumerate(range(0, len(files), size)):
        some = files[first : first + size]
        yield Shard(number, start, len(some))
        start += sum(len(_line(one)) for one in some)


def _model(one: Question) -> str:
    return f"{one.model} (weights {one.weights[:8]})"


def _meaning(one: Question) -> str:
    rate = "the files' own rate" if one.sampling_rate is None else f"{one.sampling_rate:g} Hz"
    return f"files of {rate} in {one.unit or 'the unit of the model'}"
