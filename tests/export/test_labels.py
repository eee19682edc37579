"""Labels move as exports and rollbacks say, and are refused where they cannot be read."""

import pytest

from ecgzoo.artifact.labels import (
    LABELS,
    Labels,
    labelled_models,
    read_labels,
    refuse_links,
    write_labels,
)
from ecgzoo.errors import LabelError


def test_an_export_takes_both_labels_and_a_canary_only_its_own() -> None:
    assert Labels(1, 1).after_export(2) == Labels(2, 2, before=(1,))
    assert Labels(1, 1).after_export(2, canary=True) == Labels(1, 2)
    assert Labels().after_export(1, canary=True) == Labels(None, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Nobody wants to try out what was rolled back.
        (Labels(3, 3), Labels(2, 2, before=(3,))),
        (Labels(3, 4), Labels(2, 4, before=(3,))),
        (Labels(3, 7), Labels(2, 2, before=(3, 7))),  # 7 is not there
        (Labels(None, None), Labels(2, 2)),
        (Labels(None, 4), Labels(2, 4)),
    ],
)
def test_a_rollback_leaves_a_canary_of_its_own_alone(before, after) -> None:
    assert before.after_rollback(2, there=[1, 2, 3, 4]) == after


def test_a_promotion_moves_stable_and_a_withdrawal_the_canary() -> None:
    assert Labels(1, 2).after_promotion() == Labels(2, 2, before=(1,))
    assert Labels(1, 3).after_withdrawal(2) == Labels(1, 2, before=(3,))


def test_what_was_labelled_before_is_kept_until_another_version_loses_a_label() -> None:
    labels = Labels(1, 1).after_export(2)
    canary = labels.after_export(3, canary=True)
    assert (labels.before, canary) == ((1,), Labels(2, 3, before=(1,)))
    assert canary.after_rollback(2, there=[1, 2, 3]) == canary
    assert canary.after_promotion() == Labels(3, 3, before=(2,))
    assert Labels(1, 2).after_export(3).before == (1, 2)


def test_labels_are_read_as_they_were_written(tmp_path) -> None:
    for labels in (Labels(), Labels(1, 2), Labels(2, 2, before=(1,))):
        write_labels(tmp_path, labels)
        assert read_labels(tmp_path) == labels
    (tmp_path / LABELS).write_text('{"stable": 1, "canary": 1}')  # as before there was `before`
    assert read_labels(tmp_path) == Labels(1, 1)


def test_versions_are_each_named_once() -> None:
    assert Labels(3, 2).versions == [2, 3]
    assert Labels(3, 3).versions == [3]
    assert Labels().versions == []
    assert Labels(3, 3).of(3) == ("stable", "canary")
    assert Labels(3, 4).of(5) == ()


@pytest.mark.parametrize("content", ["", "[1]", '{"before": 1}', '{"stable": 1', '{"steady": 1}'])
def test_damaged_labels_are_named(tmp_path, content) -> None:
    (tmp_path / LABELS).write_text(content)
    with pytest.raises(LabelError, match=r"labels\.json is damaged: expected .*ecgzoo rollback"):
        read_labels(tmp_path)


@pytest.mark.parametrize(
    ("there", "said"), [((1, 2), "there: 1, 2; `ecgzoo rollback m --to N`"), ((), "no version")]
)
def test_a_label_on_nothing_is_named(tmp_path, there, said) -> None:
    for number in there:
        (tmp_path / "m" / str(number)).mkdir(parents=True)
    (tmp_path / "m").mkdir(exist_ok=True)
    (tmp_path / "m" / LABELS).write_text('{"stable": 3, "canary": null}')
    with pytest.raises(LabelError, match=r"expected .*m/3, which is labelled stable; ") as refused:
        labelled_models(tmp_path)
    assert said in str(refused.value)


@pytest.mark.parametrize("link", ["m2", "m/2", "m/labels.json"])
def test_a_link_among_models_and_versions_is_named(tmp_path, link) -> None:
    outside, root = tmp_path / "outside", tmp_path / "exported"
    outside.mkdir()
    (root / "m").mkdir(parents=True)
    (root / link).symlink_to(outside)
    with pytest.raises(LabelError) as refused:
        refuse_links(root)
    assert str(refused.value) == (
        f"expected models and versions that lie below {root}; {root / link} is a link to "
        f"{outside}; move what it points at there, or remove the link"
    )


def test_other_links_are_the_users_own(tmp_path) -> None:
    root = tmp_path / "root"
    (tmp_path / "exported" / "m").mkdir(parents=True)
    root.symlink_to(tmp_path / "exported")
    (tmp_path / "my.yaml").touch()
    (root / "compose.override.yaml").symlink_to(tmp_path / "my.yaml")
    (root / "m" / "newest").symlink_to("1")
    refuse_links(root)
