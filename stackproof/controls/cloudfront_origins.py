"""CloudFront distributions: how they reach what is behind them."""

from __future__ import annotations

import re
from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each
from stackproof.controls.support.distributions import behaviors, example, is_bucket, serving
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
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
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.types.tokens import (
    CLOUDFRONT_DISTRIBUTION,
    CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
    LAMBDA_URL,
)

SERVER = "origins.1.custom_origin_config"
POLICY = f"{SERVER}.origin_protocol_policy"
PROTOCOLS = f"{SERVER}.origin_ssl_protocols"
OUTDATED = ("SSLv3", "TLSv1", "TLSv1.1")
ANY_VIEWER = Change("ordered_cache_behaviors.0.viewer_protocol_policy", "allow-all")
GROUP = Change(
    "origin_groups",
    [{"origin_id": "both", "members": [{"origin_id": "api"}, {"origin_id": "spare"}]}],
)


@control(
    "cloudfront-origin-https",
    title="Distributions speak HTTPS to the servers behind them",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={
        Framework.FSBP: ("CloudFront.9",),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8", "SC-8(1)", "SC-13"),
    },
    cases=Cases(
        passing=example(),
        failing=(
            Change(POLICY, "http-only"),
            (Change(POLICY, "match-viewer"), ANY_VIEWER),
            (
                Change(POLICY, "match-viewer"),
                ANY_VIEWER,
                GROUP,
                Change("ordered_cache_behaviors.0.target_origin_id", "both"),
            ),
        ),
        unknown=(
            Hide("origins"),
            Hide(SERVER),
            Hide(POLICY),
            (Change(POLICY, "match-viewer"), Hide("ordered_cache_behaviors")),
            (Change(POLICY, "match-viewer"), GROUP, Hide("origin_groups")),
        ),
        also_passing=(
            Change(POLICY, "match-viewer"),
            (
                Change(POLICY, "match-viewer"),
                Change("default_cache_behavior.viewer_protocol_policy", "allow-all"),
            ),
        ),
        not_applicable=(
            (Remove(SERVER), Change("origins.1.vpc_origin_config", {"vpc_origin_id": "vo_1"})),
            Change("origins.1", {"origin_id": "b", "domain_name": "b.s3.amazonaws.com"}),
        ),
    ),
)
def origin_https(distribution: Resource) -> Outcome:
    """From the edge to a server the request crosses the internet once more.

    With `match-viewer` it is encrypted where viewers have to use HTTPS. A bucket's web site has no
    HTTPS at all. Source: AWS Security Hub User Guide, CloudFront.9.
    """
    return each(distribution.elements("origins"), partial(_asks_by_https, distribution))


def _asks_by_https(distribution: Resource, origin: Block) -> Outcome:
    if not origin["custom_origin_config"]:
        return NotApplicable("not a server on the internet")
    path = "custom_origin_config.origin_protocol_policy"
    policy = origin.get(path)
    fix = "Set origin_protocol_policy to https-only."
    if policy == "https-only":
        return Pass()
    failure = Fail(origin.at(path), "https-only", policy, fix)
    if policy != "match-viewer":
        return failure

    def encrypts(origin_access: Block) -> Outcome:
        targets = serving(distribution, str(origin_access["target_origin_id"]))
        if (
            origin["origin_id"] not in targets
            or origin_access["viewer_protocol_policy"] != "allow-all"
        ):
            return Pass()
        return failure

    return each(behaviors(distribution), encrypts)


@control(
    "cloudfront-origin-tls-version",
    title="Distributions speak no outdated TLS to the servers behind them",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={
        Framework.FSBP: ("CloudFront.10",),
        Framework.PCI: ("2.2.7", "4.2.1"),
        Framework.NIST: ("SC-8", "SC-13"),
    },
    cases=Cases(
        passing=example(),
        failing=(
            Change(PROTOCOLS, ["SSLv3", "TLSv1.2"]),
            Change(PROTOCOLS, ["TLSv1.1", "TLSv1.2"]),
        ),
        unknown=(Hide("origins"), Hide(SERVER), Hide(PROTOCOLS)),
        not_applicable=(
            Change(POLICY, "http-only"),
            Change("origins.1", {"origin_id": "b", "domain_name": "b.s3.amazonaws.com"}),
        ),
    ),
)
def origin_tls_version(distribution: Resource) -> Outcome:
    """Whoever stands between the edge and the server can choose the weakest that both allow."""
    return each(distribution.elements("origins"), _speaks_today)


