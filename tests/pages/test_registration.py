"""Registration: a page of the known layout is found at any size and turn, or it is refused."""

import io

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limb_leads import lawful
from PIL import Image
from scipy import ndimage

from ecgzoo.errors import PageError
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.digitised_page import digitise
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.registration.alignment import align
from ecgzoo.pages.registration.page_image import read_colours, read_darkness
from ecgzoo.pages.registration.pose import Pose
from ecgzoo.pages.registration.separators import guess_pose
from ecgzoo.pages.render import page_bytes, render_page

CORNERS = np.array([[0.0, 0], [2212, 0], [0, 1571], [2212, 1571]])


def heartbeats() -> np.ndarray:
    """Sharp beats and slow waves of another size and time in each lead, obeying Einthoven."""
    times = np.arange(PAGE_SPEC.samples) / PAGE_SPEC.sampling_rate
    rng = np.random.default_rng(3)
    leads = []
    for _ in PAGE_SPEC.leads:
        phase, size = rng.uniform(0, 0.7), rng.uniform(0.5, 1.2) * rng.choice([-1, 1])
        beat = (times + phase) % 0.8 - 0.4
        leads.append(
            size * np.exp(-((beat / 0.02) ** 2)) + 0.2 * np.exp(-((beat - 0.25) ** 2) / 0.004)
        )
    return lawful(np.stack(leads, axis=-1))


@pytest.fixture(scope="module")
def signal() -> np.ndarray:
    return heartbeats()


@pytest.fixture(scope="module")
def page(signal) -> Image.Image:
    strip = np.resize(signal[:, 1], 1966)
    return Image.fromarray(render_page(signal, rhythm=strip))


def jpeg(page: Image.Image, quality: int = 90) -> bytes:
    stream = io.BytesIO()
    page.save(stream, "jpeg", quality=quality)
    return stream.getvalue()


def test_a_pose_scales_turns_and_moves() -> None:
    pose = Pose.of(scale=2, degrees=90, page=(10, 20), image=(0, 0))
    np.testing.assert_allclose(
        pose.apply(np.array([[10, 20], [11, 20], [10, 21]])), [[0, 0], [0, 2], [-2, 0]], atol=1e-12
    )
    assert (pose.scale, pose.dots_per_inch) == (pytest.approx(2), pytest.approx(400))
    assert pose.degrees == pytest.approx(90)


@given(numbers=st.lists(st.floats(-2, 2), min_size=12, max_size=12))
def test_a_pose_after_a_change_is_one_map_after_the_other(numbers) -> None:
    first, then = np.reshape(numbers, (2, 2, 3))
    points = np.array([[0.0, 0], [1, 0], [0, 1], [3, -2]])
    np.testing.assert_allclose(
        Pose(then).after(first).apply(points),
        Pose(then).apply(Pose(first).apply(points)),
        atol=1e-9,
    )


@pytest.mark.whole
@pytest.mark.parametrize(
    ("scale", "degrees", "place"),
    [(0.5, 0.0, (7, 12)), (0.75, -9.5, (30, 260)), (1.4, 4.2, (150, -40))],
)
def test_a_known_pose_is_found_to_a_quarter_of_a_pixel(page, scale, degrees, place) -> None:
    truth = Pose.of(scale, degrees, (0, 0), place)
    darkness = 1 - np.asarray(page.convert("L"), np.float32) / 255
    linear = np.linalg.inv(truth.matrix[:, :2])
    size = np.ceil(truth.apply(CORNERS).max(axis=0)).astype(int) + 20
    smooth = ndimage.gaussian_filter(darkness, 0.4 / min(scale, 1))
    shown = ndimage.affine_transform(
        smooth,
        linear[::-1, ::-1],
        (-linear @ truth.matrix[:, 2])[::-1],
        tuple(size[::-1]),
        order=1,
    )
    guess = guess_pose(shown, PAGE_LAYOUT)
    assert np.abs(guess.apply(CORNERS) - truth.apply(CORNERS)).max() < 8 * scale
    pose, likeness = align(shown, guess, PAGE_LAYOUT)
    assert np.abs(pose.apply(CORNERS) - truth.apply(CORNERS)).max() < 0.25 * max(scale, 1)
    assert likeness > 0.85


