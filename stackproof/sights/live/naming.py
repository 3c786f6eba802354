"""Naming: which of the things that are found by being named a resource of a type can name.

The type table says it: what a property is called tells what its text may name, and the user's own
words may name anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from stackproof.types import tokens as t
from stackproof.types.table import Form, Kind, Shape, type_of

# What the property that names a thing is called, or what it stands in: a pattern of the path.
_CALLED: Final[Mapping[str, str]] = {
    t.ACM_CERTIFICATE: r"certificate",
    t.CLOUDFRONT_CACHE_POLICY: r"cache_policy",
    t.CLOUDFRONT_FUNCTION: r"function_arn",
    t.CLOUDFRONT_ORIGIN_ACCESS_CONTROL: r"origin_access",
    t.CLOUDFRONT_ORIGIN_REQUEST_POLICY: r"origin_request_policy",
    t.CLOUDFRONT_RESPONSE_HEADERS_POLICY: r"response_headers_policy",
    t.CODEBUILD_PROJECT: r"project|build",
    t.CODECOMMIT_REPOSITORY: r"repository",
    t.CODEPIPELINE: r"pipeline",
    t.DYNAMODB_TABLE: r"(?<!route_)(?<!route)table",
    t.EBS_VOLUME: r"volume",
    t.EC2_EIP: r"allocation|eip|elastic_ip|public_ip|address",
    t.EC2_INSTANCE: r"\binstances?(_ids?)?$",
    t.KEY_PAIR: r"key_name|key_pair|ssh_key",
    t.IAM_GROUP: r"\bgroups?$|group_name$|principal",
    t.IAM_INSTANCE_PROFILE: r"instance_profile",
    t.IAM_OIDC_PROVIDER: r"provider|federat|principal",
    t.IAM_POLICY: r"polic(y|ies)_arn|permissions_boundary",
    t.IAM_ROLE: r"role|principal|credentials",
    t.IAM_USER: r"\busers?$|user_(name|arn)s?$|principal",
    t.KINESIS_STREAM: r"stream|kinesis",
    t.KMS_ALIAS: r"kms|key_(arn|id)|encryption|alias|cmk",
    t.KMS_KEY: r"kms|key_(arn|id)|encryption|alias|cmk",
    t.LAUNCH_TEMPLATE: r"launch_template",
    t.PREFIX_LIST: r"prefix_list",
    t.ROUTE53_HEALTH_CHECK: r"health_?checks?(_ids?)?$",
    t.SNS_TOPIC: r"topic|sns|notification",
    t.SQS_QUEUE: r"queue|sqs|dead_letter|redrive",
    t.SSM_PARAMETER: r"ssm|(?<!input_)parameter(_arn|_name)?$",
}

# The last word of what may name anything.
_ANYTHING: Final = re.compile(
    r"arns?"
    r"|((event_)?source|(hook_|notification_|trigger_)?target|destination|endpoint)_arns?"
    r"|(.+_)?resource(_id|_arn|_identifier)?s?|targets?|target_ids?|destinations?"
    r"|endpoint|(.+_)?uri|location|values?|value_from|(.+_)?identifiers|(.+_)?actions"
    r"|integration_target|container_definitions|definition"
)
# Paths of settings and conditions, which name nothing, and of what names a target group only.
_NOTHING: Final = re.compile(
    r"(\b|_)(tags?|tags_all|tag_filters|labels|taints|triggers)(\b|\.)"
    r"|encryption_context|grantee\.|grants\.uri|headers?\b|redirect_uri|truststore_uri|oauth"
    r"|rotation_metadatas|extra_params|version_weights|_models|^parameters\.value|options$|self_managed_event_source"
    r"|target_groups?\.arn$|compliance_resource|\bstring_(not_)?(equals|likes?)\."
)
_DEEP = 8  # shapes of web ACLs and dashboards hold themselves


@cache
def named_by(type_: str) -> frozenset[str]:
    """Give the types found by being named that a resource of a type can name.

    All of them where nothing is known of the type.
    """
    known = type_of(type_)
    if known is None:
        return frozenset(_CALLED)
    named: set[str] = set()
    for path, kind in _texts(known.shape):
        where = ".".join(path)
        if _NOTHING.search(where):
            continue
        # An output at the top is what the resource is called itself, or a thing by its own word.
        anything = kind.form in (Form.MAP, Form.ANY) or _ANYTHING.fullmatch(path[-1])
        if anything and where not in known.outputs:
            return frozenset(_CALLED)
        named |= {type_ for type_, called in _CALLED.items() if re.search(called, where)}
    return frozenset(named)


def _texts(shape: Shape, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Kind]]:
    """Give the properties that can hold a name, at any depth, each with its path."""
    for name, kind in shape.kinds.items():
        inner, path = kind, (*above, name)
        while inner.form in (Form.LIST, Form.ONE) and inner.of is not None:
            inner = inner.of
        if inner.form is Form.OBJECT and len(path) < _DEEP:
            yield from _texts(inner.shape, path)
        elif inner.form is Form.MAP or inner.form in (Form.TEXT, Form.ANY):
            yield path, inner
