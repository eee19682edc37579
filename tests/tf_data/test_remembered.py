"""remembered: the same content is computed once, other content anew, and answers are one's own."""

import numpy as np

from tf_data.remembered import FEW, remembered


def counted():
    asked = []

    @remembered
    def doubled(values, factor):
        asked.append((values.dtype.str, values.shape, values.ravel().tolist(), factor))
        return [values * factor]

    return asked, doubled


def test_only_the_same_content_kind_and_shape_is_known() -> None:
    asked, doubled = counted()
    values = np.arange(4)
    others = [values + 1, values.astype("int32"), values.reshape(2, 2)]
    for one in (values, *others, values.copy()):
        np.testing.assert_array_equal(doubled(one, 2)[0], one * 2)
    assert len(asked) == 4
    doubled(values, 3)
    assert len(asked) == 5
    assert asked[-1] == (values.dtype.str, (4,), [0, 1, 2, 3], 3)


def test_an_answer_that_is_changed_leaves_the_next_as_it_was() -> None:
    _, doubled = counted()
    found = doubled(np.arange(4), 2)
    found[0][:] = -1
    found.clear()
    np.testing.assert_array_equal(doubled(np.arange(4), 2), [[0, 2, 4, 6]])


def test_only_a_few_are_kept() -> None:
    asked, doubled = counted()
    for start in (*range(FEW + 1), 0):
        doubled(np.arange(start, start + 2), 1)
    assert len(asked) == FEW + 2
