"""predict_many: a line for each record, as `load` answers it, whatever stops on the way."""

import importlib.util
import json
import multiprocessing
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from limb_leads import lawful
from small_encoders import small_encoders
from small_presets import SPEC, heartbeats, make_preset

import ecgzoo
from ecgzoo.errors import AnswersError, MissingExtraError
from ecgzoo.files.lock import lock
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.prediction import predict_many
from ecgzoo.prediction.loaded_model import LoadedModel
from ecgzoo.prediction.many.answers_folder import AnswersFolder, Manifest, list_digest
from ecgzoo.prediction.many.matched import matched
from ecgzoo.prediction.many.question import Question, question_of
from ecgzoo.prediction.many.workers import _wait
from ecgzoo.prediction.page_or_record import PAGES

RATE = SPEC.sampling_rate
GOOD, SHARD = 11, 4


@pytest.fixture(autouse=True, scope="module")
def encoders():
    with small_encoders():
        yield


@pytest.fixture(scope="module")
def preset(encoders, tmp_path_factory):
    return make_preset(tmp_path_factory.mktemp("many") / "preset", "hybrid1")


@pytest.fixture(scope="module")
def model(preset):
    return ecgzoo.load(preset)


def write_records(folder, count):
    """Records of one window and, every third, of three."""
    folder.mkdir(parents=True)
    for row, one in enumerate(heartbeats(SPEC, count)):
        long = np.concatenate([one, one[::-1]])
        np.save(folder / f"r{row:04d}.npy", long if row % 3 == 2 else one)
    return folder


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = write_records(tmp_path_factory.mktemp("of") / "records", GOOD)
    (folder / "broken.npy").write_bytes(b"\x93NUMPY but not so")
    np.save(folder / "gap.npy", np.full(SPEC.shape, np.nan, "float32"))
    (folder / "r0005.txt").write_text("a letter")
    return folder


def read(folder):
    return pd.read_parquet(folder)  # all of its files, in their order


@pytest.fixture(scope="module")
def answered(preset, records, tmp_path_factory):
    to = tmp_path_factory.mktemp("to") / "answers"
    asked = f"{records}/*"
    found = predict_many(asked, preset, to, shard=SHARD, sampling_rate=RATE)
    return found, read(to)


def test_each_record_is_answered_as_load_does(answered, model, records) -> None:
    found, table = answered
    good = table[table["error"].isna()]
    files = sorted(records.glob("r*.npy"))
    assert good["record"].tolist() == list(map(str, files))
    expected = model.predict(files, sampling_rate=RATE).per_record()
    shares = good[[f"probability_{name}" for name in model.preset.classes]].to_numpy()
    np.testing.assert_allclose(shares, expected.probabilities, rtol=0, atol=1e-5)
    assert good["predicted"].tolist() == expected.predicted.tolist()
    assert good["windows"].tolist() == [3 if row % 3 == 2 else 1 for row in range(GOOD)]
    counts = good["predicted"].value_counts().to_dict()
    assert found.counted.labels == counts
    assert (found.counted.records, found.answered) == (len(table), GOOD + 3)


def test_a_record_that_cannot_be_read_has_the_sentence_that_load_says(
    answered, model, records
) -> None:
    found, table = answered
    bad = table[table["error"].notna()]
    names = [Path(one).name for one in bad["record"]]
    assert names == ["broken.npy", "gap.npy", "r0005.txt"]
    for file, said in zip(bad["record"], bad["error"], strict=True):
        with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
            model.predict(file, sampling_rate=RATE)
    assert bad[["predicted", "windows", "probability_HB"]].isna().all(axis=None)
    assert found.counted.errors == 3
    assert found.counted.first_error == (bad["record"].iloc[0], bad["error"].iloc[0])


def test_the_manifest_says_what_was_asked(answered, preset, records) -> None:
    told = json.loads((answered[0].folder / "_manifest.json").read_text())
    weights = ecgzoo.load(preset).preset.weights_sha256
    assert told["question"]["weights"] == weights
    assert told["question"] | {"weights": ""} == {
        "model": str(preset),
        "weights": "",
        "what": "predict",
        "sampling_rate": RATE,
        "unit": None,
    }
    assert (told["pattern"], told["records"], told["shard"]) == (f"{records}/*", GOOD + 3, SHARD)
    assert told["summary"]["errors"] == 3


