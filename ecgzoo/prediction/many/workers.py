"""Workers: processes that each run a pipeline over a part of the shards.

Beam's own ``direct_running_mode=multi_processing`` splits a run into halves beforehand and, where
one of its processes is killed, waits for it for ever. These end the run with a sentence.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from ecgzoo.beam import reason_of
from ecgzoo.errors import AnswersError
from ecgzoo.parts import Parts
from ecgzoo.prediction.many.answers_folder import AnswersFolder, Shard
from ecgzoo.prediction.many.question import Question
from ecgzoo.processes import end_with_parent, say_nothing, share_cores

GO_ON = "What is answered stays: run the same command again to go on"


def answer_in_workers(
    count: int, folder: AnswersFolder, question: Question, shards: Sequence[Shard]
) -> None:
    """Answers shards in several processes of this machine, which end with this one.

    Raises:
        AnswersError: if one of them fails or is killed; the others are ended.
    """
    share_cores(count)
    spawn = multiprocessing.get_context("spawn")
    told, tell = spawn.Pipe(duplex=False)
    parts = Parts.of_this_process()
    started: list[BaseProcess] = [
        spawn.Process(
            target=_work, args=(tell, parts, folder, question, shards[one::count]), daemon=True
        )
        for one in range(min(count, len(shards)))
    ]
    try:
        for process in started:
            process.start()
        tell.close()
        _wait(started, told)
    finally:
        for process in filter(lambda one: one.pid, started):
            process.terminate()
            process.join()


def _wait(started: Sequence[BaseProcess], told: Connection) -> None:
    running = list(started)
    while running:
        wait([process.sentinel for process in running])
        for process in [one for one in running if one.exitcode is not None]:
            running.remove(process)
            if process.exitcode:
                raise AnswersError(f"{_reason(process, told)}. {GO_ON}")


def _reason(process: BaseProcess, told: Connection) -> str:
    if told.poll():
        return str(told.recv())
    return f"a worker was ended (exit code {process.exitcode}), maybe for want of memory"


def _work(
    tell: Connection,
    parts: Parts,
    folder: AnswersFolder,
    question: Question,
    shards: Sequence[Shard],
) -> None:
    end_with_parent()
    say_nothing()
    parts.take_over()
    from ecgzoo.prediction.many.beam_pipeline import answer_shards

    try:
        answer_shards(folder, question, shards)
    except Exception as error:
        tell.send(f"the pipeline stopped: {reason_of(error)}")
        raise SystemExit(1) from error
