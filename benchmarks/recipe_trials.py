"""Trials of recipes: what is trained how, tried on all folds of three fold seeds at once.

    python benchmarks/recipe_trials.py records --ptbxl FOLDER --data FILE
    KERAS_BACKEND=jax python benchmarks/recipe_trials.py run PLAN --data FILE --to FOLDER
    python benchmarks/recipe_trials.py table --data FILE --to FOLDER

`records` writes the traced pages, their folds and a part of PTB-XL to one file; `run` needs JAX and
an accelerator, and trains a plan of `benchmarks/trials/plans.py`, whose trials run one after
another; several plans may run beside each other. `table` prints the figures of the answers.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> None:
    """Does what the first argument says."""
    options = _options()
    if options.task == "records":
        from trials.recording import write_records

        write_records(options.data, options.ptbxl)
        return
    from trials.records import read_records

    records = read_records(options.data)
    if options.task == "run":
        from trials.plans import PLANS
        from trials.running import run_plan

        options.to.mkdir(parents=True, exist_ok=True)
        run_plan(PLANS[options.plan], records, options.to)
    else:
        from trials.scoring import Answers
        from trials.table import held_table, trials_table

        answers = Answers(options.to, records)
        print(f"{trials_table(answers)}\n\n{held_table(answers)}")


def _options() -> argparse.Namespace:
    from trials.plans import PLANS

    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    tasks = parser.add_subparsers(dest="task", required=True)
    records, run, table = (tasks.add_parser(name) for name in ("records", "run", "table"))
    records.add_argument("--ptbxl", type=Path, required=True, help="PTB-XL, or its first records")
    run.add_argument("plan", choices=PLANS, help="the processes of both calls")
    for parser_of_task in (records, run, table):
        parser_of_task.add_argument("--data", type=Path, required=True, help="the records' .npz")
    for parser_of_task in (run, table):
        parser_of_task.add_argument("--to", type=Path, required=True, help="folder of the answers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
