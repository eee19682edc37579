"""Registration: a page of the known layout is found at any size and turn, or it is refused."""

import io

import numpy as np
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
