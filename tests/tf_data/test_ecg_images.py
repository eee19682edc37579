"""The ecg_images data set: finding pages, building, preparing and loading.

Most tests replace the tracer by one that reads a page's few bytes as its signal, so that they know
every number. Tests of the tracer itself are in tests/pages.
"""

import csv
import hashlib
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from limb_leads import lawful

import tf_data
from ecgzoo.errors import DatasetNotFoundError, PageError, UnreadableZipError
from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_SPEC, RHYTHM_SAMPLES
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.render import write_page
from tf_data import zipped
from tf_data.ecg_images import ecg_images_dataset_builder as measuring
from tf_data.ecg_images import embedded, prepare
from tf_data.ecg_images import published as groups
from tf_data.ecg_images.ecg_images_dataset_builder import Builder
from tf_data.ecg_images.published import find_pages
from tf_data.prepared import open_prepared, rows, size_of

FILES = {  # name: content; the content's first byte seeds the page's signal
    "Normal(1).jpg": b"1 normal",
    "Normal(2).jpg": b"2 normal",
    "Normal(10).jpg": b"1 normal",
    "HB(1).jpg": b"3 beat",
    "MI(1).jpg": b"4 infarction",
    "PMI(1).jpg": b"5 history",
}
EMPTY = b"PK\x05\x06" + bytes(18)  # a zip of no files
REAL_MEASURE = measuring.measure_batch
COUNTS = {"Normal": 3, "HB": 1, "MI": 1, "PMI": 1}


def digest(name: str) -> str:
    return hashlib.sha256(FILES[name]).hexdigest()


def true_signal(content: bytes) -> np.ndarray:
    """Millivolts, in whole microvolts."""
    rng = np.random.default_rng(content[0])
    return rng.integers(-2000, 2000, PAGE_SPEC.shape) / 1000


