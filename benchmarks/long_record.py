"""A day of signal: how fast it is answered, and in how much memory.

    python benchmarks/long_record.py [--hours 24] [--model cnn1d] [--rounds N] [--json FILE]

Three leads at 250 Hz, one record after another in a fresh process each, from its start to its end,
so with what importing TensorFlow takes. Models have random weights and take windows of 10 s, of
which one starts every 5 s.

- WFDB, .npy: `predict_long`, of a model at the record's rate;
- resampled: the same of the WFDB record, of a model at 100 Hz;
- whole: `predict`, which reads all of it, resamples all of it and cuts all windows.

CPU seconds are of all threads: on a machine that other jobs share, half of them is what two quiet
cores would take at least. Memory is the peak of what was resident (`VmHWM`), on Linux.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from rounds import Measured, arguments, positive, surroundings, table, write

LEADS, RATE, GAIN = ("I", "II", "V5"), 250, 200
HOUR = 3600 * RATE
SECONDS = 10
CONTENDERS = {
    "WFDB": ("day.hea", RATE, "predict_long"),
    ".npy": ("day.npy", RATE, "predict_long"),
    "WFDB, resampled": ("day.hea", 100, "predict_long"),
    "WFDB, whole": ("day.hea", RATE, "predict"),
}

PARTS = {"all": "process, s", "asked": "of it asked, s", "cpu": "CPU, s"}

ASK = """
import json, sys, time
began = time.perf_counter()
file, preset, how, rate = sys.argv[1:]
from ecgzoo.quiet import import_tensorflow
import_tensorflow()
import ecgzoo
loaded = ecgzoo.load(preset)
asked = time.perf_counter()
found = getattr(loaded, how)(file, sampling_rate=float(rate))
windows = len(found.starts if how == "predict_long" else found.names)
ended = time.perf_counter()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
told = {"windows": windows, "asked": ended - asked, "all": ended - began}
told["cpu"] = time.process_time()
print(json.dumps(told | {"gigabytes": int(peak.split()[1]) * 1024 / 1e9}))
"""


def main() -> None:
    """Measures each in turn and prints a table."""
    assert __doc__
    parser = arguments(__doc__, rounds=3)
    parser.add_argument("--hours", type=positive, default=24, help="of the record")
    parser.add_argument("--model", default="cnn1d", help="a registered model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_day(folder, options.hours)
        for rate in (RATE, 100):
            subprocess.run(
                [sys.executable, __file__, "--save", str(folder), options.model, str(rate)],
                check=True,
            )
        found = {name: [ask(folder, name) for _ in range(options.rounds)] for name in CONTENDERS}
    real = options.hours * 3600
    rows = [
        [name, str(runs[0]["windows"])]
        + [f"{Measured(tuple(run[part] for run in runs)).median:.1f}" for part in PARTS]
        + [f"{real / Measured(tuple(run['all'] for run in runs)).median:.0f}"]
        + [f"{max(run['gigabytes'] for run in runs):.2f}"]
        for name, runs in found.items()
    ]
    head = ["record", "windows", *PARTS.values(), "x real time", "peak, GB"]
    print(table(head, rows))
    write(options.json, {**surroundings("tensorflow", "keras"), "runs": found})


def ask(folder: Path, name: str) -> dict[str, float]:
    """Seconds and peak memory of a process that asks about the day."""
    print(f"\r{name}".ljust(79), end="\r", file=sys.stderr, flush=True)
    file, rate, how = CONTENDERS[name]
    arguments = [str(folder / file), str(folder / f"model{rate}"), how, str(RATE)]
    done = subprocess.run(
        [sys.executable, "-c", ASK, *arguments], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def write_day(folder: Path, hours: int) -> None:
    """The same heartbeats as a WFDB record of 16-bit counts and as float32 millivolts."""
    rng, time = np.random.default_rng(0), np.arange(HOUR)[:, None] / RATE
    phase = (time * 1.2) % 1 - 0.5
    beats = np.exp(-((phase / 0.02) ** 2)) + 0.2 * np.exp(-(((phase - 0.3) / 0.08) ** 2))
    hour = (beats * [0.6, 1.0, 1.2] + rng.normal(0, 0.02, (HOUR, len(LEADS)))).astype(np.float32)
    counts = np.round(hour * GAIN).astype("<i2")
    with (folder / "day.dat").open("wb") as file:
        for _ in range(hours):
            file.write(counts.tobytes())
    lines = [f"day.dat 16 {GAIN} 16 0 {counts[0, i]} 0 0 {lead}" for i, lead in enumerate(LEADS)]
    header = "\n".join([f"day {len(LEADS)} {RATE} {HOUR * hours}", *lines])
    (folder / "day.hea").write_text(header + "\n")
    shape = (HOUR * hours, len(LEADS))
    array = np.lib.format.open_memmap(folder / "day.npy", "w+", np.float32, shape)
    for start in range(0, len(array), HOUR):
        array[start : start + HOUR] = hour


def save_model(folder: str, model: str, rate: str) -> None:
    """A model of three leads with random weights, as a preset's folder."""
    import ecgzoo

    spec = ecgzoo.SignalSpec(LEADS, float(rate), SECONDS * int(rate))
    built = ecgzoo.build(model, spec, num_classes=4)
    ecgzoo.save_preset(built, Path(folder) / f"model{rate}", classes=["N", "S", "V", "F"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--save"]:
        save_model(*sys.argv[2:])
    else:
        main()
