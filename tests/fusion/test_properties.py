"""What must hold of fusions for any input: shares, order, and that an absent domain has no say."""

from dataclasses import replace

import numpy as np
import pytest
from fused_by_hand import branches_like, features_like, run
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecgzoo.fusion.fused import masked_softmax, mixed
from ecgzoo.fusion.future_work.graph import MessagePassing
from ecgzoo.registry import FUSIONS

scores = arrays("float32", (3, 4), elements=st.floats(-50, 50, width=32))
masks = arrays("float32", (3, 4), elements=st.sampled_from([0.0, 1.0]))
quickly = settings(max_examples=50, deadline=None)


@quickly
@given(scores, masks)
def test_shares_add_up_to_one_over_what_is_present(scores, present) -> None:
    shares = np.asarray(masked_softmax(scores, present))
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-5)
    some = present.any(1)
    assert (shares[some][present[some] == 0] == 0).all()
    np.testing.assert_array_equal(shares[~some], 0.25)


@quickly
@given(scores, masks, st.floats(-20, 20))
def test_shares_do_not_depend_on_what_all_scores_have_in_common(scores, present, common) -> None:
    shifted = masked_softmax(scores + np.float32(common), present)
    np.testing.assert_allclose(shifted, masked_softmax(scores, present), atol=1e-4)


def test_shares_are_taken_in_float32() -> None:
    half, present = np.array([[9.0, 9.0]], "float16"), np.ones((1, 2), "float16")
    assert np.asarray(masked_softmax(half, present)).dtype == np.float32
    assert np.asarray(mixed(half, half, present)[0]).dtype == np.float32


SYMMETRIC = ("sum", "product", "average", "product_of_experts", "vote")


def parts_for(fusion: str) -> dict:
    output = FUSIONS.info(fusion)["category"] == "output"
    return branches_like() if output else features_like()


@pytest.mark.parametrize("fusion", SYMMETRIC)
def test_the_order_of_the_domains_does_not_matter(fusion) -> None:
    parts = parts_for(fusion)
    turned = dict(reversed(parts.items()))
    found = [run(FUSIONS.get(fusion), one).vector for one in (parts, turned)]
    np.testing.assert_allclose(*found, rtol=0, atol=1e-6)


def test_message_passing_is_equivariant_to_the_order_of_the_nodes() -> None:
    layer, rng = MessagePassing(), np.random.default_rng(0)
    nodes, present = rng.normal(size=(5, 4, 6)), rng.integers(0, 2, (5, 4)).astype("float32")
    order = [2, 0, 3, 1]
    found, edges = (np.asarray(one) for one in layer([nodes, present]))
    turned, turned_edges = layer([nodes[:, order], present[:, order]])
    np.testing.assert_allclose(turned, found[:, order], atol=1e-5)
    np.testing.assert_allclose(turned_edges, edges[:, order][:, :, order], atol=1e-6)


@pytest.mark.parametrize("fusion", [*SYMMETRIC, "weighted_average", "weighted_sum"])
def test_an_absent_domain_might_as_well_not_be_there(fusion) -> None:
    """Rows 1 and 2 lack a domain; with the other one alone they are fused alike."""
    parts = parts_for(fusion)
    found = run(FUSIONS.get(fusion), parts).vector
    for row, name in ((1, "a"), (2, "b")):
        alone = run(FUSIONS.get(fusion), {name: parts[name]}).vector
        np.testing.assert_allclose(found[row], alone[row], atol=1e-6)


@pytest.mark.whole
@pytest.mark.parametrize("fusion", [f for f in FUSIONS if f not in ("input", "mmtm")])
def test_features_without_a_mask_are_all_present(fusion) -> None:
    whole = {
        name: replace(one, present=np.ones((4, 1), "float32"))
        for name, one in parts_for(fusion).items()
    }
    builder = FUSIONS.get(fusion)
    with_mask = run(builder, whole)

    def unmasked(features):
        return builder({name: replace(one, present=None) for name, one in features.items()})

    without = run(unmasked, whole)
    np.testing.assert_allclose(without.vector, with_mask.vector, atol=1e-6)


PLAIN = [f for f in FUSIONS if FUSIONS.info(f)["category"] not in ("input", "output")]


@pytest.mark.parametrize("fusion", [f for f in PLAIN if f != "mmtm"])
def test_three_domains_may_be_of_different_widths(fusion) -> None:
    parts = features_like(tokens=(3, 2, 4))
    parts["c"] = features_like(tokens=(3, 2, 4), channels=6)["c"]
    assert np.isfinite(run(FUSIONS.get(fusion), parts).vector).all()
