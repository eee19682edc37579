"""Properties of the splits: nothing crosses, nothing is lost, and the seed decides."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf_data.protocols import PROTOCOLS
from tf_data.splits import (
    Split,
    grouped,
    in_two,
    leaks,
    official,
    paper,
    without_validation,
)

CLASSES = 3


@st.composite
def copied_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """Labels, groups and hashes in which some rows are copies, and some copies bridge groups."""
    folds = draw(st.integers(2, 4))
    base = CLASSES * 6 * folds
    labels, groups, hashes = [i % CLASSES for i in range(base)], [*range(base)], [*range(base)]
    row = st.integers(0, base - 1)
    for copied, owner, same_id in draw(st.lists(st.tuples(row, row, st.booleans()), max_size=8)):
        labels.append(labels[copied])
        hashes.append(hashes[copied])
        groups.append(groups[owner] if same_id else len(groups))
    shuffled = np.array(draw(st.permutations(range(len(labels)))))
    columns = (np.array(column)[shuffled] for column in (labels, groups, hashes))
    return *columns, folds, draw(st.integers(0, 10_000))


def check_complete(splits: list[Split], n: int) -> None:
    """Parts are disjoint and complete, and every row is tested once."""
    for split in splits:
        parts = np.concatenate([split.train, split.validation, split.test])
        np.testing.assert_array_equal(np.sort(parts), np.arange(n))
        assert min(len(split.train), len(split.validation), len(split.test)) > 0
    tested = np.concatenate([split.test for split in splits])
    np.testing.assert_array_equal(np.sort(tested), np.arange(n))


@settings(max_examples=40, deadline=None)
@given(copied_rows())
def test_grouped_lets_nothing_cross(rows) -> None:
    labels, groups, hashes, folds, seed = rows
    splits = grouped(labels, groups, hashes, folds, seed)
    assert len(splits) == folds
    check_complete(splits, len(labels))
    for split in splits:
        assert leaks(split, groups, hashes) == 0
        for keys in (groups, hashes):
            parts = [set(keys[part]) for part in (split.train, split.validation, split.test)]
            assert sum(map(len, parts)) == len(set.union(*parts))
        assert set(labels[split.train]) == set(labels)


@settings(max_examples=15, deadline=None)
@given(copied_rows())
def test_paper_is_complete(rows) -> None:
    labels, _, _, folds, seed = rows
    check_complete(paper(labels, folds, seed), len(labels))


@settings(max_examples=10, deadline=None)
@given(copied_rows(), st.sampled_from(["grouped", "paper"]))
def test_the_seed_decides(rows, protocol: str) -> None:
    labels, groups, hashes, folds, seed = rows
    split = PROTOCOLS[protocol].function
    np.random.seed(0)
    first = split(labels, groups, hashes, folds, seed)
    np.random.seed(1)
    again = split(labels, groups, hashes, folds, seed)
    other = split(labels, groups, hashes, folds, seed + 1)
    assert [s.test.tolist() for s in first] == [s.test.tolist() for s in again]
    assert [s.train.tolist() for s in first] == [s.train.tolist() for s in again]
    assert [s.test.tolist() for s in first] != [s.test.tolist() for s in other]


def test_a_chain_of_copies_and_ids_stays_together() -> None:
    # rows 0-1 share an ID, 1-2 a content, 2-3 an ID: all four are one
    labels = np.array([0, 0, 0, 0] + [0, 1] * 12)
    groups = np.array(["a", "a", "b", "b", *map(str, range(24))])
    hashes = np.array(["x", "y", "y", "z", *(f"h{i}" for i in range(24))])
    for split in grouped(labels, groups, hashes, folds=3):
        parts = [part for part in (split.train, split.validation, split.test) if part.min() < 4]
        assert any({0, 1, 2, 3} <= set(part) for part in parts)


def test_classes_are_spread_evenly() -> None:
    labels = np.repeat([0, 1, 2], [60, 100, 20])
    ids = np.arange(180)
    for split in grouped(labels, ids, ids, folds=5):
        assert np.bincount(labels[split.test]).tolist() == [12, 20, 4]
        np.testing.assert_allclose(np.bincount(labels[split.validation]), [6, 10, 2], atol=1)


def test_paper_leaks_where_there_are_copies() -> None:
    labels = np.tile([0, 1], 40)
    ids = np.arange(80) // 8 * 2 + labels  # four copies each
    assert all(leaks(split, ids, ids) > len(split.test) for split in paper(labels))


def test_leaks_counts_held_out_rows_once() -> None:
    split = Split(train=np.array([0, 1]), validation=np.array([2, 3]), test=np.array([4, 5, 6]))
    groups = np.array(["a", "b", "a", "c", "c", "d", "b"])
    hashes = np.array(["1", "2", "1", "3", "4", "5", "2"])
    assert leaks(split, groups, hashes) == 3  # rows 2, 4 and 6


def test_protocols_say_whether_they_leak() -> None:
    assert {name: protocol.leaky for name, protocol in PROTOCOLS.items()} == {
        "grouped": False,
        "paper": True,
        "official": False,
    }
    assert PROTOCOLS["paper"].description.startswith("Leaky")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (([0] * 10 + [1] * 10, [*range(10)] + [99] * 10), r"class 1 has 1 \(rows that share"),
        (([0] * 10 + [1] * 10, [*range(10)] + [99] * 10), r"as one\). Merge or leave out"),
        (([0] * 10 + [1] * 4, range(14)), "Use at most 4 folds"),
        (([0, 1] * 10, range(19)), "expected 20 groups and hashes"),
        (([[[0, 1]]] * 20, range(20)), "one integer class index per row"),
        (([[0.0], [1.0]] * 10, range(20)), "float64"),
        (([], []), "expected"),
    ],
)
def test_bad_input_is_named(rows, message: str) -> None:
    labels, groups = rows
    with pytest.raises(ValueError, match=message):
        grouped(labels, list(groups), list(groups), folds=5)


def test_one_fold_is_no_split() -> None:
    with pytest.raises(ValueError, match="at least 2 folds"):
        paper([0, 1] * 10, folds=1)


def test_without_validation_all_but_the_test_part_is_trained_on() -> None:
    labels, ids = np.arange(60) % 3, np.arange(60) // 2
    for split in grouped(labels, ids, np.arange(60)):
        whole = without_validation(split)
        assert sorted([*whole.train, *whole.test]) == list(range(60))
        assert len(whole.validation) == 0
        np.testing.assert_array_equal(whole.test, split.test)
        assert leaks(whole, ids, np.arange(60)) == 0


@pytest.mark.parametrize(
    "labels",
    [np.arange(60) % 3, np.stack([np.arange(60) % 2, np.arange(60) % 3 < 1], 1), np.arange(60.0)],
    ids=["one class", "several", "numbers"],
)
def test_two_parts_are_those_of_the_first_fold(labels) -> None:
    keys = np.asarray(labels, float if labels.dtype == float else int), np.arange(60) // 2
    whole = in_two(*keys, np.arange(60), folds=4, seed=3)
    first = without_validation(grouped(*keys, np.arange(60), folds=4, seed=3)[0])
    np.testing.assert_array_equal(whole.train, first.train)
    np.testing.assert_array_equal(whole.test, first.test)
    assert len(whole.validation) == 0


@st.composite
def rows_of_several_classes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Zeros and ones of classes of any frequency, with patients of one or two records."""
    folds, seed = draw(st.integers(2, 4)), draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    shares = draw(st.lists(st.floats(0.05, 0.7), min_size=1, max_size=6))
    labels = (rng.random((160, len(shares))) < shares).astype(np.int64)
    labels[np.arange(folds * len(shares)), np.arange(folds * len(shares)) % len(shares)] = 1
    patients = np.where(rng.random(160) < 0.2, np.maximum(np.arange(160) - 1, 0), np.arange(160))
    patients[: folds * len(shares)] = np.arange(folds * len(shares))
    return labels, patients, folds, seed


