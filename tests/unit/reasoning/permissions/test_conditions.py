"""Conditions: every operator, with keys that are there, absent and not to be told."""

from __future__ import annotations

import pytest

from stackproof.model import Unknown
from stackproof.reasoning.access import Condition
from stackproof.reasoning.permissions.conditions import Context, meets

RULE = "arn:aws:events:us-east-1:123456789012:rule/failures"
OBJECTS = "arn:aws:s3:::orders/*"
SAID: Context = {
    "aws:sourcearn": (RULE,),
    "aws:sourceaccount": ("123456789012",),
    "aws:securetransport": ("true",),
    "aws:principaltag/team": None,
    "aws:tagkeys": ("Owner", "Environment"),
    "aws:sourceip": ("10.0.1.7",),
    "s3:max-keys": ("10",),
    "an:object": (OBJECTS,),
}
MAYBE = object()


@pytest.mark.parametrize(
    ("operator", "key", "values", "answer"),
    [
        ("StringEquals", "aws:sourceaccount", ["123456789012"], True),
        ("StringEquals", "aws:sourceaccount", ["1", "123456789012"], True),
        ("StringEquals", "aws:sourceaccount", ["999999999999"], False),
        ("StringEquals", "aws:sourceaccount", ["1234567890*"], False),
        ("StringLike", "aws:sourceaccount", ["1234567890*"], True),
        ("StringNotEquals", "aws:sourceaccount", ["123456789012"], False),
        ("StringNotEquals", "aws:sourceaccount", ["1", "2"], True),
        ("StringNotEquals", "aws:sourceaccount", ["1", "123456789012"], False),
        ("StringNotLike", "aws:sourceaccount", ["9*"], True),
        ("StringEqualsIgnoreCase", "aws:securetransport", ["TRUE"], True),
        ("StringNotEqualsIgnoreCase", "aws:securetransport", ["TRUE"], False),
        ("Bool", "aws:securetransport", ["false"], False),
        ("Bool", "aws:securetransport", ["true"], True),
        ("BoolIfExists", "aws:principaltag/team", ["true"], True),
        ("ArnEquals", "aws:sourcearn", [RULE], True),
        ("ArnLike", "aws:sourcearn", ["arn:aws:events:*:123456789012:rule/*"], True),
        ("ArnLike", "aws:sourcearn", ["arn:aws:events:*:rule/*"], MAYBE),
        ("ArnLike", "aws:sourcearn", ["*"], True),
        ("ArnNotLike", "aws:sourcearn", ["arn:aws:events:*:*:rule/other"], True),
        ("ArnNotEquals", "aws:sourcearn", [RULE], False),
        ("StringEquals", "aws:sourcearn", ["arn:${aws:Nothing}"], MAYBE),
        ("StringLike", "aws:sourcearn", ["*:${aws:SourceAccount}:rule/*"], True),
        ("StringEquals", "aws:sourceaccount", ["${aws:PrincipalTag/team}"], False),
        ("Null", "aws:principaltag/team", ["true"], True),
        ("Null", "aws:sourcearn", ["true"], False),
        ("Null", "aws:sourcearn", ["false"], True),
        ("StringEquals", "aws:principaltag/team", ["a"], False),
        ("StringNotEquals", "aws:principaltag/team", ["a"], True),
        ("StringEqualsIfExists", "aws:principaltag/team", ["a"], True),
        ("StringEqualsIfExists", "aws:sourceaccount", ["a"], False),
        ("ForAllValues:StringEquals", "aws:principaltag/team", ["a"], True),
        ("ForAnyValue:StringEquals", "aws:principaltag/team", ["a"], False),
        ("ForAnyValue:StringNotEquals", "aws:principaltag/team", ["a"], False),
        ("ForAllValues:StringEquals", "aws:tagkeys", ["Owner"], False),
        ("ForAllValues:StringEquals", "aws:tagkeys", ["Owner", "Environment", "x"], True),
        ("ForAnyValue:StringEquals", "aws:tagkeys", ["Owner"], True),
        ("ForAnyValue:StringNotEquals", "aws:tagkeys", ["Owner"], True),
        ("IpAddress", "aws:sourceip", ["10.0.0.0/16"], True),
        ("NotIpAddress", "aws:sourceip", ["10.0.0.0/16", "192.168.0.0/16"], False),
        ("IpAddress", "aws:sourceip", ["no address"], False),
        ("NumericLessThanEquals", "s3:max-keys", ["10"], True),
        ("NumericGreaterThan", "s3:max-keys", ["10"], False),
        ("NumericEquals", "s3:max-keys", ["ten"], False),
        ("StringLike", "an:object", ["arn:aws:s3:::orders/*"], True),
        ("StringLike", "an:object", ["arn:aws:s3:::orders/in/*"], MAYBE),
        ("StringLike", "an:object", ["arn:aws:s3:::bills/*"], False),
        ("StringLike", "an:object", ["*.pdf"], MAYBE),
        ("ArnLike", "an:object", ["arn:aws:s3:::orders/in/*"], MAYBE),
        ("StringEquals", "an:object", ["arn:aws:s3:::orders/in"], MAYBE),
        ("StringEquals", "an:object", ["arn:aws:s3:::bills/in"], False),
        ("StringNotLike", "an:object", ["arn:aws:s3:::orders/in/*"], MAYBE),
        ("DateLessThan", "aws:currenttime", ["2030-01-01T00:00:00Z"], MAYBE),
        ("DateLessThan", "aws:sourcearn", ["2030-01-01T00:00:00Z"], MAYBE),
        ("StringEquals", "aws:sourcevpc", ["vpc-1"], MAYBE),
        ("Null", "aws:sourcevpc", ["true"], MAYBE),
    ],
)
def test_a_condition_is_met_or_not_or_not_to_be_told(
    operator: str, key: str, values: list[str], answer: object
) -> None:
    found = meets([Condition(operator, key, tuple(values))], SAID)
    assert found is answer or (answer is MAYBE and isinstance(found, Unknown))


def test_one_condition_that_is_not_met_is_enough_for_no() -> None:
    hidden = Condition("StringEquals", "aws:sourcevpc", ("vpc-1",))
    no = Condition("Bool", "aws:securetransport", ("false",))
    assert meets([hidden, no], SAID) is False
    assert meets([], SAID) is True
