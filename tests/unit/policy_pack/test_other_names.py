"""A type meets the same controls by every name that Pulumi registers for it."""

from __future__ import annotations

from dataclasses import replace

from stackproof.controls import catalogue
from stackproof.model import Control, Resource, Sight, Stack
from stackproof.model.cases import Form, build, mutated
from stackproof.policy_pack import policies
from stackproof.testing import Violation, analyze
from stackproof.types.table import other_tokens
from stackproof.types.tokens import LB_LISTENER, S3_BUCKET
from tests.unit.variants import controls


def violations(control: Control, type_: str, token: str, given: int) -> list[Violation]:
    """Give what the pack says of a broken example of a type that a program calls by a token."""
    example = replace(mutated(control.cases.passing, control.cases.failing[given]), type=type_)
    resource, stack = build(example, Form.PREVIEW)
    named: dict[str, Resource] = {r.urn or "": r for r in stack}
    named[resource.urn or ""] = replace(resource, type=token)
    return analyze(policies([control]), Stack(named.values(), Sight.DECLARED))


@controls(lambda control: any(other_tokens(type_) for type_ in control.types))
def test_control_sees_a_type_by_its_other_names(control: Control) -> None:
    for number in range(len(control.cases.failing)):
        for type_ in control.types:
            known = violations(control, type_, type_, number)
            for other in other_tokens(type_):
                assert violations(control, type_, other, number) == known, (other, number)
                assert known or type_ != control.cases.passing.type, (other, number)


def test_types_with_other_names_cover_what_escaped() -> None:
    seen = [
        (control, type_)
        for control in catalogue().values()
        for type_ in control.types
        if other_tokens(type_)
    ]
    assert ("s3-bucket-acl-not-public", S3_BUCKET) in {(c.id, type_) for c, type_ in seen}
    assert sum(1 for control, _ in seen if not control.relational) >= 14
    assert any(type_ == LB_LISTENER for _, type_ in seen)