def test_it_goes_on_with_the_shards_that_are_missing(preset, records, tmp_path) -> None:
    progress = []

    def ask():
        return predict_many(
            str(records),
            preset,
            tmp_path,
            shard=SHARD,
            sampling_rate=RATE,
            progress=lambda done, all_of_them: progress.append((done, all_of_them)),
        )

    first, files = ask(), sorted(tmp_path.glob("answers-*"))
    count = first.counted.records  # of a folder, without what is no record
    assert (first.answered, len(files)) == (count, -(-count // SHARD))
    whole, times = read(tmp_path), [one.stat().st_mtime_ns for one in files]
    files[1].unlink()
    draft = tmp_path / ".123-answers-00001.parquet"
    draft.write_bytes(b"half")
    progress.clear()
    again = ask()
    assert again.answered == SHARD
    assert progress[0] == (count - SHARD, count)
    assert progress[-1] == (count, count)
    assert not draft.exists()
    pd.testing.assert_frame_equal(read(tmp_path), whole)
    same = [one.stat().st_mtime_ns == time for one, time in zip(files, times, strict=True)]
    assert same == [True, False, *[True] * (len(files) - 2)]
    assert ask().answered == 0


def test_embeddings_are_the_means_of_the_windows(preset, model, records, tmp_path) -> None:
    asked = f"{records}/r000[12].npy"
    predict_many(asked, preset, tmp_path, what="embed", sampling_rate=RATE)
    table, expected = read(tmp_path), model.embed(matched(asked), sampling_rate=RATE)
    names = [name for name, one in expected.items() if one.dtype.kind == "f"]
    assert [one for one in table if one.startswith("embedding_")] == [
        f"embedding_{name}" for name in names
    ]
    for name in names:
        means = [expected[name][0], expected[name][1:].mean(axis=0)]
        np.testing.assert_allclose(
            np.stack(table[f"embedding_{name}"]), means, rtol=0, atol=1e-4 * np.abs(means).max()
        )


@pytest.fixture(scope="module")
def of_pages(encoders, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages") / "preset"
    return make_preset(folder, "cnn1d", PAGE_SPEC, page="traces")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for row, one in enumerate(lawful(np.stack(heartbeats(PAGE_SPEC, 2)))):
        (folder / f"p{row}.png").write_bytes(page_bytes(render_page(one, PAGE_SPEC)))
    np.save(folder / "signal.npy", heartbeats(PAGE_SPEC, 1)[0])
    return folder


def test_pages_become_millivolts(of_pages, pages, tmp_path) -> None:
    found = predict_many(str(pages), of_pages, tmp_path, what="trace")
    table = read(tmp_path)
    for row in range(2):
        columns = [table[f"millivolts_{lead}"][row] for lead in PAGE_SPEC.leads]
        traced = trace_page(pages / f"p{row}.png").signal
        np.testing.assert_allclose(np.stack(columns, axis=1), traced, atol=1e-6)
    assert table["error"].isna().tolist() == [True, True, False]
    assert table["error"][2] == f"expected a page ({', '.join(PAGES)}) to trace; got signal.npy"
    assert found.counted.labels == {}


def test_several_labels_at_once_are_counted_each(records, tmp_path) -> None:
    several = make_preset(tmp_path / "preset", "cnn1d", multi_label=True)
    asked = f"{records}/r0*.npy"
    found = predict_many(asked, several, tmp_path / "to", sampling_rate=RATE)
    answers = ecgzoo.load(several).predict(matched(asked), sampling_rate=RATE)
    expected = answers.per_record()
    assert read(tmp_path / "to")["predicted"].tolist() == expected.predicted.tolist()
    sums = dict(zip(expected.classes, expected.called.sum(axis=0).tolist(), strict=True))
    assert found.counted.labels == {name: count for name, count in sums.items() if count}
    assert sum(sums.values()) > GOOD  # some records have two


@pytest.mark.whole
def test_an_exported_version_is_asked_too(export_small, tmp_path) -> None:
    version = export_small("cnn1d", small=True).version
    folder = write_records(tmp_path / "records", 3)
    predict_many(str(folder), version.parent, tmp_path / "to", sampling_rate=RATE)
    expected = ecgzoo.load(version).predict(folder, sampling_rate=RATE).per_record()
    shares = read(tmp_path / "to").filter(like="probability_").to_numpy()
    np.testing.assert_allclose(shares, expected.probabilities, rtol=0, atol=1e-5)


def test_a_name_that_is_no_text_is_shown_as_bytes(preset, tmp_path) -> None:
    folder = write_records(tmp_path / "records", 1)
    odd = os.fsencode(folder) + b"/\xff\nname.npy"
    os.rename(folder / "r0000.npy", odd)
    found = predict_many(str(folder), preset, tmp_path / "to", sampling_rate=RATE)
    assert found.counted.errors == 0
    assert read(tmp_path / "to")["record"].tolist() == [f"{folder}/\\xff\nname.npy"]


def test_what_was_assumed_of_a_record_stands_beside_its_answer(preset, model, tmp_path) -> None:
    header = "MDC_ECG_LEAD_I,MDC_ECG_LEAD_II"
    np.savetxt(
        tmp_path / "a.csv", heartbeats(SPEC, 1)[0], delimiter=",", header=header, comments=""
    )
    predict_many(str(tmp_path / "a.csv"), preset, tmp_path / "to", sampling_rate=RATE)
    with pytest.warns(ecgzoo.errors.DataWarning) as told:
        model.predict(tmp_path / "a.csv", sampling_rate=RATE)
    expected = " ".join(str(one.message) for one in told)
    assert read(tmp_path / "to")["notes"].tolist() == [expected]


def test_a_fault_of_the_model_is_no_fault_of_the_records(
    preset, records, tmp_path, monkeypatch
) -> None:
    def fail(*_):
        raise MemoryError("no room for conv1d")

    monkeypatch.setattr(LoadedModel, "ask", fail)
    said = r"^the pipeline stopped: .*no room for conv1d.*\. What is answered stays: run the same"
    with pytest.raises(AnswersError, match=said):
        predict_many(str(records), preset, tmp_path, sampling_rate=RATE)
    assert not list(tmp_path.glob("answers-*"))


def test_two_runs_into_one_folder_at_a_time_are_refused(preset, records, tmp_path) -> None:
    handle = lock(tmp_path)
    try:
        with pytest.raises(AnswersError) as told:
            predict_many(str(records), preset, tmp_path, sampling_rate=RATE)
    finally:
        os.close(handle)
    assert str(told.value) == (
        f"another process writes answers into {tmp_path}: wait until it has ended, or name another "
        "folder (--to)"
    )


def manifest(**changed):
    question = Question("/a", "12345678ff", sampling_rate=250.0)
    of_question = {name: one for name, one in changed.items() if hasattr(question, name)}
    question = Question(**{**vars(question), **of_question})
    plain = {"pattern": "*", "records": 2, "files": list_digest("ab"), "shard": 1}
    of_it = {name: one for name, one in changed.items() if name in plain}
    return Manifest(question, **(plain | of_it))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"model": "b", "weights": "87654321ff"},
            "/a (weights 12345678); asked is b (weights 87654321)",
        ),
        ({"what": "embed"}, "predict; asked is embed"),
        (
            {"sampling_rate": None, "unit": "uV"},
            "files of 250 Hz in the unit of the model; asked is files of the files' own rate in uV",
        ),
        (
            {"files": list_digest("abc"), "records": 3, "pattern": "?"},
            "2 files that * matched; ? now matches 3, and not the same",
        ),
        ({"shard": 2}, "1 records to a file; asked is 2"),
    ],
)
def test_a_folder_of_other_answers_is_refused(tmp_path, changed, said) -> None:
    folder = AnswersFolder(tmp_path)
    folder.begin(manifest(), "ab")
    assert len(folder.begin(manifest(), "ab")) == 2
    with pytest.raises(AnswersError) as told:
        folder.begin(manifest(**changed), "abc"[: changed.get("records", 2)])
    assert str(told.value) == (
        f"{tmp_path} holds answers of {said}. Name another folder (--to), or ask as before"
    )


