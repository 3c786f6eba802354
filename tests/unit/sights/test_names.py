"""Names are found by what they look like, also those that come after the first question."""

import pytest

from stackproof.sights.live.names import Names

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"
PATTERN = r"arn:[^:]+:sns:eu-west-1:\d+:[^:]+"


@pytest.fixture
def names() -> Names:
    known = Names()
    for name in (KEY, TOPIC, "vpc-1a", "orders,public-read", "orders", "arn:"):
        known.add(name)
    return known


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (PATTERN, [TOPIC]),
        (r"vpc-[0-9a-f]+", ["vpc-1a"]),
        (r"(arn:.+:)?orders", [TOPIC, "orders"]),
        (r"arn:[^:]+:(kms|sns):.+", [KEY, TOPIC]),
        (r"arn:[^:]+:lambda:.+", []),
    ],
)
def test_every_name_that_matches_as_a_whole(names: Names, pattern: str, found: list[str]) -> None:
    assert names.matching(pattern) == found
    assert names.matching(pattern) == found  # asked again it is the same


def test_what_is_learnt_later_is_found_and_changes_no_answer_given_before(names: Names) -> None:
    before = names.matching(PATTERN)
    names.add(f"{TOPIC}-2")
    assert before == [TOPIC]
    assert names.matching(PATTERN) == [TOPIC, f"{TOPIC}-2"]


def test_names_that_go_on_behind_a_comma(names: Names) -> None:
    assert names.starting("orders") == ["orders,public-read"]
    assert names.starting("order") == []


def test_arns_by_themselves_and_by_the_ids_that_they_tell(names: Names) -> None:
    id_ = KEY.rpartition("/")[2]
    assert [arn for arn, _ in names.arns_called({id_, "vpc-1a"})] == [KEY]
    names.add(f"{KEY[:-1]}6")
    assert [arn for arn, _ in names.arns_called({f"{KEY[:-1]}6"})] == [f"{KEY[:-1]}6"]
