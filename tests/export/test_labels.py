"""Labels move as exports and rollbacks say, and are refused where they cannot be read."""

import pytest

from ecgzoo.artifact.labels import LABELS, Labels, labelled_models, read_labels
from ecgzoo.errors import LabelError


def test_an_export_takes_both_labels_and_a_canary_only_its_own() -> None:
    assert Labels(1, 1).after_export(2) == Labels(2, 2)
    assert Labels(1, 1).after_export(2, canary=True) == Labels(1, 2)
    assert Labels().after_export(1, canary=True) == Labels(None, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Labels(3, 3), Labels(2, 2)),  # nobody wants to try out what was rolled back
        (Labels(3, 4), Labels(2, 4)),
        (Labels(3, 7), Labels(2, 2)),  # 7 is not there
        (Labels(None, None), Labels(2, 2)),
        (Labels(None, 4), Labels(2, 4)),
    ],
)
def test_a_rollback_leaves_a_canary_of_its_own_alone(before, after) -> None:
    assert before.after_rollback(2, there=[1, 2, 3, 4]) == after


def test_versions_are_each_named_once() -> None:
    assert Labels(3, 2).versions == [2, 3]
    assert Labels(3, 3).versions == [3]
    assert Labels().versions == []
    assert Labels(3, 3).of(3) == ("stable", "canary")
    assert Labels(3, 4).of(5) == ()


@pytest.mark.parametrize("content", ["", "[1]", '{"stable": 1', '{"steady": 1}'])
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
