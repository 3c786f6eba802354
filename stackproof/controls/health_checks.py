"""Health checks that fail when what they check is broken."""

from __future__ import annotations

import re
from typing import Final

from stackproof.controls.ecs_containers import containers
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.types.tokens import ECS_TASK_DEFINITION, LB_TARGET_GROUP, ROUTE53_HEALTH_CHECK

_NIST: Final = {Framework.NIST: ("CP-10", "SI-13(5)")}
# The codes by which HTTP says that the server failed, and gRPC that there was any error.
_BROKEN: Final = {"HTTP": range(500, 600), "GRPC": range(1, 100)}
# What HTTP answers where nothing is: a single 401 or 404 may be meant, a range over it is not.
_NOT_FOUND: Final = 404
# What a shell does last, so that the whole succeeds whatever came before it.
_SUCCEEDS: Final = re.compile(r"(?:^|\|\||;)\s*(?:exit\s+0|/bin/true|true|:)\s*;?\s*$")
_CODES: Final = re.compile(r"(\d+)(?:-(\d+))?")


@control(
    "target-group-health-check-can-fail",
    title="Health checks of target groups fail when a target answers with an error",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB_TARGET_GROUP,
    frameworks=_NIST,
    cases=Cases(
        passing=Given(
            LB_TARGET_GROUP,
            {
                "target_type": "ip",
                "protocol": "HTTP",
                "protocol_version": "HTTP1",
                "health_check": {"path": "/health", "matcher": "200-299"},
            },
        ),
        failing=(
            Change("health_check.matcher", "200-599"),
            Change("health_check.matcher", "200,503"),
            Change("health_check.matcher", "200-499"),
            (Change("protocol_version", "GRPC"), Change("health_check.matcher", "0-99")),
        ),
        unknown=(Hide("health_check.matcher"), Change("health_check.matcher", "any")),
        also_passing=(
            Change("health_check.matcher", "200,301-302"),
            Change("health_check.matcher", "200-299,401"),
            (Change("protocol_version", "GRPC"), Change("health_check.matcher", "0")),
        ),
        not_applicable=(Remove("health_check.matcher"), Remove("health_check")),
    ),
)
def target_check_can_fail(group: Resource) -> Outcome:
    """A target that answers 503, or 404 to whatever it is asked, is sent its share of requests.

    Source: Elastic Load Balancing, "Health checks for Application Load Balancer target groups".
    """
    path = "health_check.matcher"
    matcher = group.text(path)
    if not matcher:
        return NotApplicable("what answers at all, or by AWS's own code, is healthy")
    grpc = group["protocol_version"] == "GRPC"
    broken = _BROKEN["GRPC" if grpc else "HTTP"]
    ranges = [_CODES.fullmatch(part.strip()) for part in matcher.split(",")]
    if None in ranges:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, path, "no codes"))
    wide = [codes for codes in ranges if codes and codes[2] and not grpc]
    if any(int(codes[1]) <= _NOT_FOUND <= int(codes[2]) for codes in wide):
        expected = f"no range of codes with {_NOT_FOUND}"
    elif any(_meet(codes, broken) for codes in ranges if codes):
        expected = f"no code between {broken[0]} and {broken[-1]}"
    else:
        return Pass()
    return Fail(path, expected, matcher, "Name the codes of success only, such as 200-299.")


def _meet(codes: re.Match[str], broken: range) -> bool:
    first, last = int(codes[1]), int(codes[2] or codes[1])
    return first <= broken[-1] and last >= broken[0]


@control(
    "ecs-health-check-can-fail",
    title="Health checks of containers fail when what they run fails",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=ECS_TASK_DEFINITION,
    frameworks=_NIST,
    cases=Cases(
        passing=Given(
            ECS_TASK_DEFINITION,
            {
                "container_definitions": Json(
                    [
                        {
                            "name": "api",
                            "healthCheck": {
                                "command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]
                            },
                        }
                    ]
                )
            },
        ),
        failing=tuple(
            Change("container_definitions.0.healthCheck.command", command)
            for command in (
                ["CMD-SHELL", "exit 0"],
                ["CMD-SHELL", "curl -f http://localhost/ || exit 0"],
                ["CMD-SHELL", "curl -f http://localhost/ || true"],
                ["CMD-SHELL", "curl http://localhost/; true"],
                ["CMD", "true"],
                ["CMD", "/bin/true"],
            )
        ),
        unknown=(Hide("container_definitions"), Change("container_definitions", "[{")),
        also_passing=(
            Change("container_definitions.0.healthCheck.command", ["CMD", "/check"]),
            Change("container_definitions.0.healthCheck.command", ["CMD-SHELL", "test -f /true"]),
        ),
        not_applicable=(Remove("container_definitions.0.healthCheck"),),
    ),
)
def container_check_can_fail(task: Resource) -> Outcome:
    """A check that always succeeds keeps a container that hangs, and looks like care.

    Source: Amazon ECS API Reference, HealthCheck: what exits with 0 is healthy.
    """
    return each(containers(task), _container_fails)


def _container_fails(container: Block) -> Outcome:
    command = [str(word) for word in container.values("healthCheck.command")]
    if not command or command == ["NONE"]:
        return NotApplicable("has no check")
    kind, *words = command
    run = " ".join(words if kind in ("CMD", "CMD-SHELL") else command)
    if not _SUCCEEDS.search(run):
        return Pass()
    return Fail(
        container.at("healthCheck.command"),
        "a command that fails when what it checks does",
        run,
        "End the command with || exit 1.",
    )


@control(
    "dns-health-check-can-fail",
    title="Health checks of Route 53 fail when what they look at does",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=ROUTE53_HEALTH_CHECK,
    frameworks=_NIST,
    cases=Cases(
        passing=Given(
            ROUTE53_HEALTH_CHECK,
            {
                "type": "CALCULATED",
                "child_healthchecks": ["a", "b"],
                "child_health_threshold": 1,
                "insufficient_data_health_status": "Unhealthy",
            },
        ),
        failing=(
            Change("child_health_threshold", 0),
            (
                Change("type", "CLOUDWATCH_METRIC"),
                Change("insufficient_data_health_status", "Healthy"),
            ),
        ),
        unknown=(Hide("type"), Hide("child_health_threshold")),
        also_passing=(
            (Change("type", "HTTPS"), Remove("child_health_threshold")),
            Change("type", "CLOUDWATCH_METRIC"),
        ),
    ),
)
def dns_check_can_fail(check: Resource) -> Outcome:
    """With a threshold of 0 all may be down; with no data of its alarm a check knows nothing.

    Source: Amazon Route 53 API Reference, HealthCheckConfig.
    """
    if check["type"] == "CALCULATED" and check.number("child_health_threshold") == 0:
        fix = "Set child_health_threshold to 1 or more."
        return Fail("child_health_threshold", "at least 1", 0, fix)
    path = "insufficient_data_health_status"
    if check["type"] == "CLOUDWATCH_METRIC" and check[path] == "Healthy":
        return Fail(path, "Unhealthy or LastKnownStatus", "Healthy", f"Set {path} to Unhealthy.")
    return Pass()
