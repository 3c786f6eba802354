"""Search domains: what they write down, and how they survive the loss of a node or zone."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect, some
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import ELASTICSEARCH_DOMAIN, OPENSEARCH_DOMAIN

DOMAINS = (OPENSEARCH_DOMAIN, ELASTICSEARCH_DOMAIN)
LOGS = "log_publishing_options"


def _cases(kind: str, *, instead: str) -> Cases:
    """Give the cases of a kind of log, which another kind doesn't stand in for."""
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/search"
    option = {"log_type": kind, "cloudwatch_log_group_arn": group}
    return Cases(
        passing=Given(OPENSEARCH_DOMAIN, {LOGS: [option]}),
        failing=(
            Remove(LOGS),
            Change(f"{LOGS}.0.enabled", False),
            Change(f"{LOGS}.0.log_type", instead),
        ),
        unknown=(Hide(LOGS), Hide(f"{LOGS}.0.log_type")),
    )


def _publishes(domain: Resource, kind: str) -> Outcome:
    missing = Fail(
        LOGS,
        f"{kind} to a log group",
        None,
        f"Add {kind} to {LOGS}, with the ARN of a cloudwatch.LogGroup.",
    )

    def is_on(option: Block) -> Outcome:
        on = option["log_type"] == kind and option["enabled"] is not False
        return Pass() if on and option["cloudwatch_log_group_arn"] else missing

    return some(domain.elements(LOGS), is_on, missing)


@control(
    "opensearch-error-logs",
    title="Search domains log their errors",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=DOMAINS,
    frameworks={
        Framework.FSBP: ("Opensearch.4", "ES.4"),
        Framework.NIST: ("AU-2", "AU-12", "SI-4"),
    },
    cases=_cases("ES_APPLICATION_LOGS", instead="INDEX_SLOW_LOGS"),
)
def error_logs(domain: Resource) -> Outcome:
    """Why a query fails, or a node leaves, stands in no other place."""
    return _publishes(domain, "ES_APPLICATION_LOGS")


@control(
    "opensearch-audit-logs",
    title="Search domains record who asks what",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=DOMAINS,
    frameworks={
        Framework.FSBP: ("Opensearch.5", "ES.5"),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-2", "AU-3", "AU-12"),
    },
    cases=_cases("AUDIT_LOGS", instead="ES_APPLICATION_LOGS"),
)
def audit_logs(domain: Resource) -> Outcome:
    """Which documents a stolen password has shown can't be found out without it."""
    return _publishes(domain, "AUDIT_LOGS")


@control(
    "opensearch-nodes-over-zones",
    title="Search domains have three data nodes over several Availability Zones",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=DOMAINS,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("Opensearch.6", "ES.6"),
        Framework.NIST: ("CP-10", "SC-36", "SI-13(5)"),
    },
    cases=Cases(
        passing=Given(
            OPENSEARCH_DOMAIN,
            {"cluster_config": {"instance_count": 3, "zone_awareness_enabled": True}},
        ),
        failing=(
            Remove("cluster_config"),
            Change("cluster_config.instance_count", 2),
            Remove("cluster_config.zone_awareness_enabled"),
        ),
        unknown=(
            Hide("cluster_config"),
            Hide("cluster_config.instance_count"),
            Hide("cluster_config.zone_awareness_enabled"),
        ),
        also_passing=(
            (
                Remove("cluster_config.zone_awareness_enabled"),
                Change("cluster_config.multi_az_with_standby_enabled", True),
            ),
        ),
        not_applicable=((Remove("cluster_config"), Change("tags", {"Environment": "dev"})),),
    ),
)
def nodes_over_zones(
    domain: Resource, *, nodes: Annotated[int, Range(2, 200, "data nodes")] = 3
) -> Outcome:
    """With two nodes the loss of one leaves no copy, and a domain of one is down until it is back.

    Source: AWS Security Hub User Guide, Opensearch.6: one node is the default.
    """
    enough = at_least(
        domain,
        "cluster_config.instance_count",
        nodes,
        unit="data nodes",
        fix=f"Set cluster_config.instance_count to {nodes} or more.",
    )
    if domain.get("cluster_config.multi_az_with_standby_enabled") is True:
        return enough
    spread = expect(
        domain,
        "cluster_config.zone_awareness_enabled",
        True,
        fix="Set cluster_config.zone_awareness_enabled to true.",
    )
    return worst(enough, spread)


@control(
    "opensearch-dedicated-masters",
    title="Search domains have three dedicated master nodes",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=DOMAINS,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("ES.7",),
        Framework.NIST: ("CP-10", "SC-5(2)", "SI-13(5)"),
    },
    cases=Cases(
        passing=Given(
            OPENSEARCH_DOMAIN,
            {"cluster_config": {"dedicated_master_enabled": True, "dedicated_master_count": 3}},
        ),
        failing=(
            Remove("cluster_config"),
            Change("cluster_config.dedicated_master_enabled", False),
            Remove("cluster_config.dedicated_master_enabled"),
            Change("cluster_config.dedicated_master_count", 2),
            Remove("cluster_config.dedicated_master_count"),
        ),
        unknown=(
            Hide("cluster_config"),
            Hide("cluster_config.dedicated_master_enabled"),
            Hide("cluster_config.dedicated_master_count"),
        ),
        also_passing=(Change("cluster_config.dedicated_master_count", 5),),
        not_applicable=((Remove("cluster_config"), Change("tags", {"Environment": "dev"})),),
    ),
)
def dedicated_masters(
    domain: Resource, *, nodes: Annotated[int, Range(3, 5, "master nodes")] = 3
) -> Outcome:
    """A data node under load forgets to be master, and two masters can't agree on one.

    Source: AWS Config Developer Guide, opensearch-primary-node-fault-tolerance; Amazon OpenSearch
    Service Developer Guide, "Dedicated master nodes".
    """
    enabled = expect(
        domain,
        "cluster_config.dedicated_master_enabled",
        True,
        fix="Set cluster_config.dedicated_master_enabled to true.",
    )
    enough = at_least(
        domain,
        "cluster_config.dedicated_master_count",
        nodes,
        unit="master nodes",
        fix=f"Set cluster_config.dedicated_master_count to {nodes}.",
    )
    return worst(enabled, enough)
