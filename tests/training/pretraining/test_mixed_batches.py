"""Batches of a corpus: shares of the sets, rounds, targets, and leads that are masked."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from two_corpora import two_corpora

from ecgzoo.training.pretraining.lead_masking import COUNTS, WHOLE, masked_leads
from ecgzoo.training.pretraining.mixed_batches import MixedBatches
from tf_data.augmentation import Augmentation

AS_IT_IS = Augmentation(
    shift=0, stretch=0, gain=0, common_gain=0, noise=0, wander=0, cutout=0, lead_dropout=0
)


def test_each_set_has_half_of_a_batch_and_knows_its_own_classes():
    corpus = two_corpora()
    signals, targets = MixedBatches(corpus, size=10, seed=1).batch(0)
    assert signals.shape == (10, 128, 3)
    told, known = targets.reshape(10, 2, 4).transpose(1, 0, 2)
    assert known[:5].tolist() == [[1, 1, 1, 0]] * 5
    assert known[5:].tolist() == [[0, 0, 0, 1]] * 5
    assert not (told * (1 - known)).any()
    assert not signals[5:, :, 1:].any()  # the lead I alone


def test_a_record_comes_again_when_all_have_come():
    corpus = two_corpora()
    batches = MixedBatches(corpus, size=8, seed=2)
    for place, name in enumerate(corpus.sets):
        records = len(corpus.sets[name])
        drawn = np.concatenate(
            [batches._rows(number * 4 + np.arange(4), place, records) for number in range(records)]
        )
        for once in drawn.reshape(-1, records):
            assert sorted(once.tolist()) == list(range(records))


def test_targets_are_those_of_the_record():
    corpus = two_corpora()
    sets = {
        name: dataclasses.replace(
            one,
            signals=one.signals * 0
            + np.arange(1, len(one) + 1, dtype="float32")[:, None, None]
            * np.linspace(-1, 1, 128, dtype="float32")[:, None],
        )
        for name, one in corpus.sets.items()
    }
    corpus = dataclasses.replace(corpus, sets=sets)
    signals, targets = MixedBatches(corpus, 12, seed=0, variation=AS_IT_IS).batch(3)
    for signal, target in zip(signals[:6], targets[:6], strict=True):
        record = round(float(np.abs(signal).max())) - 1
        assert target[:3].tolist() == corpus.sets["wide"].labels[record].tolist()


def test_mixed_records_lie_between_two_as_their_targets_do():
    corpus = two_corpora()
    plain, told = MixedBatches(corpus, 16, seed=3, variation=AS_IT_IS).batch(0)
    mixed, targets = MixedBatches(corpus, 16, seed=3, variation=AS_IT_IS, mixup=0.5).batch(0)
    np.testing.assert_array_equal(targets[:, 4:], told[:, 4:])  # what is known stays so
    compared = 0
    for row in range(16):
        other = row - 1 if row % 8 else row + 7  # of the same set: none is mixed with another's
        kept = np.all([one.any(axis=0) for one in (mixed[row], plain[row], plain[other])], axis=0)
        if not kept.any():  # its leads are masked
            continue
        step = plain[row][:, kept] - plain[other][:, kept]
        own = np.vdot(mixed[row][:, kept] - plain[other][:, kept], step) / np.vdot(step, step)
        found = plain[other][:, kept] + own * step
        np.testing.assert_allclose(mixed[row][:, kept], found, atol=1e-5)
        found = told[other] + own * (told[row] - told[other])
        np.testing.assert_allclose(targets[row], found, atol=1e-5)
        compared += 0 < own < 1
    assert compared > 8


def test_a_batch_depends_on_its_number_and_the_seed_alone():
    corpus = two_corpora()
    first, again = (MixedBatches(corpus, 8, seed=4).batch(5) for _ in range(2))
    other = MixedBatches(corpus, 8, seed=5).batch(5)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_the_pipeline_gives_the_batches_in_order():
    batches = MixedBatches(two_corpora(), 8, seed=4)
    for number, (signals, targets) in zip((3, 4), batches.between(3, 5), strict=True):
        expected = batches.batch(number)
        np.testing.assert_array_equal(signals, expected[0])
        np.testing.assert_array_equal(targets, expected[1])


@given(leads=st.integers(1, 12), seed=st.integers(0, 99))
def test_some_lead_always_stays_as_it_is(leads, seed):
    signals = np.random.default_rng(seed).normal(size=(9, 5, leads)) + 10
    masked = masked_leads(signals, np.random.default_rng(seed))
    stays = masked.any(axis=1)
    assert set(stays.sum(axis=1).tolist()) <= {min(one, leads) for one in (*COUNTS, leads)}
    assert np.array_equal(masked, np.where(stays[:, None], signals, 0))


def test_half_keep_all_and_each_count_and_lead_is_drawn_alike():
    masked = masked_leads(np.ones((6000, 1, 12)), np.random.default_rng(0))[:, 0]
    shares = np.bincount(masked.sum(axis=1).astype(int), minlength=13) / 6000
    assert shares[12] == pytest.approx(WHOLE, abs=0.02)
    assert shares[list(COUNTS)] == pytest.approx([(1 - WHOLE) / len(COUNTS)] * 4, abs=0.02)
    mean = WHOLE + (1 - WHOLE) * np.mean(COUNTS) / 12
    assert masked.mean(axis=0) == pytest.approx([mean] * 12, abs=0.025)