def test_another_models_answers_are_refused_through_and_through(
    answered, records, tmp_path, encoders
) -> None:
    other = make_preset(tmp_path / "other", "cnn1d")
    to = answered[0].folder
    with pytest.raises(AnswersError, match=f"holds answers of .*; asked is {other} "):
        predict_many(f"{records}/*", other, to, shard=SHARD, sampling_rate=RATE)


def test_a_folder_of_anything_else_is_left_alone(tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(AnswersError) as told:
        AnswersFolder(tmp_path).begin(manifest(), "ab")
    assert str(told.value) == (
        f"{tmp_path} holds thesis.txt, and no answers of predict-many: name a new folder, or an "
        "empty one (--to)"
    )
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_list_without_its_manifest_is_of_a_run_that_was_killed(tmp_path) -> None:
    (tmp_path / "_files.jsonl").write_text('"half')
    (tmp_path / ".7-_manifest.json").write_text("{")
    folder = AnswersFolder(tmp_path)
    shards = folder.begin(manifest(), ["ä", "b\n"])
    assert [folder.files(one) for one in shards] == [["ä"], ["b\n"]]


def test_a_damaged_manifest_is_said(tmp_path) -> None:
    (tmp_path / "_manifest.json").write_text("{}")
    with pytest.raises(AnswersError, match=r"_manifest.json is damaged: .*remove this one$"):
        AnswersFolder(tmp_path).begin(manifest(), "ab")


def test_a_pattern_that_matches_nothing_is_said(preset, tmp_path) -> None:
    asked = f"{tmp_path}/*.hea"
    with pytest.raises(FileNotFoundError) as told:
        predict_many(asked, preset, tmp_path / "to")
    assert str(told.value) == (
        f"no record and no page matches {asked}: expected a folder, or a pattern such as "
        "'records/**/*.hea', in quotes so that the shell hands it on"
    )
    assert not (tmp_path / "to").exists()


def test_a_record_comes_once_though_it_has_several_files(tmp_path) -> None:
    for name in ("a.hea", "a.dat", "b.HEA", "c.mat", "d/e.hea", "d/e.mat", "d/[f].npy"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    def names(pattern):
        return [os.path.relpath(one, tmp_path) for one in matched(str(tmp_path / pattern))]

    assert names("**/*") == ["a.hea", "b.HEA", "c.mat", "d/[f].npy", "d/e.hea"]
    assert names("*.dat") == ["a.dat"]
    assert names("d/[f].npy") == ["d/[f].npy"]


def test_without_beam_it_is_said(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as told:
        predict_many("*", "cnn1d.ecg_images", "to")
    assert str(told.value) == (
        "many records are answered through Apache Beam, which is not installed: "
        "`pip install 'ecgzoo[beam]'` brings it"
    )


def test_workers_are_not_for_a_runner_of_ones_own(tmp_path) -> None:
    with pytest.raises(AnswersError, match="got --workers 2 and --runner=FlinkRunner. Say it in"):
        predict_many("*", "x", tmp_path, workers=2, beam_options=["--runner=FlinkRunner"])


def test_what_cannot_be_asked_is_said() -> None:
    asked = None, None, Path("runs")
    with pytest.raises(AnswersError, match="^expected to predict or embed or trace .* got 'x'$"):
        question_of("cnn1d.ecg_images", "x", *asked)
    with pytest.raises(ecgzoo.UnknownNameError, match="cnn1d"):
        question_of("cnn1d.ecg_image", "predict", *asked)


def test_only_models_of_pages_trace_them(preset) -> None:
    with pytest.raises(ecgzoo.SignalError, match="^hybrid1 takes signals, not pages: "):
        question_of(str(preset), "trace", None, None, Path("runs"))


def test_answers_written_elsewhere_are_missed(preset, records, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("ecgzoo.prediction.many.predict_many._answer", lambda *_: None)
    with pytest.raises(AnswersError) as told:
        predict_many(str(records), preset, tmp_path)
    assert str(told.value) == (
        f"expected {tmp_path}/answers-00000.parquet, which the workers wrote elsewhere: name a "
        "folder that all machines see under this path (--to)"
    )


def test_a_worker_that_is_killed_ends_the_run_with_a_sentence() -> None:
    spawn = multiprocessing.get_context("spawn")
    told, _ = spawn.Pipe(duplex=False)
    process = spawn.Process(target=os._exit, args=(9,))
    process.start()
    with pytest.raises(AnswersError) as said:
        _wait([process], told)
    assert str(said.value) == (
        "a worker was ended (exit code 9), maybe for want of memory. What is answered stays: run "
        "the same command again to go on"
    )
