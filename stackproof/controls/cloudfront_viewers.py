"""CloudFront distributions: how viewers reach them."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, expect_set, expect_that
from stackproof.controls.support.distributions import behavior, behaviors, example
from stackproof.controls.support.in_support import accepts_from
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Texts
from stackproof.types.ends.tls_policies import DISTRIBUTIONS
from stackproof.types.tokens import CLOUDFRONT_DISTRIBUTION

ENCRYPTED = ("redirect-to-https", "https-only")
CERTIFICATE = "viewer_certificate"
OWN = {
    "acm_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/a1",
    "minimum_protocol_version": "TLSv1.2_2021",
    "ssl_support_method": "sni-only",
}
AWS_OWN = Change(CERTIFICATE, {"cloudfront_default_certificate": True})
# Source: Amazon CloudFront Developer Guide, "Supported protocols and ciphers between viewers and
# CloudFront". Policies of the same version take ciphers away, the later the more.
RECOMMENDED = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
MINIMUM = f"{CERTIFICATE}.minimum_protocol_version"


@control(
    "cloudfront-https-only",
    title="Distributions answer by HTTPS or redirect to it",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={
        Framework.FSBP: ("CloudFront.3",),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8", "SC-8(1)", "SC-13"),
    },
    cases=Cases(
        passing=example(),
        failing=(
            Change("default_cache_behavior.viewer_protocol_policy", "allow-all"),
            Change("ordered_cache_behaviors.0.viewer_protocol_policy", "allow-all"),
            (
                Hide("default_cache_behavior"),
                Change("ordered_cache_behaviors.0.viewer_protocol_policy", "allow-all"),
            ),
        ),
        unknown=(
            Hide("default_cache_behavior"),
            Hide("default_cache_behavior.viewer_protocol_policy"),
            Hide("ordered_cache_behaviors"),
            Hide("ordered_cache_behaviors.0.viewer_protocol_policy"),
        ),
        also_passing=(
            Remove("ordered_cache_behaviors"),
            Change("default_cache_behavior", behavior("site", "https-only")),
        ),
    ),
)
def https_only(distribution: Resource) -> Outcome:
    """One path that answers plain HTTP is enough to read a cookie on the way."""
    return each(
        behaviors(distribution),
        lambda behavior: expect_that(
            behavior,
            "viewer_protocol_policy",
            lambda value: value in ENCRYPTED,
            expected=" or ".join(ENCRYPTED),
            fix="Set viewer_protocol_policy of the cache behavior to redirect-to-https.",
        ),
    )


@control(
    "cloudfront-tls-version",
    title="Distributions accept TLS 1.2 or later from viewers",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={Framework.PCI: ("2.2.7", "4.2.1"), Framework.NIST: ("SC-8", "SC-13")},
    cases=Cases(
        passing=Given(CLOUDFRONT_DISTRIBUTION, {CERTIFICATE: OWN}),
        failing=(
            Change(MINIMUM, "TLSv1.1_2016"),
            Change(MINIMUM, "TLSv1"),
            Remove(MINIMUM),
            AWS_OWN,
            (AWS_OWN, Change(MINIMUM, "TLSv1.2_2021")),
        ),
        unknown=(Hide(CERTIFICATE), Hide(MINIMUM), Change(MINIMUM, "TLSv9")),
        also_passing=(Change(MINIMUM, "TLSv1.2_2018"), Change(MINIMUM, "TLSv1.3_2025")),
    ),
)
def tls_version(distribution: Resource) -> Outcome:
    """With CloudFront's own certificate TLS 1.0 is accepted, whatever minimum is set.

    Source: Amazon CloudFront Developer Guide, "Minimum TLS version", and Pulumi AWS,
    cloudfront.Distribution, `minimum_protocol_version`: TLSv1 where it is left out.
    """
    if distribution.get(f"{CERTIFICATE}.cloudfront_default_certificate") is True:
        return Fail(
            MINIMUM,
            "TLS 1.2 or later",
            "TLSv1, as always with CloudFront's own certificate",
            "Present a certificate of your own, with minimum_protocol_version TLSv1.2_2021.",
        )
    return accepts_from(
        distribution,
        MINIMUM,
        distribution.text(MINIMUM) or "TLSv1",
        DISTRIBUTIONS,
        oldest="1.2",
        fix="Set minimum_protocol_version to TLSv1.2_2021 or later.",
    )


@control(
    "cloudfront-recommended-ciphers",
    title="Distributions agree with viewers on ciphers that AWS recommends today",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={Framework.FSBP: ("CloudFront.15",), Framework.NIST: ("SC-13",)},
    cases=Cases(
        passing=Given(CLOUDFRONT_DISTRIBUTION, {CERTIFICATE: OWN}),
        failing=(Change(MINIMUM, "TLSv1.2_2018"), Change(MINIMUM, "TLSv1.2_2019")),
        unknown=(Hide(CERTIFICATE), Hide(MINIMUM)),
        also_passing=(Change(MINIMUM, "TLSv1.3_2025"),),
        not_applicable=(Change(MINIMUM, "TLSv1.1_2016"), Remove(MINIMUM), AWS_OWN),
    ),
)
def recommended_policy(
    distribution: Resource,
    *,
    policies: Annotated[tuple[str, ...], Texts("security policies", fewest=1)] = RECOMMENDED,
) -> Outcome:
    """The policies of 2018 and 2019 have TLS 1.2, but also ciphers that block after block chains.

    Source: AWS Security Hub User Guide, CloudFront.15.
    """
    own = distribution.get(f"{CERTIFICATE}.cloudfront_default_certificate") is True
    if own or DISTRIBUTIONS.rows.get(distribution.text(MINIMUM) or "TLSv1", "") < "1.2":
        return NotApplicable("accepts outdated TLS: judged by cloudfront-tls-version")
    return expect_that(
        distribution,
        MINIMUM,
        lambda value: value in policies,
        expected=" or ".join(policies),
        fix=f"Set minimum_protocol_version to {policies[0]}.",
    )


@control(
    "cloudfront-own-certificate",
    title="Distributions present a certificate of their own, by SNI",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=CLOUDFRONT_DISTRIBUTION,
    frameworks={
        Framework.FSBP: ("CloudFront.7", "CloudFront.8"),
        Framework.NIST: ("SC-8", "SC-13"),
    },
    cases=Cases(
        passing=Given(CLOUDFRONT_DISTRIBUTION, {CERTIFICATE: OWN}),
        failing=(
            AWS_OWN,
            Remove(CERTIFICATE),
            Change(f"{CERTIFICATE}.ssl_support_method", "vip"),
        ),
        unknown=(
            Hide(CERTIFICATE),
            Hide(f"{CERTIFICATE}.acm_certificate_arn"),
            Hide(f"{CERTIFICATE}.ssl_support_method"),
        ),
        also_passing=(
            Change(CERTIFICATE, {"iam_certificate_id": "ASCAX", "ssl_support_method": "sni-only"}),
        ),
    ),
)
def own_certificate(distribution: Resource) -> Outcome:
    """A name of one's own can move elsewhere; an address of its own for old viewers costs dearly.

    Source: Amazon CloudFront Developer Guide, "Choose how CloudFront serves HTTPS requests".
    """
    named = ("iam_certificate_id", "acm_certificate_arn")
    if not any(distribution.get(f"{CERTIFICATE}.{name}") for name in named):
        return Fail(
            f"{CERTIFICATE}.acm_certificate_arn",
            "a certificate for the names of the distribution",
            "CloudFront's own",
            "Set aliases, and acm_certificate_arn to a certificate of us-east-1.",
        )
    if distribution.get(f"{CERTIFICATE}.ssl_support_method") == "sni-only":
        return Pass()
    return Fail(
        f"{CERTIFICATE}.ssl_support_method",
        "sni-only",
        distribution.get(f"{CERTIFICATE}.ssl_support_method"),
        "Set ssl_support_method to sni-only.",
    )


@control(
    "cloudfront-behind-waf",
    title="Distributions stand behind a web ACL",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=CLOUDFRONT_DISTRIBUTION,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("CloudFront.6",),
        Framework.PCI: ("6.4.1", "6.4.2"),
        Framework.NIST: ("AC-4(21)",),
    },
    cases=Cases(
        passing=Given(
            CLOUDFRONT_DISTRIBUTION,
            {"web_acl_id": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/site/a1"},
        ),
        failing=(Remove("web_acl_id"), Change("web_acl_id", "")),
        unknown=(Hide("web_acl_id"), (Remove("web_acl_id"), Change("tags", {}), Hide("tags"))),
        not_applicable=((Remove("web_acl_id"), Change("tags", {"Environment": "dev"})),),
    ),
)
def behind_waf(distribution: Resource) -> Outcome:
    """What is known of attacks on the web is turned away at the edge.

    The distribution says it itself: associations are for load balancers and APIs of a region.
    """
    return expect_set(
        distribution,
        "web_acl_id",
        expected="the ARN of a web ACL with the scope CLOUDFRONT",
        fix="Set web_acl_id to the ARN of a wafv2.WebAcl with the scope CLOUDFRONT.",
    )
