"""Oversampling: geometry of the synthetic records, counts, seeds, and refusals."""

import numpy as np
import pytest

from ecgzoo.errors import OversamplingError
from tf_data.oversampling import METHODS, Oversampled, adasyn, oversample, random

CLASSES = ("a", "b", "c")


def draw(counts=(24, 14, 8), seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(counts)), counts)
    return rng.normal(size=(len(labels), 20, 2)).astype("float32"), labels


def test_synthetic_records_lie_between_two_records_of_their_class() -> None:
    signals, labels = draw()
    result = adasyn(signals, labels, seed=0, classes=CLASSES)
    assert result.synthetic.sum() > 10
    pairs = zip(result.signals[result.synthetic], result.labels[result.synthetic], strict=True)
    for record, label in pairs:
        assert distance_to_segments(record.ravel(), signals[labels == label]) < 1e-5


def distance_to_segments(point: np.ndarray, members: np.ndarray) -> float:
    """Distance to the nearest segment between two members."""
    flat = members.reshape(len(members), -1).astype(float)
    start, along = flat[:, None], flat[None] - flat[:, None]
    length = np.maximum((along**2).sum(-1), 1e-12)
    share = np.clip(((point - start) * along).sum(-1) / length, 0, 1)
    return float(np.linalg.norm(start + share[..., None] * along - point, axis=-1).min())


@pytest.mark.parametrize("method", ["adasyn", "random"])
def test_given_records_stay_and_counts_are_reported(method: str) -> None:
    signals, labels = draw()
    result = oversample(method, signals, labels, seed=0, classes=CLASSES)
    assert isinstance(result, Oversampled)
    np.testing.assert_array_equal(result.signals[:46], signals)
    np.testing.assert_array_equal(result.labels[:46], labels)
    assert result.synthetic.tolist() == [False] * 46 + [True] * (len(result.labels) - 46)
    assert result.before == {"a": 24, "b": 14, "c": 8}
    assert result.after == dict(zip(CLASSES, np.bincount(result.labels).tolist(), strict=True))
    assert all(abs(count - 24) <= 6 for count in result.after.values())
    assert (result.signals.dtype, result.labels.dtype) == (np.float32, np.int64)


def test_random_repeats_until_equal() -> None:
    signals, labels = draw((5, 1, 3))
    result = random(signals, labels, seed=0, classes=CLASSES)
    assert set(result.after.values()) == {5}
    np.testing.assert_array_equal(result.signals[result.labels == 1], signals[[5] * 5])


@pytest.mark.parametrize("method", list(METHODS))
def test_the_seed_decides_and_no_global_state(method: str) -> None:
    arguments = draw()
    np.random.seed(0)
    state = np.random.get_state()[1].copy()
    first = oversample(method, *arguments, seed=1, classes=CLASSES)
    np.testing.assert_array_equal(state, np.random.get_state()[1])
    np.random.seed(7)
    again = oversample(method, *arguments, seed=1, classes=CLASSES)
    np.testing.assert_array_equal(first.signals, again.signals)
    if method != "none":
        other = oversample(method, *arguments, seed=2, classes=CLASSES)
        assert other.signals.shape != first.signals.shape or (other.signals != first.signals).any()


def test_none_leaves_everything() -> None:
    signals, labels = draw()
    result = oversample("none", signals, labels, seed=0, classes=CLASSES)
    np.testing.assert_array_equal(result.signals, signals)
    assert not result.synthetic.any()
    assert result.before == result.after


def test_none_takes_multi_label_targets() -> None:
    targets = np.array([[1, 0, 1], [0, 0, 1]])
    result = oversample("none", np.zeros((2, 4, 1)), targets, seed=0, classes=CLASSES)
    assert result.before == {"a": 1, "b": 0, "c": 2}


def test_equal_classes_need_nothing() -> None:
    assert not adasyn(*draw((8, 8, 8)), seed=0, classes=CLASSES).synthetic.any()


