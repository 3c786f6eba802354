from __future__ import annotations

import pytest

from stackproof.parity.equivalence import property_seen_as, same, seen_as


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ('{"A": [1, 2]}', '{\n"A": [1,2]}'),
        ({"a": {"b": '{"x": 1}'}}, {"a": {"b": '{ "x": 1 }'}}),
        (None, ""),
        (5, "5"),
        (True, "true"),
        ("{not json", "{not json"),
    ],
)
def test_other_words_for_the_same(value: object, other: object) -> None:
    assert same(value, other)
    assert seen_as(value, other) == other


@pytest.mark.parametrize(("value", "other"), [(0, None), (False, None), ("a", "A"), ([1], [1, 1])])
def test_different_values(value: object, other: object) -> None:
    assert not same(value, other)
    assert seen_as(value, other) == value


def test_the_order_of_a_list_counts_in_a_program_but_not_in_what_aws_shows() -> None:
    assert not same(["a", "b"], ["b", "a"])
    assert seen_as([{"n": 1}, {"n": 2}], [{"n": 2}, {"n": 1}]) == [{"n": 2}, {"n": 1}]


@pytest.mark.parametrize(
    ("live", "stored", "seen"),
    [
        ({"path": "/", "port": "8080"}, {"path": "/"}, {"path": "/"}),
        ({"path": "/x", "port": "8080"}, {"path": "/"}, {"path": "/x"}),
        ({"port": "8080"}, {"path": "/"}, {}),
        ([{"id": 2, "on": True}, {"id": 1}], [{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 2}]),
        ([{"id": 2}, {"id": 3}], [{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 2}]),
        ([{"id": 2}], [{"id": 1}, {"id": 2}], [{"id": 2}]),
        ([{"id": 2}, {"id": 1, "on": True}], [{"id": 1}], [{"id": 1}, {"id": 2}]),
        ("a.example.com", "a.example.com.", "a.example.com."),
        ("b.example.com", "a.example.com.", "b.example.com"),
        ("A sentence", "A sentence.", "A sentence"),
        ('{"a": 1, "b": 2}', '{"a": 1}', '{"a": 1, "b": 2}'),
    ],
)
def test_only_what_was_stored_is_compared(live: object, stored: object, seen: object) -> None:
    assert seen_as(live, stored) == seen


def test_every_tag_is_compared() -> None:
    live, stored = {"A": "1", "B": "2"}, {"A": "1"}
    assert property_seen_as("aws:ec2/vpc:Vpc", "tags", live, stored) == live


def test_every_word_of_a_map_is_compared_wherever_the_map_stands() -> None:
    live = [{"arguments": {"--a": "1", "--b": "2"}, "jobName": "x", "timeout": 5}]
    stored = [{"arguments": {"--a": "1"}, "jobName": "x"}]
    seen = [{"arguments": {"--a": "1", "--b": "2"}, "jobName": "x"}]
    assert property_seen_as("aws:glue/trigger:Trigger", "actions", live, stored) == seen


@pytest.mark.parametrize(
    ("live", "stored", "kept"),
    [
        ('[{"name": "a", "essential": true}]', '[{"name": "a"}]', True),
        ('[{"name": "b", "essential": true}]', '[{"name": "a"}]', False),
        ('[{"name": "a"}, {"name": "b"}]', '[{"name": "a"}]', False),
        ("not JSON", '[{"name": "a"}]', False),
    ],
)
def test_what_aws_fills_into_container_definitions_is_no_change(
    live: str, stored: str, kept: bool
) -> None:
    task = "aws:ecs/taskDefinition:TaskDefinition"
    seen = stored if kept else live
    assert property_seen_as(task, "container_definitions", live, stored) == seen
    assert property_seen_as("aws:sqs/queue:Queue", "policy", live, stored) == live
