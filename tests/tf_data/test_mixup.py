import numpy as np
import pytest
import tensorflow as tf

from tf_data.augmentation import mixup

BATCH = 64


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    inputs = {"time": rng.normal(size=(BATCH, 20, 3)), "frequency": rng.normal(size=(BATCH, 7))}
    inputs = {name: tf.constant(one, tf.float32) for name, one in inputs.items()}
    return inputs, tf.eye(BATCH)


def test_inputs_and_targets_are_blended_in_the_same_shares(batch):
    inputs, targets = batch
    mixed, mixed_targets = mixup(inputs, targets, 0.3, tf.constant([1, 2]))
    shares = mixed_targets.numpy()  # the targets name the records: their blend is the shares
    for name, one in inputs.items():
        expected = np.tensordot(shares, one.numpy(), axes=1)
        np.testing.assert_allclose(mixed[name], expected, atol=1e-5)


def test_a_record_outweighs_its_partner(batch):
    _, targets = mixup(*batch, 0.3, tf.constant([1, 2]))
    assert (np.diag(targets) >= 0.5).all()
    np.testing.assert_allclose(targets.numpy().sum(axis=1), 1, atol=1e-6)


def test_shares_follow_the_folded_beta_distribution():
    alpha, records = 0.3, 20_000
    ones = tf.concat([tf.ones((records // 2, 1)), tf.zeros((records // 2, 1))], 0)
    (blended,), _ = mixup([ones], ones, alpha, tf.constant([5, 6]))
    share = np.where(ones[:, 0] == 1, blended[:, 0], 1 - blended[:, 0])
    drawn = np.random.default_rng(0).beta(alpha, alpha, records)
    expected = np.maximum(drawn, 1 - drawn)
    for quantile in (0.1, 0.25, 0.5, 0.75):
        assert np.quantile(share, quantile) == pytest.approx(
            np.quantile(expected, quantile), abs=0.02
        )


def test_the_seed_decides(batch):
    _, one = mixup(*batch, 0.3, tf.constant([1, 2]))
    _, again = mixup(*batch, 0.3, tf.constant([1, 2]))
    _, other = mixup(*batch, 0.3, tf.constant([1, 3]))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_tiny_alpha_gives_no_nan(batch):
    mixed, targets = mixup(*batch, 1e-6, tf.constant([1, 2]))
    assert np.isfinite(targets).all()
    assert all(np.isfinite(one).all() for one in mixed.values())
