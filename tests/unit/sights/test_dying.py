"""What waits for its deletion is marked so by every reader whose answers can say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.model import StringShape

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.translate import build_of, key_of
from stackproof.sights.live.unreadable import Unreadable
from stackproof.types.described import described
from tests.unit.sights.answering import ACCOUNT, REGION
from tests.unit.sights.test_shapes import READERS, items, output, part

_SAYS = re.compile(r"(status|state)$", re.IGNORECASE)
_GOING = re.compile(
    r"deleting|delete.in.progress|pending(replica)?deletion|disassociating", re.IGNORECASE
)

# What speaks of a part of the thing and not of the thing itself.
OF_A_PART = {
    ("apigateway:GetStages", "cacheClusterStatus"),
    # Domains of which the other member tells as well, and that are not there yet.
    ("opensearch:DescribeDomains", "DomainProcessingStatus"),
}
# Where the model has no list of the words. Each service's API Reference, the member's description.
IN_WORDS = {
    ("autoscaling:DescribeAutoScalingGroups", "Status"): "Delete in progress",
    ("ecs:DescribeClusters", "status"): "DEPROVISIONING",
    ("ecs:DescribeServices", "status"): "DRAINING",
    ("elasticache:DescribeCacheClusters", "CacheClusterStatus"): "deleting",
    ("elasticache:DescribeReplicationGroups", "Status"): "deleting",
    ("lambda:ListEventSourceMappings", "State"): "Deleting",
    ("opensearch:DescribeDomains", "Deleted"): True,
    ("rds:DescribeDBClusterSnapshots", "Status"): "deleting",
    ("rds:DescribeDBClusters", "Status"): "deleting",
    ("rds:DescribeDBInstances", "DBInstanceStatus"): "deleting",
    ("rds:DescribeDBSnapshots", "Status"): "deleting",
    ("redshift:DescribeClusters", "ClusterStatus"): "deleting",
}


def _element(ask: Ask) -> Any:
    shape: Any = output(ask)
    for step in filter(None, (ask.result or "").split(".")):
        shape = getattr(shape, "member", shape).members[step]
    return getattr(shape, "member", shape)


def _words(ask: Ask) -> Iterator[tuple[str, Any]]:
    """Give the members by which an answer says that a thing is going, and what they say then."""
    shape = _element(ask)
    for name, member in getattr(shape, "members", {}).items():
        if (ask.name, name) in IN_WORDS:
            yield name, IN_WORDS[ask.name, name]
        elif isinstance(member, StringShape) and _SAYS.search(name):
            going = [word for word in member.enum if _GOING.fullmatch(word)]
            if going and (ask.name, name) not in OF_A_PART:
                yield name, going[0]


def _last_words() -> Iterator[tuple[str, str, str, Any]]:
    for name, reader in READERS.items():
        asks = {"": reader.listing}
        asks |= {key: one.ask for key, one in reader.details.items() if one.ask.name in WHOLE}
        for of, ask in asks.items():
            yield from ((name, of, member, word) for member, word in _words(ask))


# Further questions that tell of the thing itself, whose listing has little more than its name.
WHOLE = {
    "ecs:DescribeServices",
    "stepfunctions:DescribeStateMachine",
    *(f"{t.service}:{t.questions[t.whole].operation}" for t in described().values() if t.whole),
}
SAID = [*_last_words()]


def _with(value: Any, member: str, word: Any) -> Any:
    return (
        [_with(one, member, word) for one in value]
        if isinstance(value, list)
        else ({**value, member: word})
    )


def _lives(reader: Reader, of: str, member: str, word: Any) -> bool:
    scope = Scope(REGION, ACCOUNT, "aws", (), {})
    (item, *_) = items(reader, part(reader.listing))
    details = {name: part(detail.ask) for name, detail in reader.details.items()}
    if of:
        details[of] = _with(details[of], member, word)
    else:
        item = _with(item, member, word)
    key = key_of(reader, item, scope)
    assert not isinstance(key, Unreadable)
    built, lost = build_of(reader, item, details, key, scope)
    assert lost is None
    return bool(built) and not reader.dying(item, details)


@pytest.mark.parametrize(("name", "of", "member", "word"), SAID)
def test_what_waits_for_its_deletion_is_marked(name: str, of: str, member: str, word: Any) -> None:
    assert not _lives(READERS[name], of, member, word)


def test_words_are_those_of_answers_that_are_asked_for() -> None:
    asks = {
        one.name
        for reader in READERS.values()
        for one in (reader.listing, *(detail.ask for detail in reader.details.values()))
    }
    assert {operation for operation, _ in (*IN_WORDS, *OF_A_PART)} <= asks
