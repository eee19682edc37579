"""compare_synthetic and nearest_real on samples whose place is known, and on bad input."""

import json

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from ecgzoo.evaluation import compare_synthetic, frechet_distance, nearest_real

CLASSES = ("Normal", "HB", "MI")


def draw(shift=0.0, seed=0):
    """60 real records of Normal, 40 of HB, 6 of MI, and 20 synthetic ones of HB and MI each."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2, 1, 2], [60, 40, 6, 20, 20])
    made = np.arange(146) >= 106
    embeddings = rng.normal(size=(146, 12)) + 3 * labels[:, None]
    return embeddings + shift * made[:, None], labels, made


def test_samples_of_the_same_source_lie_within_the_yardstick_and_others_beyond():
    (same,) = compare_synthetic(*draw(), CLASSES).classes
    assert (same.name, same.real, same.synthetic, same.size) == ("HB", 40, 20, 20)
    assert same.yardstick_low < same.distance < same.yardstick_high
    (other,) = compare_synthetic(*draw(shift=1.0), CLASSES).classes
    assert other.low > other.yardstick_high
    assert other.yardstick == pytest.approx(same.yardstick, rel=0.1)


def test_copies_are_nearer_than_real_records_are_to_each_other():
    embeddings, labels, made = draw()
    embeddings[106:126] = embeddings[60:80]
    (copied,) = compare_synthetic(embeddings, labels, made, CLASSES).classes
    assert copied.distance < copied.yardstick


def test_the_distance_is_that_of_the_sets_named():
    embeddings, labels, made = draw()
    (found,) = compare_synthetic(embeddings, labels, made, CLASSES, components=12, draws=1).classes
    order = np.random.default_rng(0).permutation(40)  # the first draw; all components: only turned
    hb = embeddings[60:100]
    assert found.yardstick == pytest.approx(frechet_distance(hb[order[:20]], hb[order[20:]]))
    assert found.distance == pytest.approx(frechet_distance(hb[order[:20]], embeddings[106:126]))


def test_classes_that_cannot_be_compared_are_named():
    found = compare_synthetic(*draw(), CLASSES)
    assert list(found.left_out) == ["Normal", "MI"]
    assert found.left_out["MI"] == "6 real and 20 synthetic records; it takes 8 and 4"
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert found.to_frame()["name"].tolist() == ["HB"]


def test_nearest_are_those_of_all_distances():
    rng = np.random.default_rng(0)
    new, old = rng.normal(size=(7, 4)), rng.normal(size=(30, 4))
    found = nearest_real(new, old, neighbours=3)
    table = cdist(new, old)
    np.testing.assert_array_equal(found.indices, table.argsort(axis=1)[:, :3])
    np.testing.assert_allclose(found.distances, np.sort(table, axis=1)[:, :3])
    frame = found.to_frame()
    assert frame["real"].tolist() == found.indices.ravel().tolist()
    assert frame["place"].tolist() == [1, 2, 3] * 7
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y, m: (x, y[:-1], m), "embeddings: 146, labels: 145"),
        (lambda x, y, m: (x, y, m[:-1]), "synthetic: 145"),
        (lambda x, y, m: (x * np.nan, y, m), "finite embeddings; row 0"),
        (lambda x, y, m: (x * 0 + 2, y, m), "embeddings are constant"),
        (lambda x, y, m: (x, y, m & False), "some true and some false; got 0 of 146 bool"),
        (lambda x, y, m: (x, y, m.astype(int)), "got 40 of 146 int64"),
        (lambda x, y, m: (x, y + 1, m), "labels from 0 to 2; got 3"),
        (lambda x, y, m: (x[100:], y[100:], m[100:]), "no class has enough records.*HB: 0 real"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        compare_synthetic(*change(*draw()), CLASSES)


@pytest.mark.parametrize(
    ("new", "old", "neighbours", "message"),
    [
        (np.zeros((2, 3)), np.zeros((2, 3)), 3, "from 1 to 2 neighbours, as real records; got 3"),
        (np.zeros((2, 3)), np.zeros((5, 4)), 3, "one width; got 3 and 4"),
        (np.zeros((2, 3)) * np.nan, np.zeros((5, 3)), 3, "finite synthetic"),
    ],
)
def test_neighbours_that_cannot_be_found_are_named(new, old, neighbours, message):
    with pytest.raises(ValueError, match=message):
        nearest_real(new, old, neighbours)
