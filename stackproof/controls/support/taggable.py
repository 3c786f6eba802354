"""The types that are asked for tags, and the property that holds a type's physical name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackproof.model import Resource, Unknown, UnresolvedError
from stackproof.model.tags import tags_of
from stackproof.types import tokens
from stackproof.types.table import tagged

# Objects are as many as files, and no bill or inventory goes by their tags.
_UNASKED: Final = frozenset(
    {tokens.S3_BUCKET_OBJECT, tokens.S3_BUCKET_OBJECT_V2, tokens.S3_OBJECT_COPY}
)
# What these are called is a domain, or says which part of the API is meant.
_NO_LABEL: Final = frozenset({tokens.ROUTE53_ZONE, tokens.API_STAGE})

_NAMED_HERE: Final = {token for token in vars(tokens).values() if isinstance(token, str)}
TAGGABLE: Final = tuple(sorted((tagged().keys() & _NAMED_HERE) - _UNASKED))
# The property that holds a type's physical name.
NAME_PROPERTY: Final = {
    type_: name for type_ in TAGGABLE if (name := tagged()[type_]) and type_ not in _NO_LABEL
}

# The tag by which a program declares that something is meant for everybody, and its value.
EXPOSURE: Final = "Exposure"
PUBLIC: Final = "public"


# What comes with each VPC, whether a program takes it over or not.
_WITH_A_VPC: Final = frozenset(
    {tokens.DEFAULT_NETWORK_ACL, tokens.DEFAULT_ROUTE_TABLE, tokens.DEFAULT_SECURITY_GROUP}
)


def made_by_aws(resource: Resource) -> bool:
    """Tell whether AWS made a resource and no program is known to have taken it over.

    Sources: Amazon VPC User Guide, "Default VPC components", "AWS-managed prefix lists" (they
    belong to the account `AWS`).
    """
    if resource.type == tokens.PREFIX_LIST:
        return bool(resource.raw("owner_id") == "AWS")
    return resource.type in _WITH_A_VPC and not resource.urn and not resource.raw("tags")


def meant_for_all(resource: Resource) -> bool:
    """Tell whether a resource is declared public; raise UnresolvedError when that is unknown."""
    value = known_tags(resource).get(EXPOSURE)
    if isinstance(value, Unknown):
        raise UnresolvedError(value.at(f"tags.{EXPOSURE}"))
    return bool(value == PUBLIC)


def known_tags(resource: Resource) -> Mapping[str, Any]:
    """Give a resource's tags by key; raise UnresolvedError when they are unknown as a whole."""
    tags = tags_of(resource)
    if isinstance(tags, Unknown):
        raise UnresolvedError(tags)
    return tags


def environment_of(resource: Resource) -> str | None:
    """Give the value of the tag Environment; raise UnresolvedError when it is unknown."""
    value = known_tags(resource).get("Environment")
    if isinstance(value, Unknown):
        raise UnresolvedError(value.at("tags.Environment"))
    return None if value is None else str(value)
