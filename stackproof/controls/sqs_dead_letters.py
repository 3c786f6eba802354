"""Dead-letter queues: what is put aside arrives there, and is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.sqs_queues import REDRIVE, TARGET
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Remove, Without
from stackproof.reasoning.effective import whole
from stackproof.types.companions import neighbours
from stackproof.types.tokens import SQS_QUEUE

_RECEIVES: Final = "maxReceiveCount"
_MOST_RECEIVES: Final = 100
# Source: Amazon SQS API Reference, SetQueueAttributes, MessageRetentionPeriod: four days.
_KEPT: Final = 345600


def _other_allows(**facts: Any) -> Change:
    return Change("redrive_allow_policy", Json(facts), of="dead")


@control(
    "sqs-dead-letters-arrive",
    title="Dead-letter queues take what is put aside, and keep it as long as its own queue",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=SQS_QUEUE,
    needs=(
        SQS_QUEUE,
        *neighbours(SQS_QUEUE, "redrive_policy"),
        *neighbours(SQS_QUEUE, "redrive_allow_policy"),
    ),
    frameworks={Framework.NIST: ("CP-10", "SI-11")},
    cases=Cases(
        passing=Given(
            SQS_QUEUE,
            {"name": "orders", "redrive_policy": REDRIVE},
            (Neighbour("dead", SQS_QUEUE, {"name": "orders-dead"}),),
        ),
        failing=(
            Change("redrive_policy", Json({TARGET: Ref("subject", "arn"), _RECEIVES: 5})),
            Change("redrive_policy", Json({TARGET: Ref("dead", "arn"), _RECEIVES: 1000})),
            Change("redrive_policy", Json({TARGET: Ref("dead", "arn")})),
            Change("fifo_queue", True),
            Change("fifo_queue", True, of="dead"),
            Change("message_retention_seconds", 1209600),
            Change("message_retention_seconds", 3600, of="dead"),
            _other_allows(redrivePermission="denyAll"),
            _other_allows(redrivePermission="byQueue", sourceQueueArns=["arn:aws:sqs:x:1:other"]),
        ),
        unknown=(
            Hide("redrive_policy"),
            Hide("message_retention_seconds", of="dead"),
            Change("redrive_policy", "{"),
            Hide("redrive_allow_policy", of="dead"),
        ),
        absent=(Without("dead"),),
        also_passing=(
            (Change("fifo_queue", True), Change("fifo_queue", True, of="dead")),
            Change("message_retention_seconds", 1209600, of="dead"),
            Change("redrive_policy", Json({TARGET: Ref("dead", "arn"), _RECEIVES: "3"})),
            _other_allows(redrivePermission="allowAll"),
            _other_allows(redrivePermission="byQueue", sourceQueueArns=[Ref("subject", "arn")]),
        ),
        not_applicable=(Remove("redrive_policy"), Change("redrive_policy", Json({}))),
    ),
)
def dead_letters_arrive(queue: Resource, stack: Stack) -> Outcome:
    """What SQS can't put aside stays where it was, and comes back until it is too old.

    A message in a standard queue is as old there as where it came from. Source: Amazon SQS
    Developer Guide, "Using dead-letter queues in Amazon SQS".
    """
    redrive = whole(queue, stack, "redrive_policy").record("redrive_policy")
    arn = redrive.get(TARGET)
    if not arn:
        return NotApplicable("it puts nothing aside")
    if arn == queue.arn:
        return _wrong(TARGET, "another queue", "the queue itself")
    receives = str(redrive.get(_RECEIVES) or "")
    if not receives.isdigit() or int(receives) > _MOST_RECEIVES:
        return _wrong(_RECEIVES, f"at most {_MOST_RECEIVES}", redrive.get(_RECEIVES))
    dead = next((other for other in stack.around(SQS_QUEUE) if other.arn == arn), None)
    if dead is None:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "redrive_policy", str(arn)))
    return next(_refusals(queue, dead, stack), Pass())


def _refusals(queue: Resource, dead: Resource, stack: Stack) -> Iterator[Fail]:
    if bool(queue["fifo_queue"]) is not bool(dead["fifo_queue"]):
        yield _wrong(TARGET, "a queue of the same type (standard or FIFO)", dead.name)
    kept = [kept_by.number("message_retention_seconds") or _KEPT for kept_by in (queue, dead)]
    if kept[1] < kept[0]:
        yield _wrong(TARGET, f"a queue that keeps messages {kept[0]:g} s", f"{kept[1]:g} s")
    allowed = whole(dead, stack, "redrive_allow_policy").record("redrive_allow_policy")
    match allowed.get("redrivePermission"):
        case "denyAll":
            yield _wrong(TARGET, "a queue that takes dead letters", json.dumps(dict(allowed)))
        case "byQueue" if queue.arn not in (allowed.get("sourceQueueArns") or ()):
            yield _wrong(TARGET, "a queue that takes this one's letters", "it names others")


def _wrong(part: str, expected: str, actual: Any) -> Fail:
    fix = "Name another queue that takes the messages, after a few attempts."
    return Fail(f"redrive_policy.{part}", expected, actual, fix)