def fake_measure(contents: Sequence[bytes]) -> dict[str, np.ndarray]:
    n = len(contents)
    return {
        "signal": np.stack([true_signal(content) for content in contents]).astype("float32"),
        "rhythm": np.full((n, RHYTHM_SAMPLES), 0.25, "float32"),
        "rhythm_lead": np.ones(n, "int32"),
        "average": np.linspace(0, 250, AVERAGE_SPEC.samples, dtype="float32")[None, :, None]
        + np.array([float(content[0]) / 32 for content in contents])[:, None, None],
        "quality": np.array([PageQuality.BLANK * (b"blank" in c) for c in contents]),
    }


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the published one, of six files."""
    folder = tmp_path / "published"
    for name, content in FILES.items():
        file = folder / f"{name.split('(')[0]} pages" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (folder / "notes.txt").write_text("not a page")
    monkeypatch.setattr(Builder, "EXPECTED_FILES", COUNTS)
    monkeypatch.setattr(measuring, "measure_batch", fake_measure)
    return folder


def test_copies_are_one_page_with_all_their_names(published: Path) -> None:
    pages = find_pages(published, COUNTS)
    assert [page.content_hash for page in pages] == sorted({digest(name) for name in FILES})
    files = {page.files: page.label for page in pages}
    assert files == {
        ("Normal(1).jpg", "Normal(10).jpg"): "Normal",
        ("Normal(2).jpg",): "Normal",
        ("HB(1).jpg",): "HB",
        ("MI(1).jpg",): "MI",
        ("PMI(1).jpg",): "PMI",
    }


def zip_of(folder: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return target


def test_zips_and_zips_in_zips_give_the_same_pages(published: Path, tmp_path: Path) -> None:
    plain = [(page.content_hash, page.files) for page in find_pages(published, COUNTS)]
    one = zip_of(published, tmp_path / "one" / "gwbz3fsgp8-2.zip").parent
    nested = zip_of(one, tmp_path / "nested" / "all.zip").parent
    for folder in (one, nested):
        pages = find_pages(folder, COUNTS)
        assert [(page.content_hash, page.files) for page in pages] == plain
        assert pages[0].path.read_bytes() in FILES.values()


def test_prepared_and_loaded_again(published: Path, tmp_path: Path) -> None:
    folder = prepare.prepare(published, tmp_path / "prepared")
    assert folder == tmp_path / "prepared" / "1.0.0"
    assert [path.name for path in folder.parent.iterdir()] == ["1.0.0"]

    data = tf_data.load("ecg_images", directory=folder)
    assert data.hashes.tolist() == sorted({digest(name) for name in FILES})
    assert (data.spec, data.classes) == (PAGE_SPEC, ("Normal", "HB", "MI", "PMI"))
    for signal, name, label in zip(data.signals, data.names, data.labels, strict=True):
        np.testing.assert_allclose(signal, true_signal(FILES[name]), atol=1e-6)
        assert name.startswith(f"{data.classes[label]}(")
    assert data.groups.tolist() == data.hashes.tolist()  # none is in the table of printed IDs

    every_file = tf_data.load("ecg_images", directory=folder, copies=True)
    assert sorted(every_file.names) == sorted(FILES)
    assert [digest(name) for name in every_file.names] == every_file.hashes.tolist()

    average = tf_data.load("ecg_images", signals="average", directory=folder)
    assert average.spec == AVERAGE_SPEC
    expected = fake_measure([FILES[name] for name in average.names])["average"]
    np.testing.assert_allclose(average.signals, expected, atol=0.07)  # float16 near 250

    for file in folder.iterdir():
        assert str(tmp_path).encode() not in file.read_bytes()


def test_preparing_again_replaces_and_gives_the_same_bytes(published: Path, tmp_path: Path) -> None:
    def contents() -> dict[str, bytes]:
        folder = prepare.prepare(published, tmp_path / "prepared")
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    assert contents() == contents()


def test_the_printed_id_comes_from_the_table(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "groups.csv"
    groups.write_groups({digest("HB(1).jpg"): "g7", digest("MI(1).jpg"): "g7"}, table)
    known = groups.read_groups(table)
    monkeypatch.setattr("tf_data.ecg_images.ecg_images_dataset_builder.read_groups", lambda: known)
    data = tf_data.load("ecg_images", directory=prepare.prepare(published, tmp_path / "prepared"))
    by_name = dict(zip(data.names, data.groups, strict=True))
    assert by_name["HB(1).jpg"] == by_name["MI(1).jpg"] == "g7"
    assert by_name["PMI(1).jpg"] == digest("PMI(1).jpg")


def test_a_refused_page_is_named_and_nothing_is_lost(published: Path, tmp_path: Path) -> None:
    folder = prepare.prepare(published, tmp_path / "prepared")
    before = (folder / "dataset_info.json").read_bytes()
    (published / "MI pages" / "MI(1).jpg").write_bytes(b"blank")
    with pytest.raises(PageError, match=r"MI\(1\)\.jpg: expected a .* page"):
        prepare.prepare(published, tmp_path / "prepared")
    assert (folder / "dataset_info.json").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["1.0.0"]


def test_what_a_kill_left_aside_comes_back_though_preparing_fails(
    published: Path, tmp_path: Path
) -> None:
    folder = prepare.prepare(published, tmp_path / "prepared")
    before = (folder / "dataset_info.json").read_bytes()
    folder.rename(folder.with_name(".replaced-1.0.0"))
    (published / "MI pages" / "MI(1).jpg").write_bytes(b"blank")
    with pytest.raises(PageError):
        prepare.prepare(published, tmp_path / "prepared")
    assert (folder / "dataset_info.json").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["1.0.0"]


def test_too_large_is_refused(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "LARGEST", 1000)
    with pytest.raises(ValueError, match="at most 1000 bytes"):
        prepare.prepare(published, tmp_path / "prepared")
    assert list((tmp_path / "prepared").iterdir()) == []


@pytest.mark.whole
def test_the_real_tracer_refuses_what_is_no_page(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "measure_batch", REAL_MEASURE)
    pages = find_pages(published, COUNTS)
    with pytest.raises(PageError) as refusal:
        list(measuring.measure(pages))
    assert refusal.value.quality == PageQuality.NOT_AN_IMAGE


def test_printed_pages_come_back_as_their_signals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = np.arange(PAGE_SPEC.samples) / PAGE_SPEC.sampling_rate
    beats = np.exp(-(((seconds % 0.8 - 0.4) / 0.03) ** 2))
    height = np.linspace(-0.8, 1.2, 12)
    truth = {
        "HB(1).jpg": lawful(beats[:, None] * height),
        "HB(2).jpg": lawful(beats[:, None] * height),
        "MI(1).jpg": lawful(0.1 * np.sin(2 * np.pi * seconds)[:, None] * height),
    }
    for name, signal in truth.items():
        write_page(tmp_path / name, signal, rhythm_lead="III")
    counts = {"Normal": 0, "HB": 2, "MI": 1, "PMI": 0}
    monkeypatch.setattr(Builder, "EXPECTED_FILES", counts)
    folder = prepare.prepare(tmp_path, tmp_path / "prepared")
    data = tf_data.load("ecg_images", directory=folder)
    assert sorted(data.names) == ["HB(1).jpg", "MI(1).jpg"]
    for name, signal in zip(data.names, data.signals, strict=True):
        error = np.sqrt(np.mean((signal - truth[name]) ** 2))
        assert error <= 0.03, f"{name}: {error:.3f} mV"
    (record, *_) = rows(open_prepared(folder, "ecg_images", ""), "train")
    assert PAGE_SPEC.leads[record["rhythm_lead"]] == "III"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: folder / "nowhere", "no folder .*nowhere.*Download version 2"),
        (lambda folder: folder / "notes.txt", "no folder"),
        (lambda folder: folder / "HB pages", "expected 3 Normal, .*found 0 Normal, 1 HB, 0 MI"),
    ],
)
def test_wrong_folders(published: Path, change, message: str) -> None:
    with pytest.raises(DatasetNotFoundError, match=message):
        find_pages(change(published), COUNTS)


def test_a_broken_zip(tmp_path: Path) -> None:
    (tmp_path / "download.zip").write_bytes(b"PK but no more")
    with pytest.raises(DatasetNotFoundError, match=r"download\.zip is no whole zip file"):
        find_pages(tmp_path)


def test_folders_named_like_zips_and_pages_are_folders(published: Path, tmp_path: Path) -> None:
    plain = [one.files for one in find_pages(published, COUNTS)]
    (published / "MI pages").rename(published / "a.zip")
    (published / "MI(7).jpg").mkdir()
    assert [one.files for one in find_pages(published, COUNTS)] == plain
    (tmp_path / "empty" / "a.zip").mkdir(parents=True)
    with pytest.raises(DatasetNotFoundError, match="found 0 Normal, 0 HB, 0 MI, 0 PMI"):
        find_pages(tmp_path / "empty")


def pages_zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path.read_bytes()


def nested(path: Path, depth: int) -> None:
    content = pages_zip(path, FILES)
    for _ in range(depth):
        content = pages_zip(path, {"n.zip": content})


def with_a_wrong_sum(path: Path) -> None:
    path.write_bytes(pages_zip(path, FILES).replace(b"4 infarction", b"4 Infarction", 1))


def cut_in_a_page(path: Path) -> None:
    content = pages_zip(path, {**FILES, "MI(1).jpg": bytes(10_000)}, zipfile.ZIP_DEFLATED)
    place = content.index(b"MI(1).jpg") + len("MI(1).jpg")
    path.write_bytes(content[:place] + b"\xff" * 4 + content[place + 4 :])


def locked(path: Path) -> None:
    content = bytearray(pages_zip(path, FILES))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the first entry's flag
    path.write_bytes(content)


def with_a_huge_page(path: Path) -> None:
    pages_zip(path, {**FILES, "MI(1).jpg": bytes(20_000_001)}, zipfile.ZIP_DEFLATED)


def with_a_page_that_hides_its_size(path: Path) -> None:
    content = pages_zip(path, {**FILES, "MI(1).jpg": bytes(20_000_001)}, zipfile.ZIP_DEFLATED)
    path.write_bytes(content.replace(struct.pack("<L", 20_000_001), struct.pack("<L", 9)))


def with_a_zip_of_nothing(path: Path) -> None:
    pages_zip(path, {"n.zip": bytes(30_000_000)}, zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            with_a_wrong_sum,
            "a.zip/MI(1).jpg is damaged (Bad CRC-32 for file 'MI(1).jpg').",
        ),
        (cut_in_a_page, "a.zip/MI(1).jpg is damaged (Error -3 while decompressing data: "),
        (locked, "a.zip/Normal(1).jpg is locked with a password."),
        (
            lambda path: nested(path, 1200),
            "expected at most 16 zips inside a zip, 2 deep; a.zip/n.zip/n.zip/n.zip is beyond "
            "that.",
        ),
        (
            lambda path: pages_zip(path, dict.fromkeys((f"{i}.zip" for i in range(17)), EMPTY)),
            "expected at most 16 zips inside a zip, 2 deep; a.zip/16.zip is beyond that.",
        ),
        (
            with_a_huge_page,
            "expected at most 20000000 bytes in a.zip/MI(1).jpg; it unpacks to 20000001.",
        ),
        (
            with_a_page_that_hides_its_size,
            "a.zip/MI(1).jpg is damaged (Bad CRC-32 for file 'MI(1).jpg').",
        ),
        (with_a_zip_of_nothing, "bytes in a.zip/n.zip; it unpacks to 30000000."),
        (
            lambda path: pages_zip(path, FILES, zipfile.ZIP_LZMA),
            "expected a.zip/HB(1).jpg stored or deflated; it is packed otherwise.",
        ),
        (
            lambda path: pages_zip(path, {"n.zip": b"PK but no more"}),
            "a.zip/n.zip is no whole zip file (File is not a zip file).",
        ),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_hostile_zip_is_named_in_a_sentence_and_takes_no_memory(
    make: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    make(tmp_path / "a.zip")
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=re.escape(said)) as refusal:
            find_pages(tmp_path, COUNTS)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(refusal.value, UnreadableZipError)
    assert "Download version 2 of the data set from" in str(refusal.value)


def test_a_zip_of_too_many_files_is_not_even_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_zip(tmp_path / "a.zip", FILES)
    monkeypatch.setattr(zipped, "MOST_ENTRIES", len(FILES))
    assert len(find_pages(tmp_path, COUNTS)) == 5
    monkeypatch.setattr(zipped, "MOST_ENTRIES", len(FILES) - 1)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(UnreadableZipError, match=r"at most 5 files in a\.zip; it lists more\."):
        find_pages(tmp_path, COUNTS)


def test_one_page_under_two_labels(published: Path) -> None:
    (published / "MI pages" / "MI(1).jpg").write_bytes(FILES["HB(1).jpg"])
    with pytest.raises(ValueError, match=r"2 labels: HB\(1\)\.jpg, MI\(1\)\.jpg"):
        find_pages(published, COUNTS)


def test_the_command(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    prepare.main(["--manual-dir", str(published), "--output", str(tmp_path / "out")])
    assert "1.0.0: 0." in capsys.readouterr().out
    with pytest.raises(SystemExit) as exit_:
        prepare.main(["--manual-dir", str(tmp_path / "nowhere"), "--output", str(tmp_path)])
    assert exit_.value.code == 1
    assert "no folder" in capsys.readouterr().err


def test_loading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"tf_data\.ecg_images\.prepare --manual-dir"):
        tf_data.load("ecg_images", directory=tmp_path)
    with pytest.raises(ValueError, match="unknown signals 'trace'; did you mean 'traces'"):
        tf_data.load("ecg_images", signals="trace", directory=tmp_path)


def test_the_table_of_printed_ids(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    table = groups.read_groups()
    assert (len(table), len(set(table.values()))) == (491, 311)
    manifest = tmp_path / "manifest.csv"
    with manifest.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["path", "sha256", "group_id"], ["a", "ff", "g1"], ["b", "ff", "g1"]])
    groups.main([str(manifest), "--output", str(tmp_path / "groups.csv")])
    assert "1 pages, 1 printed IDs" in capsys.readouterr().out
    assert (tmp_path / "groups.csv").read_text() == "sha256,group_id\nff,g1\n"
    manifest.write_text("path\na\n")
    with pytest.raises(ValueError, match="columns sha256, group_id"):
        groups.read_groups(manifest)


needs_embedded = pytest.mark.skipif(
    not embedded.EMBEDDED.exists(), reason="the embedded set is not in this checkout"
)


@needs_embedded
def test_the_embedded_set_is_as_published() -> None:
    data = tf_data.load("ecg_images")
    assert np.bincount(data.labels).tolist() == [142, 233, 30, 86]
    assert len(set(data.groups)) == 311
    every_file = tf_data.load("ecg_images", copies=True)
    assert np.bincount(every_file.labels).tolist() == [284, 233, 239, 172]
    assert size_of(embedded.EMBEDDED) <= prepare.LARGEST
