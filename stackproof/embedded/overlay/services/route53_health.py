"""Route 53: the alarms behind health checks, which moto drops."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import patches, postprocesses

_NAMES = ("AlarmIdentifier", "InsufficientDataHealthStatus")


@patches("route53")
def show_alarms() -> None:
    """Let every answer show the alarm that a check follows.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    from moto.route53.models import HealthCheck

    check_class: Any = HealthCheck
    original = check_class.health_check_config

    def config(check: Any) -> dict[str, Any]:
        return {**original.fget(check), **getattr(check, "stackproof_alarm", {})}

    check_class.health_check_config = property(config)


@postprocesses("route53", "CreateHealthCheck", "UpdateHealthCheck")
def keep_alarm(call: Call, answer: dict[str, Any]) -> None:
    """Keep the alarm that a check follows.

    AWS: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html
    """
    given = call.params.get("HealthCheckConfig", call.params)
    check = call.backend("route53").health_checks[answer["HealthCheck"]["Id"]]
    kept = getattr(check, "stackproof_alarm", {})
    check.stackproof_alarm = {**kept, **{name: given[name] for name in _NAMES if name in given}}
    answer["HealthCheck"]["HealthCheckConfig"] |= check.stackproof_alarm