@pytest.mark.whole
@settings(max_examples=40, deadline=None)
@given(rows_of_several_classes())
def test_several_classes_at_once_are_split_between_patients(rows) -> None:
    labels, patients, folds, seed = rows
    splits = grouped(labels, patients, np.arange(len(labels)), folds, seed)
    check_complete(splits, len(labels))
    assert all(leaks(split, patients, np.arange(len(labels))) == 0 for split in splits)


def test_rare_classes_are_spread_over_the_folds() -> None:
    rng = np.random.default_rng(0)
    labels = (rng.random((1000, 4)) < [0.5, 0.3, 0.1, 0.02]).astype(np.int64)
    counts = np.array([labels[s.test].sum(0) for s in grouped(labels, *2 * [np.arange(1000)])])
    np.testing.assert_allclose(counts / labels.sum(0), 0.2, atol=0.06)
    assert np.ptp(counts[:, 3]) <= 1


def test_a_class_of_too_few_patients_is_named() -> None:
    labels = np.zeros((30, 2), np.int64)
    labels[:20, 0] = labels[:3, 1] = 1
    with pytest.raises(ValueError, match="folds need at least 5 groups of every class; AFLT has 3"):
        grouped(labels, np.arange(30), np.arange(30), 5, names=("AFIB", "AFLT"))


def test_the_published_split_is_taken_as_it_is() -> None:
    parts = np.array(["train"] * 20 + ["validation"] * 5 + ["test"] * 6 + [""] * 3)
    ids = np.arange(34)
    split = official(parts, ids % 2, ids, ids)
    assert [len(one) for one in (split.train, split.validation, split.test)] == [20, 5, 6]
    with pytest.raises(ValueError, match="0 of the other. Take the grouped protocol"):
        official(parts[:25], ids[:25] % 2, ids[:25], ids[:25])
