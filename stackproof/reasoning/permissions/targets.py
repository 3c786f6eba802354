"""What a property of a resource leads to, one by one, and the key that it is encrypted with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.effective import parts
from stackproof.reasoning.keys import AWS_OWN, key_of
from stackproof.types import tokens as t
from stackproof.types.identities import identity

# How an integration of an API names a function; and what follows an ARN where others add to it.
_INVOKED: Final = re.compile(r".*:lambda:path/[\d-]+/functions/(arn:[^/]+)/invocations")
_QUALIFIED: Final = re.compile(r"(arn:[\w-]+:lambda:[^:]*:\d*:function:[^:]+):[^:]+")


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is acted on: its ARN, its name for people, the resource where it is seen.

    What isn't seen may have a policy of its own; `plain` says that it has none.
    """

    arn: str | Unknown
    name: str
    resource: Resource | None = None
    plain: bool = False


def account_of(resource: Resource) -> str | None:
    """Give the account that a resource is in, also where only its ARN says so."""
    arn = resource.arn or resource.raw("arn")
    parts = arn.split(":") if isinstance(arn, str) else []
    return resource.account or (parts[4] if len(parts) > 5 else None) or None


def target(resource: Resource) -> Target:
    """Make a target of a resource that is seen."""
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail=f"the ARN of {resource.name}")
    arn = resource.arn or resource.raw("arn") or hidden
    return Target(arn, resource.name, resource)


def led_to(resource: Resource, path: str, type_: str, stack: Stack) -> Iterator[Target | Unknown]:
    """Give what a property leads to of one type; an Unknown for each that may be of it.

    What is of another type is left out.
    """
    hidden: list[Unknown] = []
    for leaf in leaves(resource.data, path.split(".")):
        if isinstance(leaf, Unknown):
            hidden.append(leaf.at(path))
            continue
        found = named(leaf, type_, stack)
        if found is not None:
            yield target(found)
        elif _may_be(leaf, type_):
            yield stack.gaps.get(type_) or Unknown(Cause.NOT_IN_STACK, path, leaf)
    if not hidden:
        return
    urns = resource.references.get(path.partition(".")[0], ())
    yield from (target(found) for urn in urns if (found := stack.find(urn, type_)) is not None)
    if len(urns) < len(hidden):
        yield hidden[0]


def named(text: str, type_: str, stack: Stack) -> Resource | None:
    """Find what an ARN, an id, a name or an address of a type names, with what others add to it."""
    text = _unwrapped(text)
    for key in (text, text.removesuffix(":*"), _QUALIFIED.sub(r"\1", text)):
        found = stack.find(key, type_)
        if found is not None:
            return found
    return None


def _unwrapped(text: str) -> str:
    """Give the ARN of the function inside the address by which an API invokes it."""
    invoked = _INVOKED.fullmatch(text)
    return invoked[1] if invoked else text


def _may_be(text: str, type_: str) -> bool:
    text = _unwrapped(text)
    told = identity(_QUALIFIED.sub(r"\1", text.removesuffix(":*")))
    return type_ in told.types if told is not None and told.types else not text.startswith("arn:")


def leaves(value: Any, path: Sequence[str]) -> Iterator[str | Unknown]:
    """Give the texts at a path through objects and lists, and what is unknown on the way."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, str):
        if not path and value:
            yield value
    elif isinstance(value, Mapping):
        if path:
            yield from leaves(value.get(path[0]), path[1:])
    elif isinstance(value, Sequence):
        for item in value:
            yield from leaves(item, path)


@dataclass(frozen=True, slots=True)
class AwsOwned:
    """A key that AWS keeps for a service in an account, whose policy nobody can change."""

    name: str


# The property that names the key of what is encrypted, where there is one.
KEY_PATHS: Final = {
    t.LOG_GROUP: "kms_key_id",
    t.SECRET: "kms_key_id",
    t.SNS_TOPIC: "kms_master_key_id",
    t.SQS_QUEUE: "kms_master_key_id",
    t.SSM_PARAMETER: "key_id",
    t.KINESIS_STREAM: "kms_key_id",
    t.CLOUDTRAIL_TRAIL: "kms_key_id",
    t.LAMBDA_FUNCTION: "kms_key_arn",
    t.BACKUP_VAULT: "kms_key_arn",
}
KEYED: Final = (*KEY_PATHS, t.S3_BUCKET)
_BY_DEFAULT: Final = "apply_server_side_encryption_by_default"


def key(holder: Resource, stack: Stack) -> Target | AwsOwned | Unknown | None:
    """Give the KMS key that something is encrypted with, `None` where none is needed."""
    try:
        if holder.type == t.S3_BUCKET:
            return _of_bucket(holder, stack)
        path = KEY_PATHS.get(holder.type)
        return None if path is None else _named_by(holder, path, stack)
    except UnresolvedError as error:
        return error.unknown


def _of_bucket(bucket: Resource, stack: Stack) -> Target | AwsOwned | None:
    for setting in parts(bucket, stack, t.S3_ENCRYPTION):
        for rule in setting.blocks("rules"):
            for by_default in rule.blocks(_BY_DEFAULT):
                if str(by_default["sse_algorithm"]).startswith("aws:kms"):
                    path = f"rules.{_BY_DEFAULT}.kms_master_key_id"
                    return _named_by(setting, path, stack) or AwsOwned("alias/aws/s3")
    return None


def _named_by(holder: Resource, path: str, stack: Stack) -> Target | AwsOwned | None:
    texts = list(leaves(holder.data, path.split(".")))
    if not texts:
        return None
    if isinstance(texts[0], str) and AWS_OWN in texts[0]:
        return AwsOwned(texts[0])
    found = key_of(holder, stack, path)
    if found is None:
        return None
    aliases = stack.seen_referrers(found, t.KMS_ALIAS, "target_key_id")
    own = next((alias.name for alias in aliases if alias.name.startswith(AWS_OWN)), None)
    return AwsOwned(own) if own else target(found)
