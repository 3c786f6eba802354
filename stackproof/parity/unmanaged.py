"""Unmanaged: what carries the stack's tags or stands inside of it, and is in no state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stackproof.model import Resource
from stackproof.parity.other_forms import forms_of, held_otherwise
from stackproof.parity.rules import added_rules
from stackproof.sights.state import State
from stackproof.types import tokens as t
from stackproof.types.companions import COMPANIONS, PARTS

# What AWS makes with the thing it belongs to, and every such thing has. Amazon VPC User Guide,
# "Default VPCs", "Route tables", "Network ACLs"; Amazon S3 User Guide, "Default encryption",
# "Blocking public access" and "Controlling ownership of objects", each the default of new buckets.
_MADE_WITH_IT: Final = frozenset(
    {
        t.CONFIG_RECORDER_STATUS,
        t.DEFAULT_NETWORK_ACL,
        t.DEFAULT_ROUTE_TABLE,
        t.DEFAULT_SECURITY_GROUP,
        t.EC2_DEFAULT_SUBNET,
        t.EC2_DEFAULT_VPC,
        t.MAIN_ROUTE_TABLE_ASSOCIATION,
        t.NETWORK_ACL_ASSOCIATION,
        t.ROUTE53_DNSSEC,
        t.S3_ACL,
        t.S3_ENCRYPTION,
        t.S3_OWNERSHIP,
        t.S3_PUBLIC_ACCESS_BLOCK,
    }
)
# The property that names the parent, and the settings in which the parent can say it inline.
_RULE: Final = ("security_group_id", ("ingress", "egress"))
_INLINE: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    **{companion.type: (companion.points, (companion.setting,)) for companion in COMPANIONS},
    **{part.type: (part.points, (part.setting,)) for part in PARTS},
    t.IAM_ROLE_POLICY: ("role", ("inline_policies",)),
    t.IAM_ROLE_POLICY_ATTACHMENT: ("role", ("managed_policy_arns",)),
    t.NETWORK_ACL_RULE: ("network_acl_id", ("ingress", "egress")),
    t.ROUTE: ("route_table_id", ("routes",)),
    t.SECRETSMANAGER_SECRET_VERSION: ("secret_id", ("secret_string",)),
    **dict.fromkeys(
        (
            t.SECURITY_GROUP_RULE,
            t.SECURITY_GROUP_INGRESS_RULE,
            t.SECURITY_GROUP_EGRESS_RULE,
        ),
        _RULE,
    ),
}
# IAM User Guide, "Create a service-linked role": their path tells them from all others.
_SERVICE_LINKED: Final = ":role/aws-service-role/"


def unmanaged(state: State, live: Iterable[Resource]) -> list[Resource]:
    """Give what is the stack's by its tags or its place and that the state doesn't know."""
    resources = tuple(live)
    inline, otherwise = set(_inline_settings(state)), held_otherwise(state)
    strange = [
        resource
        for resource in resources
        if resource.urn is None
        and not _made_by_aws(resource)
        and not _is_inline(resource, inline)
        and not (forms_of(resource) and forms_of(resource) <= otherwise)
    ]
    return [*strange, *added_rules(state, resources)]


def _made_by_aws(resource: Resource) -> bool:
    tags = resource.raw("tags")
    return (
        resource.type in _MADE_WITH_IT
        or _SERVICE_LINKED in (resource.arn or "")
        or (isinstance(tags, Mapping) and any(str(key).startswith("aws:") for key in tags))
        # A gateway endpoint writes its route into the tables of its VPC.
        or (resource.type == t.ROUTE and bool(resource.raw("destination_prefix_list_id")))
    )


def _inline_settings(state: State) -> Iterator[tuple[str, str]]:
    """Give the settings that the program says inline, each with a name of the resource."""
    for resource in state.stack:
        for setting in state.inputs.get(str(resource.urn), {}):
            for name in (resource.id, resource.arn, resource.raw("name")):
                if isinstance(name, str):
                    yield name, setting


def _is_inline(resource: Resource, inline: set[tuple[str, str]]) -> bool:
    """Tell whether the program says inline, in a resource of its own, what is shown apart."""
    points, settings = _INLINE.get(resource.type, ("", ()))
    parent = resource.raw(points) if points else None
    return any((parent, setting) in inline for setting in settings)
