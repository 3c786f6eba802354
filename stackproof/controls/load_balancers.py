"""Load balancers: what they refuse, what they record, and what an accident can do to them."""

from __future__ import annotations

from collections.abc import Callable

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect, expect_that
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import LB

APPLICATION = {"load_balancer_type": "application", "internal": False}
NETWORK = Change("load_balancer_type", "network")


def kind(balancer: Resource) -> str:
    """Give the type of a load balancer; an application load balancer when it isn't said."""
    return str(balancer["load_balancer_type"] or "application")


def of_kind(balancer: Resource, wanted: tuple[str, ...], judge: Callable[[], Outcome]) -> Outcome:
    """Judge load balancers of some types only."""
    known = kind(balancer)
    return judge() if known in wanted else NotApplicable(f"a load balancer of type {known}")


@control(
    "load-balancer-drops-invalid-headers",
    title="Application load balancers drop invalid header fields",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=LB,
    frameworks={Framework.FSBP: ("ELB.4",), Framework.PCI: ("6.2.4",)},
    cases=Cases(
        passing=Given(LB, {**APPLICATION, "drop_invalid_header_fields": True}),
        failing=(
            Change("drop_invalid_header_fields", False),
            Remove("drop_invalid_header_fields"),
            (Remove("load_balancer_type"), Change("drop_invalid_header_fields", False)),
        ),
        unknown=(Hide("drop_invalid_header_fields"), Hide("load_balancer_type")),
        not_applicable=(NETWORK,),
    ),
)
def drops_invalid_headers(balancer: Resource) -> Outcome:
    """AWS passes them on by default, which request smuggling lives on."""
    fix = "Set drop_invalid_header_fields to true."
    return of_kind(
        balancer,
        ("application",),
        lambda: expect(balancer, "drop_invalid_header_fields", True, fix=fix),
    )


@control(
    "load-balancer-desync-mitigation",
    title="Application load balancers mitigate HTTP desync attacks",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=LB,
    frameworks={Framework.FSBP: ("ELB.12",)},
    cases=Cases(
        passing=Given(LB, {**APPLICATION, "desync_mitigation_mode": "defensive"}),
        failing=(Change("desync_mitigation_mode", "monitor"),),
        unknown=(Hide("desync_mitigation_mode"),),
        also_passing=(
            Change("desync_mitigation_mode", "strictest"),
            Remove("desync_mitigation_mode"),
        ),
        not_applicable=(NETWORK,),
    ),
)
def desync_mitigation(balancer: Resource) -> Outcome:
    """AWS's default is the defensive mode."""
    return of_kind(
        balancer,
        ("application",),
        lambda: expect_that(
            balancer,
            "desync_mitigation_mode",
            lambda mode: mode in (None, "defensive", "strictest"),
            expected="defensive or strictest",
            fix="Set desync_mitigation_mode to defensive or strictest.",
        ),
    )


@control(
    "load-balancer-access-logs",
    title="Application load balancers write access logs",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LB,
    frameworks={
        Framework.FSBP: ("ELB.5",),
        Framework.PCI: ("10.2.1", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=Given(LB, {**APPLICATION, "access_logs": {"bucket": "logs", "enabled": True}}),
        failing=(
            Remove("access_logs"),
            Change("access_logs.enabled", False),
            Remove("access_logs.enabled"),
            (Hide("access_logs.bucket"), Remove("access_logs.enabled")),
        ),
        unknown=(Hide("access_logs"), Hide("access_logs.enabled")),
        also_passing=(Hide("access_logs.bucket"),),
        not_applicable=(NETWORK,),
    ),
)
def access_logs(balancer: Resource) -> Outcome:
    """The `enabled` switch is off by default, even with a bucket; AWS refuses none without one."""
    fix = "Set access_logs with a bucket and enabled=true."
    return of_kind(
        balancer,
        ("application",),
        lambda: expect(balancer, "access_logs.enabled", True, fix=fix),
    )


@control(
    "load-balancer-deletion-protection",
    title="Load balancers are protected from deletion",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB,
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.FSBP: ("ELB.6",), Framework.NIST: ("CM-3", "CP-2")},
    cases=Cases(
        passing=Given(LB, {**APPLICATION, "enable_deletion_protection": True}),
        failing=(
            Change("enable_deletion_protection", False),
            Remove("enable_deletion_protection"),
        ),
        unknown=(Hide("enable_deletion_protection"),),
        also_passing=(NETWORK,),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            Change("tags", {"Environment": "staging"}),
        ),
    ),
)
def deletion_protection(balancer: Resource) -> Outcome:
    """A deleted load balancer comes back with another address."""
    return expect(
        balancer,
        "enable_deletion_protection",
        True,
        fix="Set enable_deletion_protection to true.",
    )


@control(
    "load-balancer-cross-zone",
    title="Network and gateway load balancers balance across Availability Zones",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            LB, {"load_balancer_type": "network", "enable_cross_zone_load_balancing": True}
        ),
        failing=(
            Change("enable_cross_zone_load_balancing", False),
            Remove("enable_cross_zone_load_balancing"),
            (Change("load_balancer_type", "gateway"), Remove("enable_cross_zone_load_balancing")),
        ),
        unknown=(Hide("enable_cross_zone_load_balancing"),),
        not_applicable=(
            Change("load_balancer_type", "application"),
            (Remove("load_balancer_type"), Remove("enable_cross_zone_load_balancing")),
        ),
    ),
)
def cross_zone(balancer: Resource) -> Outcome:
    """Application load balancers always do at this level; the others do not by default."""
    fix = "Set enable_cross_zone_load_balancing to true."
    return of_kind(
        balancer,
        ("network", "gateway"),
        lambda: expect(balancer, "enable_cross_zone_load_balancing", True, fix=fix),
    )
