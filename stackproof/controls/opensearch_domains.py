"""Search domains: where they stand, and how what they hold and send is encrypted."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect, expect_set, expect_that
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import ELASTICSEARCH_DOMAIN, OPENSEARCH_DOMAIN

DOMAINS = (OPENSEARCH_DOMAIN, ELASTICSEARCH_DOMAIN)
ENDPOINT = "domain_endpoint_options"


@control(
    "opensearch-encrypted",
    title="Search domains encrypt their data and the way between nodes",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=DOMAINS,
    frameworks={
        Framework.FSBP: ("Opensearch.1", "Opensearch.3", "ES.1", "ES.3"),
        Framework.PCI: ("3.5.1", "4.2.1"),
        Framework.NIST: ("SC-8", "SC-13", "SC-28"),
    },
    cases=Cases(
        passing=Given(
            OPENSEARCH_DOMAIN,
            {"encrypt_at_rest": {"enabled": True}, "node_to_node_encryption": {"enabled": True}},
        ),
        failing=(
            Change("encrypt_at_rest.enabled", False),
            Remove("encrypt_at_rest"),
            Change("node_to_node_encryption.enabled", False),
            Remove("node_to_node_encryption"),
        ),
        unknown=(
            Hide("encrypt_at_rest"),
            Hide("encrypt_at_rest.enabled"),
            Hide("node_to_node_encryption"),
        ),
    ),
)
def encrypted(domain: Resource) -> Outcome:
    """Both are off unless asked for, and neither can be taken back.

    Source: Amazon OpenSearch Service Developer Guide, "Encryption of data at rest",
    "Node-to-node encryption".
    """
    return each(
        ("encrypt_at_rest", "node_to_node_encryption"),
        lambda name: expect(domain, f"{name}.enabled", True, fix=f"Set {name}.enabled to true."),
    )


@control(
    "opensearch-in-vpc",
    title="Search domains stand in a VPC",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=DOMAINS,
    frameworks={
        Framework.FSBP: ("Opensearch.2", "ES.2"),
        Framework.PCI: ("1.4.4",),
        Framework.NIST: ("AC-3", "AC-4", "SC-7"),
    },
    cases=Cases(
        passing=Given(OPENSEARCH_DOMAIN, {"vpc_options": {"subnet_ids": ["subnet-1"]}}),
        failing=(Remove("vpc_options"), Change("vpc_options.subnet_ids", [])),
        unknown=(Hide("vpc_options"), Hide("vpc_options.subnet_ids")),
    ),
)
def in_vpc(domain: Resource) -> Outcome:
    """A domain outside has an address that everybody reaches; its policy alone stands before it."""
    return expect_set(
        domain,
        "vpc_options.subnet_ids",
        expected="private subnets",
        fix="Set vpc_options with private subnets; the change replaces the domain.",
    )


@control(
    "opensearch-https",
    title="Search domains answer by HTTPS only, with TLS 1.2 or later",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=DOMAINS,
    frameworks={Framework.PCI: ("2.2.7", "4.2.1"), Framework.NIST: ("SC-8", "SC-13")},
    in_part={Framework.FSBP: ("Opensearch.8", "ES.8")},
    cases=Cases(
        passing=Given(
            OPENSEARCH_DOMAIN,
            {
                ENDPOINT: {
                    "enforce_https": True,
                    "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10",
                }
            },
        ),
        failing=(
            Remove(ENDPOINT),
            Change(f"{ENDPOINT}.enforce_https", False),
            Change(f"{ENDPOINT}.tls_security_policy", "Policy-Min-TLS-1-0-2019-07"),
        ),
        unknown=(
            Hide(ENDPOINT),
            Hide(f"{ENDPOINT}.enforce_https"),
            Hide(f"{ENDPOINT}.tls_security_policy"),
            Remove(f"{ENDPOINT}.tls_security_policy"),
        ),
        also_passing=(
            Remove(f"{ENDPOINT}.enforce_https"),
            Change(f"{ENDPOINT}.tls_security_policy", "Policy-Min-TLS-1-2-2019-07"),
        ),
    ),
)
def https_only(domain: Resource) -> Outcome:
    """Without it the domain answers plain HTTP as well.

    Sources: Pulumi AWS, opensearch.Domain, `enforce_https` (true where options are given);
    Amazon OpenSearch Service API Reference, DomainEndpointOptions.
    """
    fix = f"Set {ENDPOINT} with enforce_https and the policy Policy-Min-TLS-1-2-PFS-2023-10."
    if domain[ENDPOINT] is None or domain.get(f"{ENDPOINT}.enforce_https") is False:
        return Fail(f"{ENDPOINT}.enforce_https", "true", False, fix)
    path = f"{ENDPOINT}.tls_security_policy"
    policy = domain.text(path)
    if policy is None:
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, path, "AWS chooses the policy")
    if policy.startswith("Policy-Min-TLS-1-2"):
        return Pass()
    return Fail(path, "a policy of TLS 1.2 or later", policy, fix)


@control(
    "opensearch-fine-grained-access",
    title="Search domains know their users, and what each may read",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=OPENSEARCH_DOMAIN,
    frameworks={
        Framework.FSBP: ("Opensearch.7",),
        Framework.PCI: ("7.2.1",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=Given(
            OPENSEARCH_DOMAIN,
            {"advanced_security_options": {"enabled": True, "anonymous_auth_enabled": False}},
        ),
        failing=(
            Remove("advanced_security_options"),
            Change("advanced_security_options.enabled", False),
            Change("advanced_security_options.anonymous_auth_enabled", True),
        ),
        unknown=(Hide("advanced_security_options"), Hide("advanced_security_options.enabled")),
        also_passing=(Remove("advanced_security_options.anonymous_auth_enabled"),),
    ),
)
def fine_grained_access(domain: Resource) -> Outcome:
    """Otherwise who reaches the domain may read every index of it.

    Source: Amazon OpenSearch Service Developer Guide, "Fine-grained access control".
    """
    enabled = expect(
        domain,
        "advanced_security_options.enabled",
        True,
        fix="Set advanced_security_options with a master user.",
    )
    if not isinstance(enabled, Pass):
        return enabled
    return expect_that(
        domain,
        "advanced_security_options.anonymous_auth_enabled",
        lambda value: not value,
        expected="false",
        fix="End the migration: set anonymous_auth_enabled to false.",
    )