def _speaks_today(origin: Block) -> Outcome:
    if not origin["custom_origin_config"]:
        return NotApplicable("not a server on the internet")
    if origin.get("custom_origin_config.origin_protocol_policy") == "http-only":
        return NotApplicable("speaks no TLS: judged by cloudfront-origin-https")
    path = "custom_origin_config.origin_ssl_protocols"
    old = [name for name in origin.values(path) if name in OUTDATED]
    if not old:
        return Pass()
    return Fail(origin.at(path), "TLSv1.2", old, "Leave TLSv1.2 alone in origin_ssl_protocols.")


CONTROL = Neighbour(
    "control",
    CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
    {
        "origin_access_control_origin_type": "s3",
        "signing_behavior": "always",
        "signing_protocol": "sigv4",
    },
)
BY_CONTROL = "origins.0.origin_access_control_id"


@control(
    "cloudfront-s3-origin-closed",
    title="Distributions reach their buckets by an origin access control",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=CLOUDFRONT_DISTRIBUTION,
    needs=(CLOUDFRONT_ORIGIN_ACCESS_CONTROL,),
    frameworks={Framework.FSBP: ("CloudFront.13",), Framework.NIST: ("AC-3", "AC-4")},
    cases=Cases(
        passing=Given(CLOUDFRONT_DISTRIBUTION, example().properties, (CONTROL,)),
        failing=(
            Remove(BY_CONTROL),
            Change(BY_CONTROL, ""),
            (
                Remove(BY_CONTROL),
                Change(
                    "origins.0.s3_origin_config",
                    {"origin_access_identity": "origin-access-identity/cloudfront/E1"},
                ),
            ),
            Change("signing_behavior", "never", of="control"),
        ),
        unknown=(
            Hide("origins"),
            Hide(BY_CONTROL),
            Hide("signing_behavior", of="control"),
        ),
        absent=(Without("control"),),
        not_applicable=(
            Change(
                "origins.0",
                {
                    "origin_id": "site",
                    "domain_name": "site.s3-website-us-east-1.amazonaws.com",
                    "custom_origin_config": {"origin_protocol_policy": "http-only"},
                },
            ),
        ),
    ),
)
def s3_origin_closed(distribution: Resource, stack: Stack) -> Outcome:
    """Otherwise the bucket is open to everybody, past the web ACL and the logs of the edge.

    The older identities know neither keys of KMS nor newer regions. Source: Amazon CloudFront
    Developer Guide, "Restrict access to an Amazon S3 origin".
    """
    return each(distribution.elements("origins"), partial(_is_closed, distribution, stack))


def _is_closed(distribution: Resource, stack: Stack, origin: Block) -> Outcome:
    if not is_bucket(origin):
        return NotApplicable("not a bucket")
    return _signs(distribution, stack, origin)


def _signs(distribution: Resource, stack: Stack, origin: Block) -> Outcome:
    """Pass when CloudFront signs what it asks an origin for."""
    wanted = "the id of an origin access control that signs"
    fix = "Add an aws.cloudfront.OriginAccessControl that always signs, and name it in the origin."
    path = origin.at("origin_access_control_id")
    if origin.raw("origin_access_control_id") in (None, ""):
        identity = origin.get("s3_origin_config.origin_access_identity")
        return Fail(path, wanted, identity or None, fix)
    named = Resource(
        data=origin.data,
        path=origin.path,
        type=distribution.type,
        name=distribution.name,
        references={"origin_access_control_id": distribution.references.get("origins", ())},
    )
    found = stack.follow(named, "origin_access_control_id", CLOUDFRONT_ORIGIN_ACCESS_CONTROL)
    if all(access["signing_behavior"] != "never" for access in found):
        return Pass()
    return Fail(path, wanted, "one that never signs", fix)