def test_copies_have_no_border() -> None:
    signals, labels = draw((24, 1, 1))
    signals = np.concatenate([signals[:24], np.repeat(signals[24:], 8, axis=0)])
    labels = np.repeat([0, 1, 2], [24, 8, 8])
    with pytest.raises(OversamplingError, match="copies.*De-duplicate.*grouped") as refusal:
        adasyn(signals, labels, seed=0, classes=CLASSES)
    assert "Not any neigbours" in str(refusal.value.__cause__)


def test_a_class_near_the_largest_rounds_to_zero() -> None:
    with pytest.raises(OversamplingError, match="rounds to zero.*missing: b 2, c 16") as refusal:
        adasyn(*draw((24, 22, 8)), seed=0, classes=CLASSES)
    assert "No samples will be generated" in str(refusal.value.__cause__)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y: (x, np.eye(3, dtype=int)[y]), r'ADASYN.*oversampling="random"'),
        (lambda x, y: (x[:42], y[:42]), "at least 6 records here; c has 4"),
        (lambda x, y: (x[:38], y[:38]), "c has 0"),
        (lambda x, y: (x, y + 1), "labels from 0 to 2"),
        (lambda x, y: (x[:-1], y), r"signals \[46, samples, leads\]; got shape \[45, 20, 2\]"),
        (lambda x, y: (x[..., 0], y), r"got shape \[46, 20\]"),
        (lambda x, y: (np.where(x > 2, np.nan, x), y), "NaN"),
    ],
)
def test_bad_input_is_named(change, message: str) -> None:
    with pytest.raises(OversamplingError, match=message):
        adasyn(*change(*draw()), seed=0, classes=CLASSES)


def test_unknown_method() -> None:
    with pytest.raises(OversamplingError, match="random or square_root or none; got 'smote'"):
        oversample("smote", *draw(), seed=0, classes=CLASSES)


def test_of_several_classes_the_rarest_are_repeated() -> None:
    rng = np.random.default_rng(0)
    labels = (rng.random((400, 4)) < [0.6, 0.4, 0.1, 0.03]).astype(int)
    signals = rng.normal(size=(400, 8, 1)).astype("float32")
    found = oversample("random", signals, labels, 0, "abcd")
    assert len(found.labels) == 500
    np.testing.assert_array_equal(found.labels[:400], labels)
    sources = {signal.tobytes(): row for row, signal in enumerate(signals)}
    rows = [sources[signal.tobytes()] for signal in found.signals[400:]]  # copies, labels and all
    np.testing.assert_array_equal(found.labels[400:], labels[rows])
    assert labels[rows][:, 2:].any(axis=1).all()
    share = found.labels.sum(axis=0) / labels.sum(axis=0)
    assert share[3] > share[2] > 1


@pytest.mark.parametrize("method", ["random", "none"])
def test_equal_classes_need_no_copies(method: str) -> None:
    labels = np.tile(np.eye(2, dtype=int), (10, 1))
    found = oversample(method, np.zeros((20, 4, 1), np.float32), labels, 0, "ab")
    assert not found.synthetic.any()


def test_square_root_goes_half_the_way_in_ratios() -> None:
    signals, labels = draw((64, 1, 16))
    found = oversample("square_root", signals, labels, 0, CLASSES)
    assert [*found.after.values()] == [64, 8, 32]
    np.testing.assert_array_equal(found.labels[:81], labels)
    sources = {signal.tobytes(): label for signal, label in zip(signals, labels, strict=True)}
    copied = [sources[signal.tobytes()] for signal in found.signals[81:]]
    np.testing.assert_array_equal(found.labels[81:], copied)


def test_square_root_is_of_one_class_per_record() -> None:
    with pytest.raises(OversamplingError, match="several may hold at once"):
        oversample("square_root", np.zeros((3, 4, 1)), np.eye(3, dtype=int), 0, "abc")
