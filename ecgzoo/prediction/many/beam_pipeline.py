"""The Beam pipeline: shards of records through RunInference, each into a file of its own.

A shard is read, asked about and written as one element. Beam's grouping is a barrier, before which
nothing would be written that a restart could keep; so there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import apache_beam as beam
import pyarrow as pa
from apache_beam.ml.inference.base import ModelHandler, PredictionResult, RunInference

from ecgzoo.beam import pipeline_options
from ecgzoo.parts import Parts
from ecgzoo.prediction.loaded_model import LoadedModel, load
from ecgzoo.prediction.many.answers_folder import AnswersFolder, Shard
from ecgzoo.prediction.many.question import Question
from ecgzoo.prediction.many.shard_answers import shard_answers


class ShardHandler(ModelHandler[Shard, PredictionResult, LoadedModel]):
    """Beam's way to any artifact of ecgzoo: loads it once in a process, and asks it about shards.

    Args:
        folder: where the list of files is.
        question: the model, and what is asked.
        parts: what the user registered in the process that began.
    """

    def __init__(self, folder: AnswersFolder, question: Question, parts: Parts) -> None:
        super().__init__()
        self._folder, self._question, self._parts = folder, question, parts

    def load_model(self) -> LoadedModel:
        """The artifact, as :func:`ecgzoo.load` gives it."""
        self._parts.take_over()
        return load(self._question.model)

    def run_inference(
        self,
        batch: Sequence[Shard],
        model: LoadedModel,
        inference_args: dict[str, Any] | None = None,
    ) -> Iterable[PredictionResult]:
        """A table for each shard, a line per record."""
        for shard in batch:
            table = shard_answers(self._folder.files(shard), model, self._question)
            yield PredictionResult(shard, table)

    def batch_elements_kwargs(self) -> dict[str, int]:
        """A shard at a time: it has batches of its own, and is written before the next is read."""
        return {"min_batch_size": 1, "max_batch_size": 1}

    def get_metrics_namespace(self) -> str:
        """Under which Beam counts."""
        return "ecgzoo"


def answer_shards(
    folder: AnswersFolder, question: Question, shards: Sequence[Shard], flags: Sequence[str] = ()
) -> None:
    """Answers shards of records, and writes them as they are done.

    Args:
        folder: begun before.
        question: what is asked.
        shards: those that are missing.
        flags: Beam's own options; without a runner among them, this process does it.
    """
    handler = ShardHandler(folder, question, Parts.of_this_process())
    with beam.Pipeline(options=pipeline_options(flags)) as pipeline:
        _ = (
            pipeline
            | "shards" >> beam.Create(shards)
            | "spread" >> beam.Reshuffle()
            | "answer" >> RunInference(handler)
            | "write" >> beam.Map(_write, folder)
        )


def _write(result: PredictionResult, folder: AnswersFolder) -> int:
    shard = cast(Shard, result.example)
    table: pa.Table = result.inference
    folder.write(shard, table)
    return shard.number
