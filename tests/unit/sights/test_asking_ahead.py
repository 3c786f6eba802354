"""What is known to be asked later is asked at once, and only once; answers keep their order."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.fetch import Aws, Fetched, Found
from stackproof.sights.live.reader import Key, Reader
from stackproof.sights.live.reading import Reading
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import IAM_ROLE, KMS_KEY, SUBNET, VPC

PATIENCE = 10.0


def reader(type_: str, service: str, **more: Any) -> Reader:
    return Reader(
        types=(type_,),
        listing=Ask(service, f"List{service}{type_[-3:]}", "Items"),
        key=lambda item, scope: Key(item["Id"]),
        build=lambda item, details, scope: [shown(scope, type_, item["Id"], {})],
        arn_service=service,
        **more,
    )


FIRST = reader(VPC, "ec2")
CHILD = reader(SUBNET, "ec2", parents=(VPC,))
LATE = reader(IAM_ROLE, "iam", referenced=True)
TOGETHER = reader(
    KMS_KEY, "kms", referenced=True, targets=lambda scope: ({"Ids": scope.named("key-.")},)
)


class Waiting:
    """Answers the first stage only when the late reader's question came, too."""

    def __init__(self) -> None:
        self.late = threading.Event()
        self.met = False
        self.asked: list[str] = []

    def fetch(self, ask: Ask, region: str, parameters: Mapping[str, Any] = {}) -> Fetched:
        self.asked.append(ask.name)
        if ask is LATE.listing:
            self.late.set()
        if ask is FIRST.listing:
            self.met = self.late.wait(PATIENCE)
        return Found([])


def read(*readers: Reader) -> Waiting:
    aws = Waiting()
    scope = Scope("us-east-1", "123456789012", "aws", ("key-a",), {})
    with ThreadPoolExecutor(8) as pool:
        Reading(cast(Aws, aws), readers, scope, pool).ask_listings()
    return aws


def test_what_is_only_referenced_is_asked_beside_the_first_stage() -> None:
    assert read(FIRST, LATE).met


def test_what_needs_a_parent_is_not_asked_before_there_is_one() -> None:
    assert CHILD.listing.name not in read(FIRST, CHILD, LATE).asked


def test_ids_that_are_asked_together_wait_for_those_to_come() -> None:
    def names(item: Any, details: Any, scope: Scope) -> list[Resource]:
        return [shown(scope, IAM_ROLE, item["Id"], {"key": "key-b"})]

    aws = Answering({LATE.listing: [{"Id": "role"}]})
    asked = aws.read(TOGETHER, replace(LATE, build=names), keys=("role", "key-a"))
    # Those that are known at last, and never the first of them alone.
    assert asked.count((TOGETHER.listing.name, {"Ids": ["key-a", "key-b"]})) == 1


def test_constants_that_are_asked_together_do_not_wait() -> None:
    assert read(FIRST, replace(LATE, targets=lambda scope: ({"Kinds": ["a", "b"]},))).met


class Answering:
    """Answers each question with its items."""

    def __init__(self, items: Mapping[Ask, list[Any]]) -> None:
        self._items = items
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.scope = Scope("us-east-1", "123456789012", "aws", (), {})

    def fetch(self, ask: Ask, region: str, parameters: Mapping[str, Any] = {}) -> Fetched:
        self.asked.append((ask.name, parameters))
        return Found(self._items.get(ask, []))

    def read(self, *readers: Reader, keys: tuple[str, ...]) -> list[tuple[str, Mapping[str, Any]]]:
        self.scope = Scope("us-east-1", "123456789012", "aws", keys, {})
        with ThreadPoolExecutor(8) as pool:
            Reading(cast(Aws, self), readers, self.scope, pool).ask_listings()
        return self.asked


def test_what_is_found_is_in_the_same_order_whatever_is_asked_early() -> None:
    items = {one.listing: [{"Id": f"{one.arn_service}-1"}] for one in (FIRST, LATE)}
    aws = Answering(items)
    aws.read(LATE, FIRST, keys=("ec2-1", "iam-1"))
    assert [resource.type for resource in aws.scope.ours()] == [VPC, IAM_ROLE]
