"""Resources as they are named and read, and what a version can read and judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model import Resource, Sight, Stack
from stackproof.parity.twins import Reach
from stackproof.sights.state import State
from stackproof.types.tokens import IAM_ROLE, KMS_ALIAS, KMS_KEY, LOG_GROUP

ACCOUNT = "123456789012"
REACH = Reach(
    readable=frozenset({KMS_KEY, KMS_ALIAS, IAM_ROLE, LOG_GROUP}),
    covered=frozenset({KMS_KEY, LOG_GROUP, "aws:mq/broker:Broker"}),
    worldwide=frozenset({IAM_ROLE}),
)


def key(id_: str = "k-1", **more: Any) -> Resource:
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{id_}"
    return Resource({}, type=KMS_KEY, name=id_, id=id_, arn=arn, region="eu-west-1", **more)


def held(type_: str, id_: str, **more: Any) -> Resource:
    """Give a resource as a state holds it."""
    urn = f"urn:pulumi:dev::p::{type_}::{id_}"
    return Resource({}, **{"type": type_, "name": id_, "id": id_, "urn": urn, **more})


def state(
    *resources: Resource,
    external: tuple[Resource, ...] = (),
    inputs: Mapping[str, Mapping[str, Any]] | None = None,
) -> State:
    """Give a state; `inputs` are what the program set, by the resources' names."""
    named = {resource.name: str(resource.urn) for resource in resources}
    return State(
        Stack(resources, Sight.STATE, foreign=external),
        {named[name]: held for name, held in (inputs or {}).items()},
    )
