"""Bytes to pages: good ones, and every kind of bad ones without an error in the graph."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from ecgzoo.errors import PageError
from ecgzoo.pages.decode import decode_page, decode_pages, image_size, read_page, trace_page
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.render import page_bytes


def with_png_size(png: bytes, width: int, height: int) -> bytes:
    return png[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png[24:]


def with_jpeg_size(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + jpeg[at + 4 :]


@pytest.fixture(scope="module")
def files(page: np.ndarray) -> dict[str, tuple[bytes, str]]:
    png, jpeg = page_bytes(page), page_bytes(page, "jpeg")
    garbage = bytearray(png)
    garbage[20_000:20_400] = bytes(400)
    return {
        "png": (png, "GOOD"),
        "jpeg": (jpeg, "GOOD"),
        "empty": (b"", "NOT_AN_IMAGE"),
        "text": (b"no image at all", "NOT_AN_IMAGE"),
        "gif": (b"GIF89a" + bytes(50), "NOT_AN_IMAGE"),
        "jpeg magic": (jpeg[:3], "TRUNCATED"),
        "png magic": (png[:8], "TRUNCATED"),
        "half a png header": (png[:20], "TRUNCATED"),
        "jpeg header": (jpeg[:400], "TRUNCATED"),
        "half a jpeg": (jpeg[: len(jpeg) // 2], "TRUNCATED"),
        "half a png": (png[: len(png) // 2], "TRUNCATED"),
        "png with garbage": (bytes(garbage), "TRUNCATED"),
        "png bomb": (with_png_size(png, 60_000, 60_000), "TOO_LARGE"),
        "largest png bomb": (with_png_size(png, 2**31 - 1, 2**32 - 1), "TOO_LARGE"),
        "jpeg bomb": (with_jpeg_size(jpeg, 65_000, 65_000), "TOO_LARGE"),
        "small": (page_bytes(page[:600, :800]), "WRONG_SIZE"),
        "on its side": (page_bytes(page.T.copy()), "ROTATED"),
    }


def test_each_file_gets_its_code(files):
    for name, (contents, reason) in files.items():
        page, quality = decode_page(tf.constant(contents))
        assert (name, PageQuality(int(quality)).name) == (name, reason)
        if reason != "GOOD":
            assert np.all(page == 255)


def test_png_is_exact_and_jpeg_close(files, page):
    np.testing.assert_array_equal(read_page(files["png"][0]), page)
    difference = read_page(files["jpeg"][0]).astype(int) - page
    assert np.abs(difference).mean() < 2


def test_a_batch_keeps_its_order(files):
    contents = tf.constant([contents for contents, _ in files.values()])
    pages, quality = decode_pages(contents)
    assert pages.shape == (len(files), 1572, 2213)
    assert [PageQuality(q).name for q in quality.numpy()] == [
        reason for _, reason in files.values()
    ]


def test_an_empty_batch_is_empty():
    pages, quality = decode_pages(tf.constant([], tf.string))
    assert (pages.shape, quality.shape) == ((0, 1572, 2213), (0,))


def test_in_tf_data(files):
    contents = [files[name][0] for name in ("png", "text", "half a jpeg")]
    dataset = tf.data.Dataset.from_tensor_slices(contents).map(decode_page, tf.data.AUTOTUNE)
    assert [int(quality) for _, quality in dataset] == [0, 1, 2]


LOAD = """
import sys, tensorflow as tf
module = tf.saved_model.load(sys.argv[1])
contents = [open(path, "rb").read() for path in sys.argv[2:]]
print(module.decode(tf.constant(contents))[1].numpy().tolist())
"""


@pytest.mark.whole
def test_a_saved_model_in_a_fresh_process(files, tmp_path):
    module = tf.Module()
    module.decode = tf.function(decode_pages, input_signature=[tf.TensorSpec([None], tf.string)])
    tf.saved_model.save(module, str(tmp_path / "decode"))
    names = ["jpeg", "text", "half a png", "half a jpeg", "png bomb"]
    for name in names:
        (tmp_path / name).write_bytes(files[name][0])
    command = [sys.executable, "-c", LOAD, str(tmp_path / "decode")]
    command += [str(tmp_path / name) for name in names]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = [int(PageQuality[files[name][1]]) for name in names]
    assert result.stdout.splitlines()[-1] == str(expected)


def test_the_size_is_read_from_the_header(files):
    assert image_size(tf.constant(files["half a png"][0])).numpy().tolist() == [1572, 2213]
    assert image_size(tf.constant(files["small"][0])).numpy().tolist() == [600, 800]


def test_reading_a_bad_file_names_it(files, tmp_path):
    path = tmp_path / "scan.png"
    path.write_bytes(files["small"][0])
    with pytest.raises(PageError, match=r"scan.png: expected.*800 x 600 pixels.*remedy"):
        read_page(path)
    with pytest.raises(FileNotFoundError):
        read_page(tmp_path / "missing.png")


def test_tracing_a_file(files, tmp_path, known_signal, page):
    path = tmp_path / "page.jpg"
    path.write_bytes(files["jpeg"][0])
    traced = trace_page(path)
    assert traced.rhythm_lead == "II"
    assert np.sqrt(np.mean((traced.signal - known_signal) ** 2)) < 0.03
    path.write_bytes(page_bytes(page[::-1, ::-1].copy()))
    with pytest.raises(PageError, match=r"page.jpg: .*turned"):
        trace_page(path)
