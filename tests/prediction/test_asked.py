"""Asked: a model in a folder and the same on a server explain and embed alike."""

import numpy as np
import pytest
from limb_leads import lawful
from rest_server import stand_in
from small_presets import heartbeats

from ecgzoo.explanation import explain
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.prediction.asked import in_folder, on_server
from ecgzoo.prediction.page_file import PageFile

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def small(export_small):
    return export_small("cnn1d", PAGE_SPEC, "traces")


@pytest.fixture(scope="module")
def here(small):
    return in_folder("cnn1d", small.version.parents[1])


@pytest.fixture(scope="module")
def there(small):
    folder = small.version.parents[1]
    with stand_in({"cnn1d": folder / "cnn1d"}) as address:
        yield on_server("cnn1d", address)


@pytest.fixture(scope="module")
def signals():
    return lawful(heartbeats(PAGE_SPEC, 3))


def test_both_embed_alike(here, there, signals):
    expected = here.embed(signals)
    assert expected.ndim == 2
    np.testing.assert_allclose(there.embed(signals), expected, atol=1e-4 * np.abs(expected).max())


def test_a_server_explains_as_the_model_does(small, there, signals):
    spec, classes = small.preset.spec, small.preset.classes
    expected = explain(small.model, signals, spec, "gradient_x_input", classes=classes)
    found = there.explain(signals)
    assert found.method == "gradient_x_input"
    assert found.target.tolist() == expected.target.tolist()
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-5)
    map_ = np.abs(expected.on_signal())
    np.testing.assert_allclose(found.on_signal(), map_, atol=1e-4 * map_.max())


def test_both_take_the_same_of_a_page(here, there, signals, tmp_path):
    path = tmp_path / "page.png"
    path.write_bytes(page_bytes(render_page(signals[0], PAGE_SPEC)))
    page = PageFile(path)
    np.testing.assert_array_equal(there.taken(page), here.taken(page))
    assert there.taken(page).shape == (1, *PAGE_SPEC.shape)
    (one,), (other,) = here.page(page), there.page(page)
    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
