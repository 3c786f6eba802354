"""What is there and switched off: rules, schedules, sources, functions, scaling, subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, expect_that
from stackproof.model import Category, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import (
    APPSCALING_TARGET,
    AUTOSCALING_POLICY,
    CLOUDFRONT_DISTRIBUTION,
    EVENT_RULE,
    LAMBDA_EVENT_SOURCE_MAPPING,
    LAMBDA_FUNCTION,
    ROUTE53_HEALTH_CHECK,
    SCHEDULER_SCHEDULE,
    SNS_SUBSCRIPTION,
)


@dataclass(frozen=True, slots=True)
class _Switch:
    """Settings of a type that switch off what it is there for: by path, the values that do.

    What is left out is on. `fix` says how; `why` is what nobody notices, with AWS's page.
    """

    id: str
    title: str
    type: str
    off: dict[str, Any]
    expected: str
    fix: str
    why: str
    severity: Severity = Severity.MEDIUM
    category: Category = Category.HA
    tolerated_in: tuple[str, ...] = ()


_SUSPENDED = {
    f"suspended_state.{kind}_suspended": True
    for kind in ("dynamic_scaling_in", "dynamic_scaling_out", "scheduled_scaling")
}
_SWITCHES = (
    _Switch(
        "scaling-target-not-suspended",
        "Scaling of scalable targets is not suspended",
        APPSCALING_TARGET,
        _SUSPENDED,
        "false",
        "Take suspended_state away.",
        """What was suspended for a repair stays so, and the surge finds the service as it was.

        Source: Application Auto Scaling User Guide, "Suspend and resume scaling".
        """,
        category=Category.SCALING,
    ),
    _Switch(
        "scaling-policy-enabled",
        "Scaling policies of Auto Scaling groups are enabled",
        AUTOSCALING_POLICY,
        {"enabled": False},
        "true",
        "Set enabled to true.",
        """A disabled policy keeps its alarms, which go off and change nothing.

        Source: Amazon EC2 Auto Scaling User Guide, "Disable a scaling policy".
        """,
        category=Category.SCALING,
    ),
    _Switch(
        "lambda-may-run",
        "Functions are not stopped by a reserved concurrency of 0",
        LAMBDA_FUNCTION,
        {"reserved_concurrent_executions": 0},
        "more than 0, or none reserved",
        "Raise reserved_concurrent_executions, or leave it out.",
        """With 0 reserved every call is turned away, and the function looks as healthy as before.

        Source: AWS Lambda Developer Guide, "Configuring reserved concurrency".
        """,
        severity=Severity.HIGH,
        tolerated_in=NON_PRODUCTION,
    ),
    _Switch(
        "lambda-event-source-enabled",
        "What functions read from is switched on",
        LAMBDA_EVENT_SOURCE_MAPPING,
        {"enabled": False},
        "true",
        "Set enabled to true.",
        """A source that is switched off fills up until its records expire unread.

        Source: AWS Lambda API Reference, CreateEventSourceMapping.
        """,
        tolerated_in=NON_PRODUCTION,
    ),
    _Switch(
        "event-rule-enabled",
        "EventBridge rules are enabled",
        EVENT_RULE,
        {"state": "DISABLED", "is_enabled": False},
        "an enabled rule",
        "Set state to ENABLED.",
        """A disabled rule matches nothing; what it was to start or to tell does not happen.

        Source: Amazon EventBridge API Reference, PutRule.
        """,
        tolerated_in=NON_PRODUCTION,
    ),
    _Switch(
        "schedule-enabled",
        "Schedules of EventBridge Scheduler are enabled",
        SCHEDULER_SCHEDULE,
        {"state": "DISABLED"},
        "ENABLED",
        "Set state to ENABLED.",
        """Nothing says so when the nightly job has not run since somebody paused it.

        Source: Amazon EventBridge Scheduler API Reference, CreateSchedule.
        """,
    ),
    _Switch(
        "sns-subscription-confirmed",
        "Subscriptions are confirmed",
        SNS_SUBSCRIPTION,
        {"pending_confirmation": True},
        "false",
        "Follow the link in the message that AWS sent to the endpoint.",
        """A reader who has not confirmed gets nothing; after three days the subscription is gone.

        Source: Amazon SNS Developer Guide, "Confirming an Amazon SNS subscription".
        """,
        category=Category.MONITORING,
    ),
    _Switch(
        "cloudfront-distribution-enabled",
        "Distributions are enabled",
        CLOUDFRONT_DISTRIBUTION,
        {"enabled": False},
        "true",
        "Set enabled to true, or delete the distribution.",
        """A distribution that is switched off answers no request.

        Source: Amazon CloudFront API Reference, DistributionConfig.
        """,
        tolerated_in=NON_PRODUCTION,
    ),
    _Switch(
        "health-check-enabled",
        "Health checks of Route 53 are on",
        ROUTE53_HEALTH_CHECK,
        {"disabled": True},
        "false",
        "Set disabled to false.",
        """Route 53 takes a disabled health check for healthy, and never sends anybody elsewhere.

        Source: Amazon Route 53 API Reference, HealthCheckConfig.
        """,
    ),
)


def _register(switch: _Switch) -> None:
    def judge(resource: Resource) -> Outcome:
        return each(switch.off, lambda path: _is_on(resource, path, switch))

    judge.__doc__ = switch.why
    on: dict[str, Any] = {}
    for path in switch.off:
        holder, _, name = path.rpartition(".")
        (on.setdefault(holder, {}) if holder else on)[name] = _opposite(switch.off[path])
    control(
        switch.id,
        title=switch.title,
        severity=switch.severity,
        category=switch.category,
        types=switch.type,
        tolerated_in=switch.tolerated_in,
        frameworks={Framework.NIST: ("CP-10", "SI-13(5)")},
        cases=Cases(
            passing=Given(switch.type, on),
            failing=tuple(Change(path, off) for path, off in switch.off.items()),
            unknown=tuple(Hide(path) for path in switch.off),
            also_passing=tuple(Remove(path) for path in switch.off),
            not_applicable=tuple(
                Change("tags", {"Environment": "dev"}) for _ in switch.tolerated_in[:1]
            ),
        ),
    )(judge)


def _opposite(off: Any) -> Any:
    return not off if isinstance(off, bool) else 10 if off == 0 else "ENABLED"


def _is_on(resource: Resource, path: str, switch: _Switch) -> Outcome:
    off = switch.off[path]
    return expect_that(
        resource,
        path,
        lambda value: value != off or isinstance(value, bool) is not isinstance(off, bool),
        expected=switch.expected,
        fix=switch.fix,
    )


for _switch in _SWITCHES:
    _register(_switch)