DEGRADED = {
    "100 dpi": lambda page: page.resize((1106, 786), Image.Resampling.BOX),
    "300 dpi": lambda page: page.resize((3320, 2358), Image.Resampling.BICUBIC),
    "a scan turned a little": lambda page: page.rotate(
        0.4, Image.Resampling.BICUBIC, fillcolor="white"
    ),
    "turned by ten degrees": lambda page: page.rotate(
        -10, Image.Resampling.BICUBIC, expand=True, fillcolor="white"
    ),
    "upside down": lambda page: page.rotate(180),
    "on its side": lambda page: page.transpose(Image.Transpose.ROTATE_90),
    "cropped": lambda page: page.crop((50, 270, 2190, 1560)),
    "gray and pale": lambda page: (
        page.convert("L").point(lambda level: 120 + level * 0.45).rotate(1, fillcolor=234)
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("degrade", DEGRADED.values(), ids=DEGRADED)
def test_a_degraded_page_gives_the_signal(page, signal, degrade) -> None:
    found = digitise(jpeg(degrade(page)))
    assert found.rectified is not None
    noise = found.traced.signal - signal
    assert 10 * np.log10(signal.var() / np.square(noise).mean()) > 20
    assert found.traced.rhythm_lead == "II"


def test_a_clean_original_is_traced_as_it_is(page) -> None:
    contents = page_bytes(np.asarray(page))
    found = digitise(contents)
    assert found.rectified is None
    assert str(found) == "a clean original, traced as it is"
    np.testing.assert_array_equal(found.traced.signal, trace_page(contents).signal)


@pytest.mark.whole
@pytest.mark.parametrize("kind", ["tiff", "bmp", "webp", "gif"])
def test_other_kinds_of_files_are_read(page, kind) -> None:
    stream = io.BytesIO()
    page.save(stream, kind)
    expected = trace_page(page_bytes(np.asarray(page))).signal
    np.testing.assert_allclose(digitise(stream.getvalue()).traced.signal, expected, atol=0.05)


def test_paper_that_is_no_paper_is_white_where_it_is_transparent() -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(stream, "png")
    assert read_darkness(stream.getvalue()).max() == 0


def picture(name: str, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: size[1], : size[0]]
    shown = {
        "a blank wall": np.full((size[1], size[0]), 200.0),
        "noise": rng.uniform(0, 255, (size[1], size[0])),
        "blobs": 127 + 127 * np.sin(x / 90) * np.cos(y / 70),
        "three lines": 255.0 * ~((x % 300 < 4) & (x > 200) & (y > 200) & (y < 620)),
        "text": 255.0
        * (rng.random((size[1] // 12, size[0] // 6)) > 0.4).repeat(12, 0).repeat(6, 1),
    }
    return Image.fromarray(shown[name].astype(np.uint8))


@pytest.mark.whole
@pytest.mark.parametrize("name", ["a blank wall", "noise", "blobs", "three lines", "text"])
def test_what_is_no_page_is_refused(name) -> None:
    with pytest.raises(PageError, match="expected a (3 x 4 [+] 1 ECG page|printed ECG with)"):
        digitise(page_bytes(np.asarray(picture(name))))


@pytest.mark.whole
def test_half_a_page_and_one_without_its_traces_are_refused(page) -> None:
    half = page.crop((0, 0, 1100, 1572)).rotate(1, fillcolor="white")
    with pytest.raises(PageError, match="expected a (3 x 4 [+] 1 ECG page|printed ECG with)"):
        digitise(jpeg(half))
    bare = np.array(page)
    bare[600:900, 700:2100] = 255
    with pytest.raises(PageError) as told:
        digitise(jpeg(Image.fromarray(bare).rotate(2, expand=True, fillcolor="white")))
    assert told.value.quality in (
        PageQuality.UNTRACEABLE,
        PageQuality.CUT,
        PageQuality.OTHER_LAYOUT,
        PageQuality.UNREADABLE,
    )


@pytest.mark.whole
def test_names_that_are_exchanged_are_still_refused(page) -> None:
    exchanged = np.array(page)
    one, two = (slice(top, top + 20) for top in PAGE_LAYOUT.name_tops[:2])
    columns = slice(1138, 1194)
    exchanged[one, columns], exchanged[two, columns] = (
        exchanged[two, columns].copy(),
        exchanged[one, columns].copy(),
    )
    with pytest.raises(PageError) as told:
        digitise(jpeg(Image.fromarray(exchanged).resize((1800, 1279), Image.Resampling.LANCZOS)))
    assert told.value.quality == PageQuality.OTHER_LAYOUT


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
    page.save(stream, "PDF", resolution=200, quality=95)
    found = digitise(stream.getvalue()).traced.signal
    expected = trace_page(page_bytes(np.asarray(page))).signal
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
