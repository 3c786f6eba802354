from __future__ import annotations

import pytest

from stackproof.embedded.likeness import same, shows


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"A": [1, 2]}', '{\n"A": [1,2]}'),
        ({"a": {"b": '{"x": 1}'}}, {"a": {"b": '{ "x": 1 }'}}),
        (None, ""),
        (5, "5"),
        (True, "true"),
        ("{not json", "{not json"),
    ],
)
def test_other_words_for_the_same(one: object, other: object) -> None:
    assert same(one, other)
    assert shows(one, other)


def test_the_order_of_a_list_counts_in_a_program_but_not_in_what_aws_shows() -> None:
    assert not same(["a", "b"], ["b", "a"])
    assert shows([{"n": 1}, {"n": 2}], [{"n": 2}, {"n": 1}])


@pytest.mark.parametrize(("one", "other"), [(0, None), (False, None), ("a", "A"), ([1], [1, 1])])
def test_different_values(one: object, other: object) -> None:
    assert not same(one, other)
    assert not shows(one, other)
