"""Pictures of any kind become paper and ink: their formats, depths and pages, or a refusal."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from ecgzoo.errors import PageError
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.digitised_page import digitise
from ecgzoo.pages.registration.page_image import read_colours, read_darkness
from ecgzoo.pages.render import page_bytes


@pytest.mark.whole
@pytest.mark.parametrize("kind", ["tiff", "bmp", "webp", "gif"])
def test_other_kinds_of_files_are_read(page, kind) -> None:
    stream = io.BytesIO()
    Image.fromarray(page).save(stream, kind)
    expected = trace_page(page_bytes(page)).signal
    np.testing.assert_allclose(digitise(stream.getvalue()).traced.signal, expected, atol=0.05)


def test_paper_that_is_no_paper_is_white_where_it_is_transparent() -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(stream, "png")
    assert read_darkness(stream.getvalue()).max() == 0


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "neither JPEG nor PNG"),
        (b"\x89PNG\r\n\x1a\n", "damaged or ends early|neither JPEG nor PNG"),
        (b"%PDF-1.7", "a PDF that is damaged or locked"),
    ],
)
def test_what_is_no_image_is_said(contents, said) -> None:
    with pytest.raises(PageError, match=said):
        digitise(contents)


@pytest.mark.whole
def test_a_pdf_is_read_as_the_picture_in_it(page) -> None:
    """It holds the page at 200 dots an inch, and is drawn with as many."""
    stream = io.BytesIO()
    Image.fromarray(page).save(stream, "PDF", resolution=200, quality=95)
    found = digitise(stream.getvalue()).traced.signal
    expected = trace_page(page_bytes(page)).signal
    assert np.sqrt(np.mean((found - expected) ** 2)) < 0.02


def test_a_photograph_of_an_iphone_is_read_as_it_lies() -> None:
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    halves = np.repeat(np.array([[[30], [220]]], np.uint8), 3, axis=2).repeat(64, 0).repeat(48, 1)
    Image.fromarray(halves).save(stream, "HEIF", quality=-1)
    np.testing.assert_allclose(read_colours(stream.getvalue()), halves, atol=2)


def test_a_damaged_photograph_of_an_iphone_is_a_sentence() -> None:
    with pytest.raises(PageError, match="page: expected"):
        read_colours(bytes(4) + b"ftypheic" + bytes(40))


def test_a_pdf_of_several_pages_is_not_guessed_at() -> None:
    blank, stream = Image.new("RGB", (800, 600), "white"), io.BytesIO()
    blank.save(stream, "PDF", save_all=True, append_images=[blank])
    with pytest.raises(PageError, match="a PDF of 2 pages: save the one with the ECG alone"):
        digitise(stream.getvalue())


def test_a_pdf_whose_page_cannot_be_loaded_is_said() -> None:
    kids = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[null]/Count 1>>"
    with pytest.raises(PageError, match="a PDF that is damaged or locked"):
        digitise(b"%PDF-1.4\n" + kids + b"endobj\ntrailer<</Root 1 0 R>>")


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


RAMP = np.arange(0, 256, 5, dtype=np.uint8).repeat(64).reshape(-1, 64)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("steps", [257, 16])  # 16 bits, and 12 bits in 16
def test_gray_levels_of_sixteen_bits_are_not_cut_off(kind, steps) -> None:
    deep = Image.fromarray(RAMP.astype(np.uint16) * steps)
    np.testing.assert_array_equal(read_colours(saved(deep, kind)), RAMP[..., None].repeat(3, -1))


@pytest.mark.parametrize("levels", [RAMP.astype(np.int32) * 65536, RAMP.astype(np.float32) / 255])
def test_deeper_gray_levels_neither(levels) -> None:
    found = read_colours(saved(Image.fromarray(levels), "TIFF"))
    np.testing.assert_array_equal(found, RAMP[..., None].repeat(3, -1))


def test_deep_levels_that_are_no_numbers_are_paper() -> None:
    levels = np.full((40, 40), np.nan, np.float32)
    assert read_colours(saved(Image.fromarray(levels), "TIFF")).min() == 255
    levels[0], levels[1] = 0, 1
    found = read_colours(saved(Image.fromarray(levels), "TIFF"))[..., 0]
    assert (found[0].max(), found[1:].min()) == (0, 255)


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_of_several_pages_or_a_film_the_first_is_not_guessed_at(kind) -> None:
    first, *others = (Image.fromarray(np.roll(RAMP, shift)) for shift in (0, 700, 1400))
    film = saved(first, kind, save_all=True, append_images=others)
    said = f"a {kind} of 3 pages: save the one with the ECG alone"
    with pytest.raises(PageError, match=said) as refused:
        read_colours(film, "scan")
    assert str(refused.value).startswith("scan: expected a 3 x 4")


def test_a_small_copy_beside_a_page_is_no_page() -> None:
    large, small = Image.fromarray(RAMP), Image.fromarray(RAMP[::4, ::4].copy())
    small.encoderinfo = {"tiffinfo": {254: 1}}
    both = saved(large, "TIFF", save_all=True, append_images=[small])
    with Image.open(io.BytesIO(both)) as image:
        assert image.n_frames == 2
    np.testing.assert_array_equal(read_colours(both), RAMP[..., None].repeat(3, -1))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_tiff_that_points_at_a_page_that_is_none_is_damaged() -> None:
    file = bytearray(saved(Image.fromarray(RAMP), "TIFF"))
    directory = int.from_bytes(file[4:8], "little")
    end = directory + 2 + 12 * int.from_bytes(file[directory : directory + 2], "little")
    file[end : end + 4] = (len(file) - 8).to_bytes(4, "little")  # of the next page
    with pytest.raises(PageError, match="data is damaged or ends early"):
        read_colours(bytes(file))
