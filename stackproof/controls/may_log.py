"""What is to be recorded is: log groups, flow logs, trails and the like may write."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import consumers, judged, needed
from stackproof.model import Category, Framework, Outcome, Resource, Severity, Stack
from stackproof.reasoning.permissions.table.launches import ACCESS_LOGS
from stackproof.reasoning.permissions.table.logs import (
    CONFIG,
    FLOW_LOGS,
    LOAD_BALANCERS,
    LOG_GROUPS,
    MONITORING,
    QUERY_LOGS,
    SEARCH_LOGS,
    TRAILS,
)

_BY_THEMSELVES = (*QUERY_LOGS, *SEARCH_LOGS)


@control(
    "log-group-may-use-key",
    title="CloudWatch Logs may use the keys of log groups",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(LOG_GROUPS),
    needs=needed(LOG_GROUPS),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: ("AU-9", "AU-12")},
    cases=cases(LOG_GROUPS[0]),
)
def log_group_may_use_key(group: Resource, stack: Stack) -> dict[str, Outcome]:
    """Without the key nothing is written, and what was written is not to be read."""
    return judged(LOG_GROUPS, group, stack)


@control(
    "flow-log-may-write",
    title="Flow logs may write to their log groups and buckets",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(FLOW_LOGS),
    needs=needed(FLOW_LOGS),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: ("AU-9", "AU-12")},
    cases=cases(next(pair for pair in FLOW_LOGS if pair.role)),
)
def flow_log_may_write(flow_log: Resource, stack: Stack) -> dict[str, Outcome]:
    """A flow log without access shows as active and records nothing."""
    return judged(FLOW_LOGS, flow_log, stack)


@control(
    "trail-may-deliver",
    title="Trails may deliver to their bucket, log group, topic and with their key",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(TRAILS),
    needs=needed(TRAILS),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: ("AU-9", "AU-12")},
    cases=cases(TRAILS[0]),
)
def trail_may_deliver(trail: Resource, stack: Stack) -> dict[str, Outcome]:
    """What CloudTrail may not deliver is gone after a while: nobody knows who did what."""
    return judged(TRAILS, trail, stack)


@control(
    "config-may-deliver",
    title="AWS Config may deliver what it records",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(CONFIG),
    needs=needed(CONFIG),
    frameworks={Framework.NIST: ("AU-9", "CM-8")},
    cases=cases(CONFIG[0]),
)
def config_may_deliver(channel: Resource, stack: Stack) -> dict[str, Outcome]:
    """The recorder goes on, and its history is nowhere."""
    return judged(CONFIG, channel, stack)


@control(
    "database-may-report",
    title="Databases with enhanced monitoring may write their figures",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(MONITORING),
    needs=needed(MONITORING),
    frameworks={Framework.NIST: ("AU-12", "SI-4")},
    cases=cases(MONITORING[0]),
)
def database_may_report(instance: Resource, stack: Stack) -> dict[str, Outcome]:
    """The dashboard stays empty on the day on which it is needed."""
    return judged(MONITORING, instance, stack)


@control(
    "load-balancer-may-log",
    title="Load balancers may write their logs to their buckets",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(LOAD_BALANCERS),
    needs=needed(LOAD_BALANCERS),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: ("AU-9", "AU-12")},
    cases=cases(LOAD_BALANCERS[0]),
)
def load_balancer_may_log(balancer: Resource, stack: Stack) -> dict[str, Outcome]:
    """AWS asks once, when logging is switched on; what is taken away later is lost."""
    return judged(LOAD_BALANCERS, balancer, stack)


@control(
    "bucket-may-log",
    title="S3 may write the access logs of buckets where they are to go",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(ACCESS_LOGS),
    needs=needed(ACCESS_LOGS),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: ("AU-9", "AU-12")},
    cases=cases(ACCESS_LOGS[0]),
)
def bucket_may_log(logging: Resource, stack: Stack) -> dict[str, Outcome]:
    """S3 delivers as well as it can and tells nobody when it can't."""
    return judged(ACCESS_LOGS, logging, stack)


@control(
    "service-may-log",
    title="Hosted zones and search domains may write to the log groups that they name",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=consumers(_BY_THEMSELVES),
    needs=needed(_BY_THEMSELVES),
    frameworks={Framework.PCI: ("10.2.1",), Framework.NIST: ("AU-9", "AU-12")},
    cases=cases(QUERY_LOGS[0]),
)
def service_may_log(writer: Resource, stack: Stack) -> dict[str, Outcome]:
    """AWS asks once, when logging is switched on; what is taken away later is lost."""
    return judged(_BY_THEMSELVES, writer, stack)
