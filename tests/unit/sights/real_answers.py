"""Answers in the form in which AWS gives them, and what live reading makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.controls import judge
from stackproof.model import Resource, outcome_word, worst
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, take
from tests.unit.sights.answering import ACCOUNT, REGION, Answer, Answering

OTHER = "210987654321"


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def read(answers: Mapping[str, Answer], *keys: str) -> Snapshot:
    """Take a snapshot of the stack that these names are of."""
    return take(Answering(answers), readers(), regions=[REGION], keys=keys, own_tags={})


def only(snapshot: Snapshot, type_: str) -> Resource:
    """Give the one resource of a type that is the stack's."""
    [found] = [resource for resource in snapshot.resources if resource.type == type_]
    assert found.unread is None, found.unread
    return found


def verdicts(snapshot: Snapshot, *controls: str) -> dict[str, str]:
    """Give the worst verdict of some controls, those left out that judged nothing."""
    found: dict[str, list[Any]] = {}
    for finding in judge(snapshot.stack()):
        if finding.control.id in controls:
            found.setdefault(finding.control.id, []).append(finding.outcome)
    return {name: outcome_word(worst(*outcomes)) for name, outcomes in found.items()}