_URL = "abc123.lambda-url.us-east-1.on.aws"
_FUNCTION_URL = re.compile(r"[^.]+\.lambda-url\.[^.]+\.on\.aws")
_BY_HTTPS = {"origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"]}


@control(
    "cloudfront-function-url-closed",
    title="Distributions reach function URLs by an origin access control",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=CLOUDFRONT_DISTRIBUTION,
    needs=(CLOUDFRONT_ORIGIN_ACCESS_CONTROL, LAMBDA_URL),
    frameworks={Framework.FSBP: ("CloudFront.16",), Framework.NIST: ("AC-3", "AC-4")},
    cases=Cases(
        passing=Given(
            CLOUDFRONT_DISTRIBUTION,
            {
                "origins": [
                    {
                        "origin_id": "api",
                        "domain_name": _URL,
                        "origin_access_control_id": Ref("control"),
                        "custom_origin_config": _BY_HTTPS,
                    }
                ]
            },
            (CONTROL,),
        ),
        failing=(
            Remove(BY_CONTROL),
            Change(BY_CONTROL, ""),
            Change("signing_behavior", "never", of="control"),
        ),
        unknown=(
            Hide("origins"),
            Hide(BY_CONTROL),
            Hide("signing_behavior", of="control"),
        ),
        absent=(Without("control"),),
        not_applicable=(
            (Remove(BY_CONTROL), Change("origins.0.domain_name", "api.example.com")),
            (Remove(BY_CONTROL), Remove("origins.0.custom_origin_config")),
        ),
    ),
)
def function_url_closed(distribution: Resource, stack: Stack) -> Outcome:
    """Otherwise the function answers everybody, past the web ACL and the logs of the edge.

    Source: Amazon CloudFront Developer Guide, "Restrict access to an AWS Lambda function URL
    origin".
    """
    return each(distribution.elements("origins"), partial(_is_own_function, distribution, stack))


def _is_own_function(distribution: Resource, stack: Stack, origin: Block) -> Outcome:
    if is_bucket(origin):
        return NotApplicable("a bucket")
    domain = origin.raw("domain_name")
    if isinstance(domain, Unknown):
        # An address is computed at preview; of what, the distribution's references tell.
        sources = distribution.references.get("origins", ())
        if sources and not any(stack.find(urn, LAMBDA_URL) for urn in sources):
            return NotApplicable("no function URL")
        raise UnresolvedError(domain.at(origin.at("domain_name")))
    if not _FUNCTION_URL.fullmatch(str(domain)):
        return NotApplicable("no function URL")
    return _signs(distribution, stack, origin)


@control(
    "cloudfront-origin-failover",
    title="Distributions turn to a second origin when the first one fails",
    severity=Severity.LOW,
    category=Category.HA,
    types=CLOUDFRONT_DISTRIBUTION,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("CloudFront.4",),
        Framework.NIST: ("CP-10", "SC-5(2)", "SC-36", "SI-13(5)"),
    },
    cases=Cases(
        passing=example(
            origin_groups=[
                {
                    "origin_id": "both",
                    "failover_criteria": {"status_codes": [500, 503]},
                    "members": [{"origin_id": "site"}, {"origin_id": "spare"}],
                }
            ],
        ),
        failing=(
            Remove("origin_groups"),
            Change("origin_groups", []),
            Change("origin_groups.0.members", [{"origin_id": "site"}]),
        ),
        unknown=(Hide("origin_groups"), Hide("origin_groups.0.members")),
        not_applicable=((Remove("origin_groups"), Change("tags", {"Environment": "dev"})),),
    ),
)
def origin_failover(distribution: Resource) -> Outcome:
    """While a server is down the edge can ask another, without a change of any name.

    Source: AWS Security Hub User Guide, CloudFront.4: one group of two origins is enough.
    """
    sizes = [len(list(group.blocks("members"))) for group in distribution.blocks("origin_groups")]
    if any(size > 1 for size in sizes):
        return Pass()
    return Fail(
        "origin_groups",
        "a group of two origins",
        sizes or None,
        "Add an origin group of two origins, and let the cache behaviors go to it.",
    )
