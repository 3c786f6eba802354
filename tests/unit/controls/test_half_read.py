"""That there is none of a kind is no control's word where the kind is read in part only."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, Sight, Stack
from stackproof.model.cases import Form, build, mutated
from stackproof.sights.live.everything import IN_PART
from stackproof.sights.live.readers import readers
from stackproof.types import tokens as t
from stackproof.types.scalable import SCALABLE

# All of a kind that belongs to these is read, though the kind isn't whole.
WHOLE_BESIDE = {
    t.APPSCALING_TARGET: {*SCALABLE.values()},
    t.LOG_RESOURCE_POLICY: {t.EVENT_TARGET, t.OPENSEARCH_DOMAIN, t.ROUTE53_QUERY_LOG},
    t.SNS_SUBSCRIPTION: {t.SNS_TOPIC},
}
ASKING = [
    (type_, control)
    for type_ in IN_PART
    for control in catalogue().values()
    if type_ in control.needs
]


@pytest.mark.parametrize(
    ("type_", "control"), ASKING, ids=[f"{control.id}-{type_}" for type_, control in ASKING]
)
def test_what_may_not_have_been_read_is_no_failure(type_: str, control: Control) -> None:
    if not WHOLE_BESIDE.get(type_, set()).isdisjoint((*control.types, *control.needs)):
        return
    for variant in ((), *control.cases.also_passing):
        subject, stack = build(mutated(control.cases.passing, variant), Form.KNOWN)
        without = Stack([one for one in stack if one.type != type_], Sight.LIVE)
        found = control.outcomes(subject, without).values()
        assert not [outcome for outcome in found if isinstance(outcome, Fail)], variant


@pytest.mark.parametrize("type_", WHOLE_BESIDE)
def test_what_is_read_whole_beside_some_is_asked_beside_them(type_: str) -> None:
    (reader,) = (reader for reader in readers() if type_ in reader.types)
    assert WHOLE_BESIDE[type_] <= {*reader.parents}
