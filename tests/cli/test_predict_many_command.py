"""`ecgzoo predict-many` as a user meets it: in several processes, and killed."""

import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import psutil
import pytest
from small_presets import heartbeats

import ecgzoo
from ecgzoo.errors import DataWarning
from ecgzoo.pages.layout import PAGE_SPEC

PRESET, SPEC, SHARD = "cnn1d.ecg_images", PAGE_SPEC, 4


def write_records(folder, count):
    folder.mkdir()
    for row, one in enumerate(heartbeats(SPEC, count)):
        np.save(folder / f"r{row:04d}.npy", one)
    return folder


def command(model, records, to, *more):
    where = [str(records), "--model", model, "--to", str(to)]
    how = ["--sampling-rate", str(SPEC.sampling_rate), "--shard", str(SHARD), *more]
    return [sys.executable, "-m", "ecgzoo", "predict-many", *where, *how]


def read(folder):
    return pd.read_parquet(folder)  # all of its files, in their order


@pytest.mark.whole
@pytest.mark.parametrize(
    "how",
    [
        "--workers=2",
        pytest.param(
            "--beam-pipeline-options=direct_num_workers=2,direct_running_mode=multi_processing",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_two_processes_answer_as_one(tmp_path, how) -> None:
    records = write_records(tmp_path / "records", 2 * SHARD)
    (records / "bad.npy").write_bytes(b"")
    asked = command(PRESET, records, tmp_path / "to", how)
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    shown = dict(row for row in cells if len(row) == 2)
    found = read(tmp_path / "to")
    labels = found["predicted"].value_counts().astype(str).to_dict()
    assert shown == {"records": "9", "errors": "1"} | labels
    assert "9 records in" in done.stdout
    assert f"First error: {records}/bad.npy: expected " in done.stdout
    with pytest.warns(DataWarning, match="columns have no names"):  # random leads obey no law
        expected = ecgzoo.load(PRESET).predict(
            sorted(records.glob("r*")), sampling_rate=SPEC.sampling_rate
        )
    shares = found[found["error"].isna()].filter(like="probability_").to_numpy()
    np.testing.assert_allclose(shares, expected.probabilities, rtol=0, atol=1e-5)


def test_a_model_that_is_not_there_is_one_line(tmp_path) -> None:
    asked = command("hybird1", tmp_path, tmp_path / "to", "--workers", "2")
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: unknown model or preset 'hybird1'; did you mean ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_killed_and_started_again_no_record_is_lost_or_twice(tmp_path) -> None:
    count, to = 400, tmp_path / "to"
    records = write_records(tmp_path / "records", count)
    asked = command(PRESET, records, to, "--workers", "2")
    process = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(to.glob("answers-*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not psutil.wait_procs(workers, timeout=30)[1], "workers end with the run"
    kept = {one.name: one.stat().st_mtime_ns for one in to.glob("answers-*")}
    assert 3 <= len(kept) < count // SHARD
    subprocess.run(asked, check=True, capture_output=True)
    table = read(to)
    assert table["record"].tolist() == sorted(map(str, records.iterdir()))
    assert table["error"].isna().all()
    now = {one.name: one.stat().st_mtime_ns for one in to.glob("answers-*")}
    assert kept.items() <= now.items(), "what was answered is not answered again"
    assert not list(to.glob(".*"))


@pytest.mark.slow
def test_a_worker_that_is_killed_ends_the_run_with_a_sentence(tmp_path) -> None:
    records = write_records(tmp_path / "records", 200)
    asked = command(PRESET, records, tmp_path / "to", "--workers", "2")
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list((tmp_path / "to").glob("answers-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    of_python = [
        one for one in psutil.Process(process.pid).children() if "spawn_main" in str(one.cmdline())
    ]
    of_python[0].kill()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines()[-1] == (
        "error: a worker was ended (exit code -9), maybe for want of memory. What is answered "
        "stays: run the same command again to go on"
    )
