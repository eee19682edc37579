"""predict_many: answers for as many records as a pattern matches, into a folder of Parquet."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ecgzoo.artifact.answers import SEPARATOR
from ecgzoo.beam import check_beam, reason_of
from ecgzoo.errors import AnswersError
from ecgzoo.prediction.many.answers_folder import AnswersFolder, Manifest, Shard, list_digest
from ecgzoo.prediction.many.matched import matched
from ecgzoo.prediction.many.question import Question, question_of
from ecgzoo.prediction.many.workers import GO_ON, answer_in_workers

Progress = Callable[[int, int], object]
SHARD = 1000
WHAT = "many records are answered"
RUNS = Path("runs")
LOOK = 0.5  # seconds between two looks at what is written


@dataclass(frozen=True)
class Counted:
    """What a folder of answers holds.

    Attributes:
        records: how many lines, one for each record.
        errors: how many of them have an error in place of an answer.
        labels: how many records each label is of; empty where no labels were asked for.
        first_error: the first record that has one, and its sentence.
    """

    records: int
    errors: int
    labels: dict[str, int]
    first_error: tuple[str, str] | None


@dataclass(frozen=True)
class ManyAnswers:
    """What a run of :func:`predict_many` did.

    Attributes:
        folder: of the answers.
        counted: what it holds.
        answered: how many records this run answered; the others were there.
        seconds: how long it took, from the list of files to the last answer.
    """

    folder: Path
    counted: Counted
    answered: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Records per second of this run."""
        return self.answered / self.seconds


def predict_many(
    pattern: str,
    model: str | Path,
    to: str | Path,
    *,
    what: str = "predict",
    workers: int = 1,
    shard: int = SHARD,
    sampling_rate: float | None = None,
    unit: str | None = None,
    beam_options: Sequence[str] = (),
    runs: str | Path = RUNS,
    progress: Progress = lambda done, records: None,
) -> ManyAnswers:
    """Answers or embeds any number of records through Apache Beam, a line of Parquet for each.

    Killed and called again, it goes on with the shards that are missing. A record that cannot be
    read has its line too, with the reason.

    Args:
        pattern: a folder, or a shell pattern of files, in which ``**`` is any folders.
        model: what :func:`ecgzoo.load` takes by name or path.
        to: the folder of the answers, new, or begun by the same call.
        what: ``"predict"``; ``"embed"``; or ``"trace"``, the millivolts of pages.
        workers: processes of this machine.
        shard: how many records a file of answers has; so much is lost when it is killed.
        sampling_rate: in Hz, of files that do not say it.
        unit: of the same; by default the model's.
        beam_options: flags of Beam, such as ``"--runner=FlinkRunner"``; then ``workers`` is 1.
        runs: where the runs of a model are looked for.
        progress: is called now and then with how many records are answered, and of how many.

    Raises:
        MissingExtraError: if Beam is not installed.
        AnswersError: if the folder holds other answers or another process
            writes into it, or the pipeline stops.
        FileNotFoundError: if nothing matches.
        UnknownNameError: if there is no such model.
        PresetError: if it is damaged.
    """
    began = time.perf_counter()
    check_beam(WHAT)
    if beam_options and workers > 1:
        raise AnswersError(
            f"expected workers of this machine or Beam's own options; got --workers {workers} and "
            f"{' '.join(beam_options)}. Say it in Beam's options alone"
        )
    question = question_of(str(model), what, sampling_rate, unit, Path(runs))
    files = matched(pattern)
    manifest = Manifest(question, pattern, len(files), list_digest(files), shard)
    folder = AnswersFolder(Path(to).absolute())
    with folder.held():
        shards = folder.begin(manifest, files)
        del files
        missing = folder.missing(shards)
        with _watched(folder, shards, progress):
            _answer(workers, folder, question, missing, beam_options)
        counted = _counted(folder, shards)
        folder.describe(replace(manifest, summary=asdict(counted)))
    answered = sum(one.records for one in missing)
    return ManyAnswers(folder.path, counted, answered, time.perf_counter() - began)


def _answer(
    workers: int,
    folder: AnswersFolder,
    question: Question,
    shards: Sequence[Shard],
    flags: Sequence[str],
) -> None:
    if not shards:
        return
    if workers > 1:
        answer_in_workers(workers, folder, question, shards)
        return
    from ecgzoo.prediction.many.beam_pipeline import answer_shards

    try:
        answer_shards(folder, question, shards, flags)
    except Exception as error:
        raise AnswersError(f"the pipeline stopped: {reason_of(error)}. {GO_ON}") from error


@contextlib.contextmanager
def _watched(folder: AnswersFolder, shards: Sequence[Shard], progress: Progress) -> Iterator[None]:
    """Tells how many records are answered, by what is written, wherever that is done."""
    ended, records = threading.Event(), sum(one.records for one in shards)

    def look() -> None:
        progress(records - sum(one.records for one in folder.missing(shards)), records)

    def watch() -> None:
        while not ended.wait(LOOK):
            look()

    look()
    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()
        look()


def _counted(folder: AnswersFolder, shards: Sequence[Shard]) -> Counted:
    """Counts the lines of all shards, one after another.

    Raises:
        AnswersError: if a shard is missing, or has other lines than records.
    """
    import pyarrow.parquet as parquet

    errors, labels, first = 0, Counter[str](), None
    for shard in shards:
        file = folder.file(shard)
        if not file.is_file():
            raise AnswersError(
                f"expected {file}, which the workers wrote elsewhere: name a folder that all "
                "machines see under this path (--to)"
            )
        with parquet.ParquetFile(file) as opened:
            names = {"record", "error", "predicted"} & set(opened.schema_arrow.names)
            columns = opened.read(columns=sorted(names)).to_pydict()
        if len(columns["error"]) != shard.records:
            raise AnswersError(
                f"expected {shard.records:,} lines in {file}; got {len(columns['error']):,}. "
                "Remove it and run again"
            )
        bad = [row for row, one in enumerate(columns["error"]) if one is not None]
        errors += len(bad)
        if bad and first is None:
            first = columns["record"][bad[0]], columns["error"][bad[0]]
        for cell in filter(None, columns.get("predicted", ())):
            labels.update(cell.split(SEPARATOR))
    records = sum(one.records for one in shards)
    return Counted(records, errors, dict(labels.most_common()), first)
