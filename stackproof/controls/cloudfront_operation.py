"""CloudFront distributions: what they write down, and what they answer at their root."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, some
from stackproof.controls.support.distributions import behaviors, example, is_bucket, serving
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import CLOUDFRONT_DISTRIBUTION, LOG_DELIVERY, LOG_DELIVERY_SOURCE

SOURCE = Neighbour(
    "source",
    LOG_DELIVERY_SOURCE,
    {"name": "site", "log_type": "ACCESS_LOGS", "resource_arn": Ref("subject", "arn")},
)
DELIVERY = Neighbour(
    "delivery",
    LOG_DELIVERY,
    {"delivery_source_name": Ref("source"), "delivery_destination_arn": "arn:aws:logs:x"},
)
DELIVERED = (Remove("logging_config"), With(SOURCE), With(DELIVERY))


@control(
    "cloudfront-logs",
    title="Distributions log requests",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CLOUDFRONT_DISTRIBUTION,
    needs=(LOG_DELIVERY_SOURCE, LOG_DELIVERY),
    frameworks={
        Framework.FSBP: ("CloudFront.5",),
        Framework.PCI: ("10.2.1", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-3", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            CLOUDFRONT_DISTRIBUTION, {"logging_config": {"bucket": "logs.s3.amazonaws.com"}}
        ),
        failing=(
            Remove("logging_config"),
            (Remove("logging_config"), With(SOURCE)),
            (*DELIVERED, Change("resource_arn", "arn:aws:cloudfront::1:x/y", of="source")),
            (*DELIVERED, Change("log_type", "CONNECTION_LOGS", of="source")),
        ),
        unknown=(
            Hide("logging_config"),
            (*DELIVERED, Hide("resource_arn", of="source")),
            (*DELIVERED, Hide("log_type", of="source")),
            (*DELIVERED, Hide("delivery_source_name", of="delivery")),
        ),
        absent=((*DELIVERED, Without("delivery")), (*DELIVERED, Without("source"))),
        also_passing=(
            DELIVERED,
            (
                Remove("logging_config"),
                Change(
                    "default_cache_behavior",
                    {"realtime_log_config_arn": "arn:aws:cloudfront::1:realtime-log-config/a"},
                ),
            ),
        ),
    ),
)
def logs(distribution: Resource, stack: Stack) -> Outcome:
    """Only the edge sees who asked for what it answered itself.

    Logs go to a bucket, as they happen to a stream, or by a delivery of CloudWatch Logs. Source:
    Amazon CloudFront Developer Guide, "CloudFront and edge function logging".
    """
    outcome = attempt(_to_bucket, distribution)
    if isinstance(outcome, Pass):
        return outcome
    failure = Fail(
        "logging_config.bucket",
        "a bucket, a real-time configuration of each behavior, or a delivery of ACCESS_LOGS",
        None,
        "Set logging_config, or add a LogDeliverySource, a destination and a LogDelivery.",
    )
    sources = referrers_or_unknown(distribution, stack, LOG_DELIVERY_SOURCE, "resource_arn")
    delivered = some(sources, partial(_is_delivered, stack, failure), failure)
    if isinstance(delivered, Pass):
        return delivered
    at_once = [attempt(_at_once, behavior) for behavior in behaviors(distribution)]
    if at_once and all(isinstance(outcome, Pass) for outcome in at_once):
        return Pass()
    return outcome if isinstance(outcome, Unknown) else delivered


def _to_bucket(distribution: Resource) -> Outcome:
    named = distribution.get("logging_config.bucket")
    return Pass() if named else NotApplicable("logs to no bucket")


def _at_once(behavior: Block | Unknown) -> Outcome:
    if isinstance(behavior, Unknown):
        return behavior
    return Pass() if behavior["realtime_log_config_arn"] else NotApplicable("not as they happen")


def _is_delivered(stack: Stack, failure: Fail, source: Resource) -> Outcome:
    if source["log_type"] != "ACCESS_LOGS":
        return failure
    deliveries = referrers_or_unknown(source, stack, LOG_DELIVERY, "delivery_source_name")
    return some(deliveries, lambda _: Pass(), failure)


AT_VIEWER = [{"event_type": "viewer-request", "function_arn": "arn:aws:cloudfront::1:function/a"}]
FUNCTIONS = "default_cache_behavior.function_associations"


@control(
    "cloudfront-default-root",
    title="Distributions of buckets have a default root object",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={
        Framework.FSBP: ("CloudFront.1",),
        Framework.PCI: ("2.2.6",),
        Framework.NIST: ("SC-7(11)", "SC-7(16)"),
    },
    cases=Cases(
        passing=example(default_root_object="index.html"),
        failing=(
            Remove("default_root_object"),
            (
                Remove("default_root_object"),
                Change("default_cache_behavior.target_origin_id", "both"),
                Change(
                    "origin_groups",
                    [{"origin_id": "both", "members": [{"origin_id": "site"}]}],
                ),
            ),
        ),
        unknown=(
            Hide("default_root_object"),
            (Remove("default_root_object"), Hide("origins")),
            (Remove("default_root_object"), Hide("default_cache_behavior")),
            (
                Remove("default_root_object"),
                Change(FUNCTIONS, AT_VIEWER),
                Hide(FUNCTIONS),
            ),
        ),
        not_applicable=(
            (
                Remove("default_root_object"),
                Change("default_cache_behavior.target_origin_id", "api"),
            ),
            (Remove("default_root_object"), Change(FUNCTIONS, AT_VIEWER)),
        ),
    ),
)
def default_root(distribution: Resource) -> Outcome:
    """Who asks for `/` is otherwise asked of the bucket itself: it may list what it holds.

    A function at the viewer's side, or before the origin, may answer instead. Source: Amazon
    CloudFront Developer Guide, "Specify a default root object".
    """
    if distribution["default_root_object"]:
        return Pass()
    for behavior in distribution.blocks("default_cache_behavior"):
        if _asks_function(behavior):
            return NotApplicable("a function decides what the root shows")
        targets = serving(distribution, str(behavior["target_origin_id"]))
        buckets = [
            origin
            for origin in distribution.blocks("origins")
            if origin["origin_id"] in targets and is_bucket(origin)
        ]
        if not buckets:
            return NotApplicable("the root is answered by no bucket")
    return Fail(
        "default_root_object",
        "the name of an object",
        None,
        "Set default_root_object, to index.html for example.",
    )


def _asks_function(behavior: Block) -> bool:
    return any(
        str(behavior_setting["event_type"]).endswith("-request")
        for name in ("function_associations", "lambda_function_associations")
        for behavior_setting in behavior.blocks(name)
    )
