"""What fine-tuning costs: processor seconds of a hundred records, memory of five thousand.

    python benchmarks/finetuning.py [--preset NAME]... [--json FILE]

Random walks of ten seconds in twelve leads at 100 Hz, half of each class. A hundred are tuned with
all that is default, test part and linear probe included; five thousand for an epoch of the head and
one of the body, since further epochs take no more memory. Each in a process of its own, whose
peak is that of the whole process: TensorFlow takes half of a gigabyte before anything is done.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from rounds import surroundings, table, write

PRESETS = "cnn1d.general", "cnn1d.ecg_images"
SAMPLES, RATE, SECONDS, LEADS = 1000, 100.0, 10.0, 12
FEW, MANY = 100, 5000
Costs = tuple[float, float]


def records(count: int) -> np.ndarray:
    """Random walks in mV, float32 ``[count, 1000, 12]``, of which every second is larger."""
    rng = np.random.default_rng(0)
    found = np.empty((count, SAMPLES, LEADS), np.float32)
    for row in range(count):
        steps = rng.normal(0, 0.02 * (1 + row % 2 / 2), (SAMPLES, LEADS))
        found[row] = steps.cumsum(axis=0)
    return found


def costs(preset: str, count: int) -> Costs:
    """Processor seconds of a fine-tuning after the imports, and gigabytes of its process."""
    import ecgzoo
    from ecgzoo.training.finetuning import FineTuning

    model, weights = preset.split(".")
    short = FineTuning(head_epochs=1, epochs_per_group=0, epochs=1)
    given, labels = records(count), np.arange(count) % 2
    begun = time.process_time()
    ecgzoo.finetune(
        model,
        given,
        labels,
        weights=weights,
        classes=["small", "large"],
        sampling_rate=RATE,
        seconds=SECONDS,
        settings=short if count == MANY else None,
    )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return time.process_time() - begun, most


def main() -> None:
    """Measures each preset with few records and with many, and prints a table."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", action="append", help=f"default {' and '.join(PRESETS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all figures")
    options = parser.parse_args()
    asked = [(one, count) for one in options.preset or PRESETS for count in (FEW, MANY)]
    rows, measured = [], {}
    for one, count in asked:
        print(f"{one}, {count} records", flush=True)
        with multiprocessing.get_context("spawn").Pool(1) as process:
            found = process.apply(costs, (one, count))
        measured[f"{one}, {count} records"] = found
        rows.append([one, f"{count:,}", f"{found[0]:.0f}", f"{found[1]:.2f}"])
    print(table(["preset", "records", "CPU, s", "peak, GB"], rows))
    write(options.json, {**surroundings("tensorflow", "keras"), "costs": measured})


if __name__ == "__main__":
    main()
